"""Operators, sites and permits made for tests; writes happen in `unguarded("set-up")`."""

from __future__ import annotations

import itertools
import uuid
from datetime import UTC, date, datetime

from tests import factories as make
from zhian.foundation.offices.models import Office, Officer, User
from zhian.kernel.use_cases import unguarded
from zhian.registry.permits.models import Instrument, StatusChange
from zhian.registry.permits.vocabulary import InstrumentState, Step
from zhian.registry.subjects.engine.names import search_text
from zhian.registry.subjects.models import Operator, OperatorClerk, Site, Supervision
from zhian.registry.subjects.vocabulary import USUAL_LINK, ChainLink, FoundBy, OperatorKind

TOWNSHIP = "130123100"
_numbers = itertools.count(1)


def operator(
    name_zh: str = "",
    kind: OperatorKind = OperatorKind.SHOP,
    region: str = TOWNSHIP,
    *,
    uscc: str | None = None,
    former_names: tuple[str, ...] = (),
    township_office: Office | None = None,
) -> Operator:
    """An operator; a workshop gets its township's office unless one is named."""
    make.region(region)
    name = name_zh or f"便民食品店{next(_numbers)}号"
    if kind == OperatorKind.WORKSHOP and township_office is None:
        township_office = make.office("township", region)
    with unguarded(make.SET_UP):
        return Operator.objects.create(
            name_zh=name,
            former_names=list(former_names),
            uscc=uscc,
            kind=kind,
            region_id=region,
            first_responsible="王小二",
            found_by=FoundBy.CENSUS,
            found_at=make.LONG_AGO,
            registered_at=datetime(2007, 1, 1, tzinfo=UTC),
            township_office=township_office,
            search_text=search_text([name, *former_names], [uscc]),
        )


def site(
    of: Operator | None = None,
    link: ChainLink | None = None,
    region: str = "",
    *,
    sgln: str = "",
    keeps_ledger: bool = True,
) -> Site:
    """A site where its operator stands, with a number of its own."""
    owner = of or operator()
    number = next(_numbers)
    if region:
        make.region(region)
    with unguarded(make.SET_UP):
        return Site.objects.create(
            operator=owner,
            name_zh=f"{owner.name_zh}经营场所",
            sgln=sgln or f"urn:epc:id:sgln:6999999.{number:05}.0",
            link=link or USUAL_LINK[OperatorKind(owner.kind)],
            region_id=region or owner.region_id,
            keeps_ledger=keeps_ledger,
            opened_on=make.LONG_AGO,
        )


def supervision(of: Site, officer: Officer, since: date = make.LONG_AGO) -> Supervision:
    """An officer who answers for a site, in the name of the own office."""
    with unguarded(make.SET_UP):
        return Supervision.objects.create(
            site=of, office=officer.office, officer=officer, since=since
        )


def clerk(user: User, of: Operator) -> OperatorClerk:
    """An account that speaks for an operator."""
    with unguarded(make.SET_UP):
        return OperatorClerk.objects.create(user=user, operator=of, role="店长")


def instrument(
    of: Site,
    office: Office,
    type_code: str = "food_business",
    *,
    number: str = "",
    valid_from: date = make.LONG_AGO,
    valid_to: date | None = None,
    scope: tuple[str, ...] = (),
    for_site: bool = True,
) -> Instrument:
    """A valid permit with its grant in the history."""
    with unguarded(make.SET_UP):
        made = Instrument.objects.create(
            type_code=type_code,
            number=number or f"TEST{next(_numbers):06}",
            operator=of.operator,
            site=of if for_site else None,
            scope=list(scope),
            issuing_office=office,
            accountable_office=office,
            valid_from=valid_from,
            valid_to=valid_to,
        )
        StatusChange.objects.create(
            instrument=made,
            step=Step.GRANT,
            state=InstrumentState.VALID,
            on=valid_from,
            office=office,
            entry_id=uuid.uuid4(),
            recorded_at=datetime(2007, 1, 1, tzinfo=UTC),
        )
    return made
