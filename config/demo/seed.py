"""Seed a data folder: the world, a year of trade, routine samples, the story up to its eve."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path

from config.demo import flows, names, people, register, world
from config.demo.flows import BAD_LOT, LOT_AGE
from config.demo.people import Staff
from config.demo.register import Register
from config.demo.world import COUNTIES, World
from zhian.chain.events import services as events
from zhian.fieldwork.sampling import services as sampling
from zhian.fieldwork.sampling.models import Sample, TestReport
from zhian.fieldwork.sampling.services import Draw, Hands, Place, ResultInput
from zhian.foundation.duties import services as duties
from zhian.foundation.notices import services as notices
from zhian.foundation.notices.vocabulary import Addressee, AddresseeKind
from zhian.foundation.offices import selectors as offices
from zhian.foundation.offices.models import User
from zhian.foundation.regions import selectors as regions
from zhian.kernel import clock, outbox
from zhian.registry.subjects import selectors as subjects

Say = Callable[[str], None]
TOLD_DAYS_AGO = 62
ROUTINE = {"tiny": 2}
USUAL_ROUTINE = 48


@dataclass
class Seeded:
    """What the story needs to go on."""

    world: World
    register: Register
    staff: Staff
    report: TestReport


def townships() -> dict[str, list[str]]:
    """Towns and townships of the demo counties, without farms, prisons and the like."""
    return {
        county: [
            region.code
            for region in regions.regions_under(county).filter(level=4).order_by("code")
            if region.name_zh.endswith(("镇", "乡"))
        ]
        for county, _name in COUNTIES
    }


def seed(scale: str, today: date, say: Say) -> Seeded:
    """Write everything, oldest first, with the clock held where each thing happened."""
    system, admin = offices.system_user(), offices.user_by_name("admin")
    assert admin is not None, "zhian init first"
    made = world.build(scale, today, townships())
    with clock.at(_noon(today, 400)):
        say("offices and officers")
        staff = people.hire(admin, today - timedelta(days=399))
        say(f"{len(made.firms)} operators, {len(made.licences)} licences")
        entered = register.enter(made, staff, admin, system)
    outbox.drain()
    flow = flows.flows(made)
    _events(made, flow, system, say)
    say("routine samples")
    _routine_samples(made, entered, staff)
    _told_and_did_nothing(made, entered, staff)
    report = _the_sample(made, entered, staff)
    outbox.drain()
    return Seeded(made, entered, staff, report)


def write_truth(made: World, folder: Path) -> Path:
    """The ground truth of the seed, for checks."""
    path = folder / "ground_truth.json"
    path.write_text(json.dumps(made.truth, ensure_ascii=False, indent=2) + "\n")
    return path


def _noon(today: date, days_ago: float) -> datetime:
    noon = datetime.combine(today, time(12, 0), tzinfo=clock.BEIJING)
    return noon - timedelta(days=days_ago)


def _events(made: World, flow: flows.Flow, system: User, say: Say) -> None:
    for sent, (at, raw) in enumerate(flows.documents(made, flow.events), start=1):
        with clock.at(at):
            events.capture_document(acting_user=system, raw=raw, media_type="application/ld+json")
        if sent % 5 == 0:
            say(f"{sent} documents of events")
    outbox.drain()


def _draw(
    entered: Register, staff: Staff, key: str, lot: str, produced: date, number: int, **more: object
) -> Sample:
    return sampling.draw_sample(
        acting_user=staff.users["li"],
        draw=Draw(
            site_id=entered.site[key],
            product_id=entered.product[str(more["product"])],
            lot_key=lot,
            lot_text=lot.rsplit(".", 1)[1],
            produced_on=produced,
            second_officer_id=staff.users["wang"].pk,
            laboratory_id=staff.office[("lab", world.HOME)].pk,
            quantity=Decimal("2"),
            unit="kg",
            seal_number=f"HLJ-{number:06d}",
            population_size=200,
            random_index=number % 200 + 1,
            routine=bool(more.get("routine", True)),
        ),
    )


def _tested(staff: Staff, sample: Sample, at: datetime, results: list[ResultInput]) -> TestReport:
    """The sample goes to the laboratory and a report is drafted."""
    with clock.at(at + timedelta(hours=5)):
        sampling.hand_over(
            acting_user=staff.users["li"],
            sample_id=sample.pk,
            hands=Hands(Place("龙江县"), to_user_id=staff.users["lin"].pk),
        )
    with clock.at(at + timedelta(hours=7)):
        sampling.receive_sample(
            acting_user=staff.users["lin"],
            sample_id=sample.pk,
            place=Place("龙江县检验中心"),
            seal_intact=True,
        )
    with clock.at(at + timedelta(hours=30)):
        return sampling.draft_report(
            acting_user=staff.users["lin"],
            sample_id=sample.pk,
            method="GB/T 22388-2008",
            results=results,
        )


def melamine(value: str) -> list[ResultInput]:
    """The result a report states."""
    return [
        ResultInput(
            item_zh="三聚氰胺", item_en="melamine", value_text=value, unit="mg/kg", lod="0.05"
        )
    ]


def _routine_samples(made: World, entered: Register, staff: Staff) -> None:
    shops = [firm for firm in made.of_kind("SHOP") if firm.region[:6] == world.HOME]
    mixer = made.firms["mixer0"]
    wanted = ROUTINE.get(made.scale, USUAL_ROUTINE)
    for number, shop in enumerate(shops[:: max(1, len(shops) // wanted)][:wanted]):
        month = 12 - number % 11
        at = _noon(made.today, month * 28.0 - 4)
        lot = names.lgtin(mixer.prefix, 1, f"B{month + 1:03d}")
        with clock.at(at):
            sample = _draw(
                entered, staff, shop.key, lot, (at - timedelta(days=30)).date(), number,
                product="mixer0/1",
            )  # fmt: skip
        report = _tested(staff, sample, at, melamine("ND"))
        with clock.at(at + timedelta(hours=52)):
            sampling.sign_report(
                acting_user=staff.users["chen"], report_id=report.pk, pin=people.PIN
            )


def _told_and_did_nothing(made: World, entered: Register, staff: Staff) -> None:
    """The bureau told qian in writing that the workshop sells outside its township."""
    site = subjects.site(entered.site["workshop"])
    with clock.at(_noon(made.today, TOLD_DAYS_AGO)):
        notice = notices.issue(
            acting_user=staff.users["head"],
            kind="INFORMATION",
            subject=site,
            title_zh="关于小作坊超区域销售的交办通知",
            title_en="Assignment: a workshop sells outside its township",
            body_zh=f"{site.name_zh}在本乡镇以外销售糕点，请依法处理并报告结果。",
            body_en=f"{site.name_en} sells pastry outside its township. Act on it and report.",
            addressees=[Addressee(AddresseeKind.OFFICER, staff.users["qian"].pk, "钱守成")],
        )
        notices.serve_electronically(acting_user=staff.users["head"], notice_ids=[notice.pk])
        duties.start_duty(
            acting_user=staff.users["head"],
            deed="follow_up_finding",
            subject=site,
            office=offices.office_of(staff.users["qian"]),
            officer=staff.users["qian"],
            label=site.name_zh,
            due_at=_noon(made.today, TOLD_DAYS_AGO - 10),
            legal_basis="交办通知限定 10 日",
        )


def _the_sample(made: World, entered: Register, staff: Staff) -> TestReport:
    """The lot in question, drawn at the beverage maker three days ago."""
    dairy = made.firms["dairy"]
    lot = names.lgtin(dairy.prefix, 1, BAD_LOT)
    at = _noon(made.today, 3)
    with clock.at(at):
        sample = _draw(
            entered, staff, "mixer0", lot, made.today - timedelta(days=LOT_AGE), 900_001,
            product="dairy/1", routine=False,
        )  # fmt: skip
    return _tested(staff, sample, at, melamine("62.4"))
