"""The deeds of the owner office on the whole recall: confirm, trace again, finish."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from zhian.foundation.offices.policies import require, signed_in
from zhian.kernel.errors import Conflict
from zhian.kernel.forms import answer
from zhian.response.recalls import policies, selectors, services
from zhian.response.recalls.lifecycles import EXTENSION, RECALL
from zhian.response.recalls.models import Recall, ScopeLine
from zhian.response.recalls.services import NoticeText
from zhian.response.recalls.web.forms import ConfirmForm, ConfirmScopeForm, FinishForm
from zhian.response.recalls.web.views import visible_recall


def _excluded(request: HttpRequest, lines: list[ScopeLine]) -> dict[int, str]:
    """Lines whose box is not ticked, with the reason typed beside them."""
    if request.method != "POST":
        return {}
    ticked = set(request.POST.getlist("included"))
    return {
        line.pk: request.POST.get(f"why-{line.pk}", "")
        for line in lines
        if str(line.pk) not in ticked
    }


def _deed(holders: int) -> str:
    return ngettext(
        "Serve recall orders on %(n)d holder", "Serve recall orders on %(n)d holders", holders
    ) % {"n": holders}


@require_http_methods(["GET", "POST"])
def confirm(request: HttpRequest, recall_id: int) -> HttpResponse:
    """The scope line by line, the consequence in numbers, and the deed as the button."""
    recall, user = visible_recall(request, recall_id), signed_in(request.user)
    require(policies.can_handle(user, recall))
    _refuse_confirmed(recall)
    title = _("Confirm the scope of %(alert)s") % {"alert": recall.alert}

    def act(**decision: Any) -> object:
        return services.confirm_scope(acting_user=user, recall_id=recall.pk, **decision)

    return _decide(request, recall, title, act)


@require_http_methods(["GET", "POST"])
def confirm_extension(request: HttpRequest, extension_id: int) -> HttpResponse:
    """What the trace found since the start, decided on the same page as the first scope."""
    extension, user = selectors.extension(extension_id), signed_in(request.user)
    recall = visible_recall(request, extension.recall_id)
    require(policies.can_handle(user, recall))
    if not EXTENSION.open_steps(extension.state):
        raise Conflict(_("These goods were decided on already; look at the recall as it is now."))
    title = _("Goods found since the start of %(alert)s") % {"alert": recall.alert}

    def act(**decision: Any) -> object:
        return services.confirm_extension(acting_user=user, extension_id=extension.pk, **decision)

    return _decide(request, recall, title, act)


def _decide(
    request: HttpRequest, recall: Recall, title: object, deed: Callable[..., object]
) -> HttpResponse:
    """The page on which a person decides about lines, and what happens then."""
    lines = list(selectors.undecided_lines(recall))
    excluded = _excluded(request, lines)
    numbers = selectors.consequence(lines, excluded)

    def act(values: dict[str, Any]) -> str:
        reason = values.pop("reason")
        deed(excluded=excluded, reason=reason, notice=NoticeText(**values))
        return recall.get_absolute_url()

    return answer(
        request, ConfirmScopeForm.of(request), act,
        title=title,
        submit_label=_deed(numbers.holders),
        cancel_url=recall.get_absolute_url(),
        template="recalls/confirm.html",
        recall=recall,
        rows=[(line, line.pk not in excluded, excluded.get(line.pk, "")) for line in lines],
        numbers=numbers,
        ordered=selectors.places_with_orders(recall) if recall.confirmed_at else (),
    )  # fmt: skip


def _refuse_confirmed(recall: Recall) -> None:
    if not RECALL.allows("confirm", recall.state):
        raise Conflict(_("The scope of this recall is confirmed already."))


@require_http_methods(["GET", "POST"])
def refresh(request: HttpRequest, recall_id: int) -> HttpResponse:
    """Trace again with what was captured since."""
    recall, user = visible_recall(request, recall_id), signed_in(request.user)
    require(policies.can_handle(user, recall))
    _refuse_confirmed(recall)

    def act(_values: dict[str, Any]) -> str:
        return services.refresh_scope(acting_user=user, recall_id=recall.pk).get_absolute_url()

    return answer(
        request, ConfirmForm.of(request), act,
        title=_("Trace again: %(alert)s") % {"alert": recall.alert},
        consequence=_("The proposed scope is replaced by what the records show now."),
        submit_label=_("Trace again"),
        cancel_url=recall.get_absolute_url(),
        template="confirm.html",
        done=_("The scope is computed anew."),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def finish(request: HttpRequest, recall_id: int) -> HttpResponse:
    """Sum up the recall; refused while anything is open."""
    recall, user = visible_recall(request, recall_id), signed_in(request.user)
    require(policies.can_handle(user, recall))
    total = selectors.progress(recall).total

    def act(values: dict[str, Any]) -> str:
        services.finish_recall(acting_user=user, recall_id=recall.pk, note=values["note"])
        return recall.get_absolute_url()

    return answer(
        request, FinishForm.of(request), act,
        title=_("Finish the recall %(alert)s") % {"alert": recall.alert},
        consequence=_(
            "%(destroyed)s of %(recalled)s kg are destroyed with proof; %(silent)s kg were never "
            "acknowledged, %(unproven)s kg are acknowledged without proof."
        )
        % {
            "destroyed": selectors.plain(total.destroyed_kg),
            "recalled": selectors.plain(total.recalled_kg),
            "silent": selectors.plain(total.never_acknowledged_kg),
            "unproven": selectors.plain(total.unproven_kg),
        },
        submit_label=_("Finish the recall"),
        cancel_url=recall.get_absolute_url(),
        template="confirm.html",
        done=_("The recall is finished."),
    )  # fmt: skip
