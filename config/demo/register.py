"""The demo's register: operators, sites, officers in charge, licences, products, clerks."""

from dataclasses import dataclass, field
from datetime import timedelta

from config.demo.people import OF_LINK, OPERATORS, PASSWORD, Staff
from config.demo.world import Firm, World
from zhian.foundation.offices import selectors as offices
from zhian.foundation.offices import services as office_services
from zhian.foundation.offices.models import Office, User
from zhian.foundation.offices.vocabulary import UserKind
from zhian.registry.permits import services as permits
from zhian.registry.permits.services import InstrumentFacts
from zhian.registry.products import services as products
from zhian.registry.subjects import services as subjects
from zhian.registry.subjects.services import OperatorFacts, SiteFacts, SupervisionFacts
from zhian.registry.subjects.vocabulary import ChainLink, FoundBy, OperatorKind

ISSUERS = {
    "business": "aic",
    "food_production": "qts",
    "food_business": "aic",
    "animal_epidemic_prevention": "agriculture",
    "pledge": "qts",
}


@dataclass
class Register:
    """What stands in the database for each firm of the world."""

    operator: dict[str, int] = field(default_factory=dict)
    site: dict[str, int] = field(default_factory=dict)
    product: dict[str, int] = field(default_factory=dict)
    clerk: dict[str, User] = field(default_factory=dict)


def enter(world: World, staff: Staff, admin: User, system: User) -> Register:
    """Write the whole world into the register, in bulk."""
    register = Register()
    firms = list(world.firms.values())
    _operators(register, firms, system)
    _sites(register, firms, world, system)
    _supervision(register, firms, world, staff, system)
    _licences(register, world, system)
    _products(register, world, system)
    _clerks(register, world, admin)
    return register


def _operators(register: Register, firms: list[Firm], system: User) -> None:
    rows = [
        OperatorFacts(
            name_zh=firm.name_zh,
            name_en=firm.name_en,
            kind=OperatorKind(firm.kind),
            region_code=firm.region,
            first_responsible=firm.person,
            found_by=FoundBy(firm.found_by),
            uscc=firm.uscc,
            address=firm.address,
            phone=firm.phone,
        )
        for firm in firms
    ]
    made = subjects.register_operators(acting_user=system, rows=rows)
    register.operator = {firm.key: one.pk for firm, one in zip(firms, made, strict=True)}


def _sites(register: Register, firms: list[Firm], world: World, system: User) -> None:
    rows = [
        SiteFacts(
            operator_id=register.operator[firm.key],
            name_zh=firm.name_zh,
            name_en=firm.name_en,
            link=ChainLink(firm.link),
            region_code=firm.region,
            sgln=firm.site,
            address=firm.address,
            keeps_ledger=firm.keeps_ledger,
            sale_area_code=firm.sale_area,
            opened_on=world.today - timedelta(days=380),
        )
        for firm in firms
    ]
    made = subjects.open_sites(acting_user=system, rows=rows)
    register.site = {firm.key: one.pk for firm, one in zip(firms, made, strict=True)}


def _supervision(
    register: Register, firms: list[Firm], world: World, staff: Staff, system: User
) -> None:
    """Each place gets an officer of its link's department; the workshop is qian's."""
    rows = []
    for number, firm in enumerate(firms):
        officers = staff.officers[(OF_LINK[firm.link], firm.region[:6])]
        officer = officers[number % len(officers)]
        if firm.key == "workshop":
            officer = next(o for o in officers if o.user.username == "qian")
        if firm.key == "mixer0":
            officer = next(o for o in officers if o.user.username == "wang")
        rows.append(
            SupervisionFacts(
                site_id=register.site[firm.key],
                officer_id=officer.pk,
                since=world.today - timedelta(days=370),
            )
        )
    subjects.assign_supervisions(acting_user=system, rows=rows)


def _licences(register: Register, world: World, system: User) -> None:
    issuers: dict[tuple[str, str], Office] = {}
    rows = []
    for licence in world.licences:
        firm = world.firms[licence.firm]
        key = (firm.region[:6], ISSUERS[licence.type_code])
        if key not in issuers:
            issuers[key] = offices.responsible_office(*key)
        rows.append(
            InstrumentFacts(
                type_code=licence.type_code,
                number=licence.number,
                operator_id=register.operator[firm.key],
                site_id=register.site[firm.key],
                scope=tuple(licence.scope),
                issuing_office_id=issuers[key].pk,
                valid_from=licence.valid_from,
                valid_to=licence.valid_to,
            )
        )
    permits.grant_many(acting_user=system, rows=rows)


def _products(register: Register, world: World, system: User) -> None:
    for key, goods in world.goods.items():
        firm = world.firms[goods.firm]
        made = products.register_product(
            acting_user=system,
            facts=products.ProductFacts(
                gtin=goods.gtin,
                class_prefix=f"urn:epc:class:lgtin:{firm.prefix}.0{goods.item:05d}",
                name_zh=goods.name_zh,
                name_en=goods.name_en,
                category_zh=goods.category_zh,
                category_en=goods.category_en,
                producer_uscc=firm.uscc or "",
                producer_name=firm.name_zh,
                nodes=goods.nodes,
            ),
        )
        register.product[key] = made.pk


def _clerks(register: Register, world: World, admin: User) -> None:
    for username, key, _what in OPERATORS:
        firm = world.firms[key]
        user = office_services.create_user(
            acting_user=admin,
            username=username,
            display_name=firm.person,
            kind=UserKind.OPERATOR,
            password=PASSWORD,
        )
        subjects.add_clerk(
            acting_user=admin,
            user_id=user.pk,
            operator_id=register.operator[key],
            role="R02",
        )
        register.clerk[username] = user
