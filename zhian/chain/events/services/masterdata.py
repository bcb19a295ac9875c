"""Master data of documents: kept as proposals; a person takes them into a register, or does not."""

from dataclasses import dataclass
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from zhian.chain.events import policies
from zhian.chain.events.engine.documents import Document
from zhian.chain.events.engine.masterdata import entries
from zhian.chain.events.models import (
    CaptureJob,
    MasterDataProposal,
    ProposalKind,
    ProposalState,
)
from zhian.chain.events.selectors.masterdata import proposal, registered
from zhian.chain.events.vocabulary.happenings import MasterDataSeen
from zhian.foundation.duties import selectors as owed
from zhian.foundation.duties import services as duties
from zhian.foundation.duties.vocabulary import Deed
from zhian.foundation.offices import selectors as offices
from zhian.foundation.offices.models import Office, User
from zhian.foundation.offices.policies import require
from zhian.kernel import clock
from zhian.kernel.errors import BadInput, Conflict, FieldError
from zhian.kernel.outbox import publish
from zhian.kernel.use_cases import record, use_case
from zhian.registry.products.services import ProductFacts, register_product
from zhian.registry.subjects import selectors as subjects
from zhian.registry.subjects.services import SiteFacts, open_site
from zhian.registry.subjects.vocabulary import ChainLink

_LONGEST_NAME, _LONGEST_KEY = 500, 2048
# who keeps the register where nobody supervises a site of the sender yet
_QUALITY_SUPERVISION = "qts"


def propose(job: CaptureJob, document: Document) -> int:
    """Keep what a captured document says of products, sites and parties; says how many are new.

    Part of capturing: what was proposed before in the same words is not proposed again.
    """
    found = {entry.digest: entry for entry in entries(document.root)}
    known = MasterDataProposal.objects.filter(digest__in=found).values_list("digest", flat=True)
    for digest in known:
        del found[digest]
    MasterDataProposal.objects.bulk_create(
        [
            MasterDataProposal(
                job=job,
                kind=entry.kind.value,
                vocabulary=entry.vocabulary[:_LONGEST_KEY],
                key=entry.key[:_LONGEST_KEY],
                name=entry.name[:_LONGEST_NAME],
                attributes=entry.attributes,
                digest=digest,
                proposed_at=job.created_at,
            )
            for digest, entry in found.items()
        ],
        ignore_conflicts=True,
    )
    if found:
        publish(MasterDataSeen(capture_id=str(job.capture_id), proposals=len(found)))
    return len(found)


@use_case("events.proposals.handed")
def hand_to_office(*, acting_user: User, capture_id: UUID) -> None:
    """Have the office answerable for the sender decide on what a document proposed; once."""
    job = CaptureJob.objects.select_related("office").get(capture_id=capture_id)
    office = _answerable(job)
    begun = owed.duties_about(job).exists()
    if office is not None and not begun:
        duties.start_duty(
            acting_user=acting_user,
            deed=Deed.DECIDE_MASTER_DATA,
            subject=job,
            office=office,
            url=f"{reverse('events:proposals')}?state={ProposalState.PROPOSED}",
        )
    record(job, office=None if office is None else office.code, begun=begun)


def _answerable(job: CaptureJob) -> Office | None:
    """The sender's own office, or the one that supervises the operator; none for the platform."""
    if job.operator_ref is None:
        return job.office
    sender = subjects.operators_by_id([job.operator_ref]).get(job.operator_ref)
    if sender is None:
        return None
    sites = subjects.sites_of(sender.pk).values_list("pk", flat=True)
    supervised = subjects.supervision_on(sites, clock.today())
    for _site, supervision in sorted(supervised.items()):
        return supervision.office
    return offices.responsible_office(sender.region_id, _QUALITY_SUPERVISION, clock.today())


@dataclass(frozen=True)
class SiteDetails:
    """What master data does not say of a site and a person must."""

    operator_id: int
    link: ChainLink
    region_code: str


@use_case("events.proposal.accepted")
def accept_product(*, acting_user: User, proposal_id: int) -> MasterDataProposal:
    """Enter a proposed product into the register; Conflict when it is there already."""
    found = _open(acting_user, proposal_id, ProposalKind.PRODUCT)
    said = found.attributes
    made = register_product(
        acting_user=acting_user,
        facts=ProductFacts(
            name_zh=found.name or found.key,
            gtin=found.key,
            producer_name=str(said.get("manufacturerOfTradeItemPartyName", "")),
        ),
    )
    return _decided(found, acting_user, ProposalState.ACCEPTED, made=made.pk)


@use_case("events.proposal.accepted")
def accept_site(*, acting_user: User, proposal_id: int, details: SiteDetails) -> MasterDataProposal:
    """Enter a proposed site into the register; Conflict when it is there already."""
    found = _open(acting_user, proposal_id, ProposalKind.SITE)
    said = found.attributes
    address = " ".join(
        str(said[name])
        for name in ("postalCode", "state", "city", "streetAddressOne", "streetAddressTwo")
        if said.get(name)
    )
    made = open_site(
        acting_user=acting_user,
        facts=SiteFacts(
            operator_id=details.operator_id,
            name_zh=found.name or found.key,
            link=details.link,
            region_code=details.region_code,
            sgln=found.key,
            address=address,
        ),
    )
    return _decided(found, acting_user, ProposalState.ACCEPTED, made=made.pk)


@use_case("events.proposal.refused")
def refuse_proposal(*, acting_user: User, proposal_id: int, reason: str) -> MasterDataProposal:
    """Leave the register as it is, and say why."""
    found = _open(acting_user, proposal_id)
    if not reason.strip():
        raise BadInput(fields=[FieldError("reason", _("Say why"))])
    found.reason = reason.strip()[:500]
    return _decided(found, acting_user, ProposalState.REFUSED)


def _open(acting_user: User, proposal_id: int, kind: str | None = None) -> MasterDataProposal:
    require(policies.can_decide_proposals(acting_user))
    seen = proposal(acting_user, proposal_id)
    found = MasterDataProposal.objects.select_for_update().get(pk=seen.pk)
    if found.state != ProposalState.PROPOSED:
        raise Conflict(_("This proposal was decided already."))
    if kind is not None and found.kind != kind:
        raise Conflict(_("This proposal is for another register."))
    if kind is not None and registered(found) is not None:
        raise Conflict(_("The register has this already; a proposal never changes it."))
    return found


def _decided(
    found: MasterDataProposal, user: User, state: ProposalState, made: int | None = None
) -> MasterDataProposal:
    found.state, found.decided_by, found.decided_at = state, user, clock.now()
    found.save(update_fields=["state", "decided_by", "decided_at", "reason"])
    left = MasterDataProposal.objects.filter(job=found.job_id, state=ProposalState.PROPOSED)
    if not left.exists():
        duties.finish_for(acting_user=user, deed=Deed.DECIDE_MASTER_DATA, subject=found.job)
    record(found, state=str(state), key=found.key, kind=found.kind, made=made)
    return found
