"""One thing of every kind in the running demo world, all of the home county."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from django.db.models import QuerySet

from config.demo.world import HOME
from tests.incident import Incident
from zhian.chain.events import policies as events
from zhian.chain.events.models import (
    CaptureJob,
    Event,
    EventLot,
    EventParty,
    MasterDataProposal,
    NamedQuery,
)
from zhian.chain.events.selectors.subscriptions import queries_of
from zhian.chain.events.services import queries, submit_document
from zhian.chain.events.services.refusals import RefusedDocument
from zhian.chain.events.vocabulary import PartyRole
from zhian.chain.tracing import policies as tracing
from zhian.chain.tracing import services as tracing_services
from zhian.chain.tracing.models import Reply, SavedView
from zhian.fieldwork.sampling import policies as sampling
from zhian.fieldwork.sampling.models import Rejudgement
from zhian.foundation.duties import policies as duties
from zhian.foundation.duties.models import Duty
from zhian.foundation.evidence import policies as evidence
from zhian.foundation.evidence import services as keeping
from zhian.foundation.evidence.models import Item
from zhian.foundation.ledger import policies as ledger
from zhian.foundation.ledger import services as ledger_services
from zhian.foundation.ledger.models import Entry
from zhian.foundation.notices import policies as notices
from zhian.foundation.notices.models import Delivery
from zhian.foundation.offices import policies as offices
from zhian.foundation.offices import selectors as office_selectors
from zhian.foundation.offices import services as office_services
from zhian.foundation.offices.models import ApiToken, Delegation, Office, Officer, User
from zhian.kernel import clock
from zhian.kernel.use_cases import unguarded
from zhian.oversight.accountability import policies as accountability
from zhian.oversight.accountability.models import Signal
from zhian.registry.permits import policies as permits
from zhian.registry.permits.models import Instrument
from zhian.registry.products import policies as products
from zhian.registry.standards import policies as standards
from zhian.registry.standards import selectors as limits
from zhian.registry.standards import services as standard_services
from zhian.registry.standards.models import (
    Comment,
    FoodMapping,
    FoodNode,
    Limit,
    Project,
    Regulation,
)
from zhian.registry.subjects import policies as subjects
from zhian.registry.subjects.models import Site
from zhian.response.alerts import policies as alerts
from zhian.response.cases import policies as cases
from zhian.response.cases.models import Case
from zhian.response.recalls import policies as recalls
from zhian.response.recalls.models import Extension, LotBlock, Order, Reappearance

NEIGHBOUR = "qts-230224"


@dataclass(frozen=True)
class Things:
    """What the addresses are asked for."""

    values: dict[str, object]
    own: dict[str, dict[str, object]]
    lot: str

    def for_address(self, name: str) -> dict[str, object]:
        """Values by parameter name; a few addresses mean another thing by the same name."""
        return {**self.values, **self.own.get(name, {})}


def lay_out(running: Incident) -> Things:
    """Choose one of each, and make the few the story has none of."""
    seeded = running.seeded
    site = Site.objects.get(pk=seeded.register.site["mixer0"])
    home = office_selectors.office_of(running.users["wang"])
    assert home is not None
    assert site.region_id.startswith(HOME)
    order = Order.objects.get(operator_id=seeded.register.operator["shop0012"])
    assert str(order.region_id).startswith(HOME)
    assert order.recall_delivery_id is not None
    delivery = Delivery.objects.get(pk=order.recall_delivery_id)
    job, kept = _job(running), _query_of(running.users["wang"])
    event = _event_at_home(site)
    limit = Limit.objects.order_by("pk")[0]
    ledger_services.ensure_checkpoint_key()
    ledger_services.sign_checkpoint(acting_user=office_selectors.system_user())
    duty = Duty.objects.get(deed="follow_up_finding", officer=running.users["qian"])
    comment = _comment(home)
    system = office_selectors.system_user()
    standard_services.compare_market(acting_user=system, market="cn")
    standard_services.load_regulations(acting_user=system)
    reply, view = _investigated(running, order)
    values: dict[str, object] = {
        "alert_id": running.alert.pk,
        "block_id": _block(running, order).pk,
        "bundle_id": uuid4(),
        "capture_id": job.capture_id,
        "case_id": Case.objects.get(alert=running.alert).pk,
        "code": HOME,
        "comment_id": comment.pk,
        "delegation_id": _delegation(running, home).pk,
        "delivery_id": delivery.pk,
        "duty_id": duty.pk,
        "edition_id": limit.edition_id,
        "epc": EventLot.objects.filter(event=event).order_by("lot")[0].lot,
        "event_id": event.event_id,
        "extension_id": _extension(running).pk,
        "gtin": seeded.report.sample.product.gtin,
        "instrument_id": Instrument.objects.filter(site=site).order_by("pk")[0].pk,
        "investigation_id": reply.investigation_id,
        "item_id": _item(running, order).pk,
        "limit_id": limit.pk,
        "lot": seeded.report.sample.lot_text,
        "mapping_id": _mapping().pk,
        "market": "cn",
        "name": kept.name,
        "notice_id": delivery.notice_id,
        "office_id": home.pk,
        "officer_id": Officer.objects.get(user=running.users["wang"]).pk,
        "operator_id": site.operator_id,
        "order_id": order.pk,
        "own_permit": Instrument.objects.filter(site=site, accountable_office=home)
        .order_by("pk")[0]
        .pk,
        "pk": event.pk,
        "place": _place_at_home(event, PartyRole.BIZ_LOCATION),
        "position": 1,
        "project_id": comment.project_id,
        "product_id": seeded.report.sample.product_id,
        "query_id": kept.pk,
        "recall_id": running.recall.pk,
        "regulation_id": Regulation.objects.order_by("pk")[0].pk,
        "rejudgement_id": _rejudgement(running.users["wang"]).pk,
        "reply_id": reply.pk,
        "proposal_id": _proposed(job),
        "report_id": seeded.report.pk,
        "sample_id": seeded.report.sample_id,
        "seq": Entry.objects.get(kind="recalls.scope.confirmed").seq,
        "signal_id": Signal.objects.filter(alert=running.alert).order_by("pk")[0].pk,
        "site_id": site.pk,
        "step": "suspend",
        "subscription_id": uuid4(),
        "table": "contaminants",
        "token": "forged",
        "token_id": _token(running.users["wang"]).pk,
        "user_id": running.users["wang"].pk,
        "view_id": view.pk,
        "word": "shipping",
    }
    seen_at = {"place": _place_at_home(event, PartyRole.READ_POINT)}
    own: dict[str, dict[str, object]] = {
        "epcis:event_type": {"word": "ObjectEvent"},
        "epcis:type_events": {"word": "ObjectEvent"},
        "epcis:disposition": {"word": "in_transit"},
        "epcis:disposition_events": {"word": "in_transit"},
        "epcis:read_point": seen_at,
        "epcis:point_events": seen_at,
        "offices:task": {"code": "processed_food"},
        "portal:recall": {"notice_id": running.recall.public_notice.pk},
        "standards:move": {"step": "stop"},
    }
    return Things(values, own, running.alert.lot_key)


def _mapping() -> FoodMapping:
    """Two food categories that stand for each other."""
    ours, theirs = FoodNode.objects.order_by("pk")[:2]
    with unguarded("set-up"):
        return FoodMapping.objects.create(ours=ours, theirs=theirs, entered_at=clock.now())


def _rejudgement(user: User) -> Rejudgement:
    """A report of differences somebody of the home county once asked for."""
    with unguarded("set-up"):
        return Rejudgement.objects.create(
            edition_code="GB 2762-2025", reason="核对", by=user, at=clock.now(), judged=0,
            differing=0,
        )  # fmt: skip


def _comment(office: Office) -> Comment:
    """A comment on a project whose draft is not laid open any more (nor ever was)."""
    now = clock.now()
    with unguarded("set-up"):
        project = Project.objects.create(
            number="2026-1", year=2026, kind="REVISION", title_zh="污染物限量", office=office,
            due_on=clock.today(), stage_since=now,
        )  # fmt: skip
        return Comment.objects.create(project=project, serial=1, text="过宽", received_at=now)


def _event_at_home(site: Site) -> Event:
    """An event nobody outside the home county took part in."""
    elsewhere = EventParty.objects.exclude(site=site.sgln).values("event")
    here = EventParty.objects.filter(site=site.sgln).values("event")
    return Event.objects.filter(pk__in=here).exclude(pk__in=elsewhere).order_by("pk")[0]


def _place_at_home(event: Event, role: PartyRole) -> str:
    """Where the event took place; an event that names no such place has the site itself."""
    rows = EventParty.objects.filter(event=event)
    found = rows.filter(role=role.value).first() or rows.first()
    assert found is not None
    return found.site


def _query_of(user: User) -> NamedQuery:
    """A query the user keeps under a name."""
    return queries.keep_query(acting_user=user, name="all", query={}, prefixes={})


def _job(running: Incident) -> CaptureJob:
    """A document a shop of the home county sent, and that was refused."""
    with suppress(RefusedDocument):
        submit_document(acting_user=running.users["dian"], raw=b"{}")
    return CaptureJob.objects.get(captured_by=running.users["dian"])


def _proposed(job: CaptureJob) -> int:
    """Master data that came with a document of the home county."""
    with unguarded("set-up"):
        made = MasterDataProposal.objects.create(
            job=job, kind="product", key="06901234000177", name="鲜牛奶", digest="0" * 64,
            proposed_at=clock.now(),
        )  # fmt: skip
    return made.pk


def _block(running: Incident, order: Order) -> LotBlock:
    """Recalled goods seen again; the story in this size has none yet."""
    now = clock.now()
    with unguarded("set-up"):
        seen = Reappearance.objects.create(
            recall=running.recall, lot_key=running.alert.lot_key, site=order.site,
            site_key=order.site_key, from_order=order, kg=1, kind="receive", event_id="urn:x:1",
            happened_at=now, found_at=now,
        )  # fmt: skip
        return LotBlock.objects.create(lot_key=running.alert.lot_key, reappearance=seen, since=now)


def _extension(running: Incident) -> Extension:
    """Something found after the start that waits for the owner office."""
    now = clock.now()
    with unguarded("set-up"):
        return Extension.objects.create(
            recall=running.recall, number=1, state="PROPOSED", proposed_at=now, scope_as_of=now
        )


def _delegation(running: Incident, home: Office) -> Delegation:
    return office_services.delegate(
        acting_user=running.users["head"],
        from_office_id=home.pk,
        to_office_id=Office.objects.get(code=NEIGHBOUR).pk,
        matter="抽样",
        document_ref="委托书 1 号",
    )


def _investigated(running: Incident, order: Order) -> tuple[Reply, SavedView]:
    """An investigation with a reply nobody has looked at, and a view of it."""
    model = {"stations": [{"id": "A"}], "deliveries": [], "links": []}
    wang = running.users["wang"]
    found = tracing_services.begin_investigation(acting_user=wang, name="奶粉", model=model)
    text = tracing_services.ViewText("初步", "", investigation_id=found.pk)
    with unguarded("set-up"):
        reply = Reply.objects.create(
            investigation=found, item_id=_item(running, order).pk, filename="回复.xlsx",
            received_at=clock.now(),
        )  # fmt: skip
    return reply, tracing_services.save_view(acting_user=wang, text=text)


def _item(running: Incident, order: Order) -> Item:
    return keeping.keep(
        acting_user=running.users["dian"],
        subject=order,
        kind="DOCUMENT",
        filename="盘点.txt",
        data="库存 3 千克".encode(),
    )


def _token(user: User) -> ApiToken:
    return office_services.issue_token(acting_user=user, user_id=user.pk, label="称重台")[0]


def _known(found: Callable[[User], QuerySet[Any]], field: str = "pk") -> Callable[..., bool]:
    return lambda user, value: found(user).filter(**{field: value}).exists()


def _may_know_delivery(user: User, values: dict[str, Any]) -> bool:
    return notices.can_read_papers(user, str(values["delivery_id"]))


# What a parameter stands for, and who may know of the thing: the policies of the rooms.
KNOWN: dict[str, Callable[[User, Any], bool]] = {
    "alert_id": _known(alerts.alerts_visible_to),
    "block_id": lambda user, value: (
        recalls.reappearances_visible_to(user).filter(blocks=value).exists()
    ),
    "capture_id": _known(events.jobs_visible_to, "capture_id"),
    "case_id": _known(cases.cases_visible_to),
    "comment_id": _known(standards.comments_visible_to),
    "delivery_id": _known(notices.deliveries_addressed_to),
    "duty_id": _known(duties.duties_visible_to),
    "edition_id": _known(standards.editions_visible_to),
    "event_id": _known(events.events_visible_to, "event_id"),
    "epc": _known(events.events_visible_to, "lots__lot"),
    "extension_id": lambda user, value: (
        recalls.recalls_visible_to(user).filter(extensions=value).exists()
    ),
    "instrument_id": _known(permits.instruments_visible_to),
    "investigation_id": _known(tracing.investigations_visible_to),
    "item_id": lambda user, value: evidence.can_read(user, Item.objects.get(pk=value)),
    "limit_id": _known(standards.limits_visible_to),
    "mapping_id": _known(standards.mappings_visible_to),
    "notice_id": _known(notices.notices_visible_to),
    "office_id": _known(offices.offices_visible_to),
    "operator_id": _known(subjects.operators_visible_to),
    "order_id": _known(recalls.orders_visible_to),
    "pk": _known(events.events_visible_to),
    "proposal_id": _known(events.proposals_visible_to),
    "place": _known(events.events_visible_to, "parties__site"),
    "project_id": _known(standards.projects_visible_to),
    "product_id": _known(products.products_visible_to),
    "query_id": _known(queries_of),
    "regulation_id": _known(standards.regulations_visible_to),
    "recall_id": _known(recalls.recalls_visible_to),
    "rejudgement_id": _known(sampling.rejudgements_visible_to),
    "reply_id": _known(tracing.replies_visible_to),
    "report_id": _known(sampling.reports_visible_to),
    "sample_id": _known(sampling.samples_visible_to),
    "seq": _known(ledger.entries_visible_to, "seq"),
    "signal_id": _known(accountability.signals_visible_to),
    "site_id": _known(subjects.sites_visible_to),
    "user_id": _known(offices.users_visible_to),
    "view_id": _known(tracing.views_visible_to),
}
# A holder asks for the own orders by the recall they belong to.
KNOWN_AT: dict[str, Callable[[User, dict[str, Any]], bool]] = {
    # the public knows of a draft once it was laid open
    "portal:draft": lambda _user, values: limits.draft_shown(values["project_id"]) is not None,
    "api:orders": lambda user, values: (
        recalls.orders_visible_to(user).filter(recall_id=values["recall_id"]).exists()
    ),
    # the issuer's side knows of a delivery too; who may record its service is another question
    "notices:delivery": _may_know_delivery,
    "notices:serve": _may_know_delivery,
    "notices:refuse": _may_know_delivery,
}
# Names of no record, or of the asker's own: the address itself says who may use it.
NAMED_ONLY = frozenset(
    {
        "bundle_id", "code", "delegation_id", "gtin", "lot", "market", "name", "position", "step",
        "subscription_id", "table", "token", "token_id", "word",
    }
)  # fmt: skip
