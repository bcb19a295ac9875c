"""A reply line by line: upload, what is wrong, what is taken, and nothing else."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from zhian.chain.tracing import policies, services
from zhian.chain.tracing.engine.workbooks.merging import Line
from zhian.chain.tracing.models import Investigation, Reply
from zhian.chain.tracing.selectors.replies import LookedAt, looked_at
from zhian.chain.tracing.vocabulary import ReplyState
from zhian.chain.tracing.web.doubting import doubt_line, finding_line
from zhian.chain.tracing.web.investigating import names_of
from zhian.chain.tracing.web.investigations import seen
from zhian.foundation.offices.policies import require, signed_in
from zhian.kernel.errors import BadInput, Conflict
from zhian.kernel.forms import DeedForm, answer
from zhian.kernel.pages import render


class ReplyForm(DeedForm):
    """One workbook."""

    file = forms.FileField(label=gettext_lazy("Workbook that came back"))


@require_http_methods(["GET", "POST"])
def receive(request: HttpRequest, investigation_id: int) -> HttpResponse:
    """Take in a workbook; it is looked at line by line before anything is merged."""
    found, user = seen(request, investigation_id), signed_in(request.user)
    require(policies.can_work_on(user, found))
    form = ReplyForm.of(request, files=request.FILES or None)

    def act(values: dict[str, Any]) -> str:
        file = values["file"]
        return services.receive_reply(
            acting_user=user, investigation_id=found.pk, filename=file.name, data=file.read()
        ).get_absolute_url()

    return answer(
        request, form, act,
        title=_("Take in a reply"), submit_label=_("Look at it line by line"),
        cancel_url=found.get_absolute_url(),
    )  # fmt: skip


def _seen_reply(request: HttpRequest, reply_id: int) -> Reply:
    visible = policies.replies_visible_to(signed_in(request.user))
    return get_object_or_404(
        visible.select_related("investigation__office", "decided_by"), pk=reply_id
    )


@require_http_methods(["GET", "POST"])
def reply(request: HttpRequest, reply_id: int) -> HttpResponse:
    """Every change and every doubt with a box; the button takes what is ticked."""
    found, user = _seen_reply(request, reply_id), signed_in(request.user)
    error = ""
    if request.method == "POST":
        try:
            services.merge_reply(
                acting_user=user,
                reply_id=found.pk,
                chosen=request.POST.getlist("take"),
                revision=int(request.POST.get("revision") or 0),
            )
        except (BadInput, Conflict) as refused:
            error = str(refused.message)
        else:
            messages.success(request, _("What was ticked is merged."))
            return HttpResponseRedirect(found.investigation.get_absolute_url())
    look = looked_at(found)
    context = {
        "reply": found,
        "investigation": found.investigation,
        "title": _("Reply %(file)s") % {"file": found.filename},
        "error": error,
        "is_open": found.state == ReplyState.WAITING,
        "can_work": policies.can_work_on(user, found.investigation).allowed,
        **lines_in_words(look, found.investigation),
    }
    return render(request, "tracing/reply.html", context, status=409 if error else 200)


def lines_in_words(look: LookedAt, investigation: Investigation) -> dict[str, Any]:
    """Lines, doubts and findings as people read them."""
    names = names_of(look.after)
    rows = {str(row["id"]): row for row in look.before.get("deliveries") or []}
    rows |= {str(row["id"]): row for row in look.after.get("deliveries") or []}

    def delivery(id_: str) -> str:
        return _delivery(rows[id_], names) if id_ in rows else ""

    return {
        "lines": [
            {"id": line.id, "word": line_words()[line.kind], "text": _about(line, names, delivery)}
            for line in look.lines
        ],
        "doubts": [doubt_line(doubt, names, delivery) for doubt in look.doubts],
        "findings": [finding_line(problem) for problem in look.findings],
        "revision": investigation.revision,
    }


def line_words() -> dict[str, str]:
    """Kinds of change."""
    return {
        "new_delivery": _("new delivery"),
        "changed_delivery": _("delivery changed"),
        "gone_delivery": _("delivery no longer named"),
        "new_station": _("new operator"),
        "changed_station": _("operator completed"),
        "new_link": _("went into"),
        "gone_link": _("no longer went into"),
    }


def _about(line: Line, names: dict[str, str], delivery: Callable[[str], str]) -> str:
    if "station" in line.kind:
        return names.get(line.ids[0], line.ids[0])
    return " → ".join(delivery(id_) for id_ in line.ids)


def _delivery(row: dict[str, Any], names: dict[str, str]) -> str:
    amount = f"{row['amount']:g} {row.get('unit', '')}" if _is_number(row.get("amount")) else ""
    ends = [names.get(str(row.get(end)), str(row.get(end, ""))) for end in ("from", "to")]
    parts = (row.get("product"), row.get("lot"), row.get("date"), amount, " > ".join(ends))
    return " · ".join(str(part).strip() for part in parts if part)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


@require_POST
def refuse(request: HttpRequest, reply_id: int) -> HttpResponse:
    """Take nothing of a reply, with the reason."""
    found = _seen_reply(request, reply_id)
    services.refuse_reply(
        acting_user=signed_in(request.user), reply_id=found.pk,
        reason=request.POST.get("reason", ""),
    )  # fmt: skip
    messages.success(request, _("Nothing of the reply was taken."))
    return HttpResponseRedirect(found.investigation.get_absolute_url())
