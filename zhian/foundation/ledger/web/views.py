"""The ledger to read: entries, one entry with its proof, checkpoints."""

from collections.abc import Iterable, Sequence

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from zhian.foundation.ledger import policies, selectors
from zhian.foundation.ledger.models import Checkpoint, Entry
from zhian.foundation.ledger.vocabulary import (
    description,
    descriptions,
    subject_link,
    subject_title,
)
from zhian.foundation.ledger.web.presenting import presented
from zhian.foundation.offices import selectors as offices
from zhian.foundation.offices.policies import signed_in
from zhian.kernel.errors import NotKnown
from zhian.kernel.lists import Action, ChoiceFilter, DateFilter, ListColumn, ListPage, TextFilter
from zhian.kernel.pages import render


def name_offices(entries: Sequence[Entry]) -> None:
    """Give each entry the name of its office, in one query."""
    names = offices.office_names({entry.office_code for entry in entries if entry.office_code})
    for entry in entries:
        entry.office_name = names.get(entry.office_code, "")  # type: ignore[attr-defined]


def subject_text(entry: Entry) -> str:
    """What an entry is about, in words."""
    return subject_title(entry.subject_type, entry.subject_id)


def _address(entry: Entry) -> str:
    return reverse("ledger:entry", args=[entry.seq])


COLUMNS = (
    ListColumn("seq", gettext_lazy("Entry no."), numeric=True, sort="seq", href=_address),
    ListColumn("at", gettext_lazy("Time"), sort="at"),
    ListColumn("kind", gettext_lazy("Deed"), value=lambda entry: description(entry.kind)),
    ListColumn("subject", gettext_lazy("Subject"), value=subject_text),
    ListColumn("actor_name", gettext_lazy("By"), sort="actor_name"),
    ListColumn("office", gettext_lazy("Office"), value=lambda entry: entry.office_name),
)


@require_GET
def entry_list(request: HttpRequest) -> HttpResponseBase:
    """Every entry this person may read, newest first."""
    kinds = sorted(
        (kind, str(text))
        for kind, text in descriptions().items()
        if not kind.startswith("reaction.")
    )
    return ListPage(
        title=_("Ledger"),
        queryset=policies.entries_visible_to(signed_in(request.user)),
        columns=COLUMNS,
        search=("actor_name__icontains", "subject_id", "kind__icontains"),
        filters=[
            ChoiceFilter("kind", _("Deed"), kinds),
            TextFilter("subject", _("Subject number"), lookup="subject_id"),
            DateFilter("at", _("Time"), moment=True),
        ],
        default_sort="-seq",
        empty=_("Nothing was done in your territory yet. Every deed appears here by itself."),
        export_name="ledger",
        prepare=name_offices,
        row_url=_address,
        actions=[Action(_("Checkpoints"), reverse("ledger:checkpoints"))],
    ).respond(request)


@require_GET
def entry_detail(request: HttpRequest, seq: int) -> HttpResponse:
    """One entry, what set it off, what followed, and whether its hash still holds."""
    entry = _visible(request, seq)
    reader = signed_in(request.user)
    visible = policies.entries_visible_to(reader)
    name_offices([entry])
    context = {
        "title": description(entry.kind),
        "entry": entry,
        "subject": subject_text(entry),
        "subject_url": subject_link(entry.subject_type, entry.subject_id, reader),
        "values": presented(entry.data),
        "cause": visible.filter(pk=entry.cause).first() if entry.cause else None,
        "consequences": _timeline(visible.filter(cause=entry.pk).order_by("seq")),
        "hash_holds": selectors.hash_holds(entry),
        "checkpoint": selectors.checkpoint_over(entry),
    }
    return render(request, "ledger/entry.html", context)


def _timeline(entries: Iterable[Entry]) -> list[dict[str, object]]:
    return [
        {"at": one.at, "what": description(one.kind), "who": one.actor_name, "url": _address(one)}
        for one in entries
    ]


@require_GET
def entry_proof(request: HttpRequest, seq: int) -> JsonResponse:
    """The entry with its inclusion proof, for anybody to check with the public key."""
    entry = _visible(request, seq)
    proof = selectors.proof_of(entry)
    if proof is None:
        raise NotKnown(_("No checkpoint covers this entry yet; the next one does."))
    content = {
        "entry": selectors.content_of(entry),
        "checkpoint": selectors.statement_of(proof.checkpoint),
        "index": entry.seq - 1,
        "path": list(proof.path),
        "holds": proof.holds,
    }
    answer = JsonResponse(content, json_dumps_params={"ensure_ascii": False, "indent": 2})
    answer["Content-Disposition"] = f'attachment; filename="ledger-{entry.seq}-proof.json"'
    return answer


@require_GET
def checkpoint_list(request: HttpRequest) -> HttpResponseBase:
    """Every signed checkpoint, newest first."""
    if not policies.can_see_checkpoints(signed_in(request.user)):
        raise NotKnown
    return ListPage(
        title=_("Checkpoints of the ledger"),
        queryset=selectors.checkpoints(),
        columns=[
            ListColumn("seq", _("Checkpoint no."), numeric=True, sort="seq"),
            ListColumn("at", _("Signed at"), sort="at"),
            ListColumn("size", _("Entries covered"), numeric=True, sort="size"),
            ListColumn("root", _("Merkle root"), code=True),
            ListColumn("public_key", _("Signing key"), code=True),
            ListColumn("signature", _("Signature"), value=_signature_state, badge=_colour),
        ],
        default_sort="-seq",
        empty=_("No checkpoint yet; the worker signs one every ten minutes when there is news."),
        export_name="checkpoints",
    ).respond(request)


def _signature_state(checkpoint: Checkpoint) -> str:
    return _("Valid") if selectors.signature_holds(checkpoint) else _("Not valid")


def _colour(checkpoint: Checkpoint) -> str:
    return "green" if selectors.signature_holds(checkpoint) else "red"


def _visible(request: HttpRequest, seq: int) -> Entry:
    found = policies.entries_visible_to(signed_in(request.user)).filter(seq=seq).first()
    if found is None:
        raise NotKnown
    return found
