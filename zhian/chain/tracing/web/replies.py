"""A reply line by line: upload, what is wrong, what is taken, and nothing else."""

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
    return {
        "lines": [{"id": line.id, **_line(line, look, names)} for line in look.lines],
        "doubts": [
            {
                "id": doubt.proposal.id if doubt.proposal else "",
                "word": doubt_words().get(doubt.code, doubt.code),
                "where": doubt.where,
                "message": doubt.message,
                "action": action_words().get(doubt.proposal.action, "") if doubt.proposal else "",
            }
            for doubt in look.doubts
        ],
        "findings": look.findings,
        "revision": investigation.revision,
    }


def _line(line: Line, look: LookedAt, names: dict[str, str]) -> dict[str, str]:
    words = {
        "new_delivery": _("new delivery"),
        "changed_delivery": _("delivery changed"),
        "gone_delivery": _("delivery no longer named"),
        "new_station": _("new operator"),
        "changed_station": _("operator completed"),
        "new_link": _("went into"),
        "gone_link": _("no longer went into"),
    }
    texts = [_thing(line, id_, look, names) for id_ in line.ids]
    return {"word": words[line.kind], "text": " → ".join(texts)}


def _thing(line: Line, id_: str, look: LookedAt, names: dict[str, str]) -> str:
    if "station" in line.kind:
        return names.get(id_, id_)
    rows = [*(look.after.get("deliveries") or []), *(look.before.get("deliveries") or [])]
    row: dict[str, Any] = next((one for one in rows if str(one["id"]) == id_), {})
    amount = f"{row['amount']:g} {row.get('unit', '')}" if _is_number(row.get("amount")) else ""
    ends = [names.get(str(row.get(end)), str(row.get(end, ""))) for end in ("from", "to")]
    parts = (row.get("product"), row.get("lot"), row.get("date"), amount, " > ".join(ends))
    return " · ".join(str(part).strip() for part in parts if part)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def doubt_words() -> dict[str, str]:
    """Kinds of doubt."""
    return {
        "form_corrects": _("correction"),
        "station_alike": _("names alike"),
        "delivery_repeated": _("said twice"),
        "lot_alike": _("lot numbers alike"),
        "date_impossible": _("impossible date"),
        "above_stock": _("more than was there"),
    }


def action_words() -> dict[str, str]:
    """What ticking a doubt does."""
    return {
        "correct": _("take the correction"),
        "same_station": _("they are one operator"),
        "same_lot": _("they are one lot"),
        "same_delivery": _("they are one delivery"),
    }


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
