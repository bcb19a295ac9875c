"""The demo world as plain data: firms, licences, goods, and the ground truth of its story.

One bad milk-powder lot → three mixers → forty batches → nine hundred shops. One shop keeps no
ledger, one mixer returned part of the lot, one workshop sells outside its township, one officer
was told and did nothing for two months. The same scale gives the same world, day for day,
counted from the day of the story.
"""

import random
from dataclasses import dataclass, field
from datetime import date, timedelta

from config.demo import names

SEED = 20070823  # the day the campaign was announced
COUNTIES = (("230221", "龙江县"), ("230224", "泰来县"), ("230225", "甘南县"), ("230227", "富裕县"))
HOME, NEXT, SOURCE, FAR = (code for code, _name in COUNTIES)
# `tiny` is the same story for tests: every role in it once.
SHOPS = {"tiny": 18, "county": 900, "city": 3_000, "province": 9_000}
MONTHS = {"tiny": 1, "county": 12, "city": 12, "province": 12}
BATCHES = {"tiny": (2, 1, 1)}
STORY_BATCHES = (14, 13, 13)
LOT_KG = 24_000
RETURNED_KG = 2_500


# Every food of this world contains milk: the food category of the melamine announcement.
MELAMINE_NODE = (("公告2011-10", "other_food"),)


@dataclass
class Firm:
    """An operator with one site."""

    key: str
    kind: str
    link: str
    name_zh: str
    name_en: str
    uscc: str | None
    region: str
    address: str
    person: str
    phone: str
    prefix: str
    keeps_ledger: bool = True
    sale_area: str | None = None
    found_by: str = "CENSUS"

    @property
    def site(self) -> str:
        """Key of its one site."""
        return names.sgln(self.prefix)


@dataclass
class Licence:
    """An instrument of market access that a firm holds."""

    firm: str
    type_code: str
    number: str
    scope: list[str]
    valid_from: date
    valid_to: date


@dataclass
class Goods:
    """A trade item."""

    gtin: str
    firm: str
    item: int
    name_zh: str
    name_en: str
    category_zh: str
    category_en: str
    nodes: tuple[tuple[str, str], ...] = ()


@dataclass
class World:
    """Everything the seed writes, and the truth it is checked against."""

    scale: str
    today: date
    firms: dict[str, Firm] = field(default_factory=dict)
    licences: list[Licence] = field(default_factory=list)
    goods: dict[str, Goods] = field(default_factory=dict)
    truth: dict[str, object] = field(default_factory=dict)

    def of_kind(self, kind: str) -> list[Firm]:
        """The firms of one kind, in the order they were made."""
        return [firm for firm in self.firms.values() if firm.kind == kind]


class _Builder:
    """Makes firms one after the other; all chance comes from one seeded die."""

    def __init__(self, scale: str, today: date, townships: dict[str, list[str]]) -> None:
        self.world = World(scale, today)
        self.dice = random.Random(SEED)  # noqa: S311 — a story, not a secret
        self.names = names.FirmNames(self.dice)
        self.townships = townships
        self.number = 0

    def firm(self, key: str, kind: str, link: str, county: str, trade: tuple[str, str]) -> Firm:
        self.number += 1
        township = self.dice.choice(self.townships[county])
        place = dict(COUNTIES)[county]
        name_zh, name_en = self.names.firm(place, *trade)
        person_zh, _person_en = names.person(self.dice)
        made = Firm(
            key=key,
            kind=kind,
            link=link,
            name_zh=name_zh,
            name_en=name_en,
            uscc=names.credit_code(county, self.number),
            region=township,
            address=f"{place}{self.dice.randint(1, 199)}号",
            person=person_zh,
            phone=f"0452-{self.dice.randint(1000000, 9999999)}",
            prefix=names.company_prefix(self.number),
        )
        self.world.firms[key] = made
        return made

    def licence(
        self, firm: Firm, type_code: str, scope: list[str], *, started: int = 400, days: int = 1826
    ) -> None:
        letters, head, width = {
            "food_production": ("SC", "105", 4),
            "food_business": ("JY", "3" if firm.kind == "CANTEEN" else "1", 6),
        }.get(type_code, ("", "1", 6))
        region6 = firm.region[:6]
        serial = int(firm.prefix[3:])
        number = names.licence_number(letters, head, region6, serial, width)
        if type_code == "business":
            number = str(firm.uscc)
        start = self.world.today - timedelta(days=started)
        self.world.licences.append(
            Licence(firm.key, type_code, number, scope, start, start + timedelta(days=days - 1))
        )

    def item(
        self,
        firm: Firm,
        item: int,
        name: tuple[str, str],
        category: tuple[str, str],
    ) -> Goods:
        gtin = names.gtin(firm.prefix, item)
        made = Goods(gtin, firm.key, item, *name, *category, nodes=MELAMINE_NODE)
        self.world.goods[f"{firm.key}/{item}"] = made
        return made


POWDER = (("全脂乳粉", "Whole milk powder"), ("乳粉", "milk powder"))
MIXES = (
    (("速溶奶茶粉", "Instant milk-tea powder"), ("固体饮料", "solid beverages")),
    (("奶味硬糖", "Milk hard candy"), ("糖果", "confectionery")),
    (("早餐奶味麦片", "Milk breakfast cereal"), ("方便食品", "instant cereals")),
)


def batches_of(scale: str) -> tuple[int, ...]:
    """How many batches each mixer made with the bad lot."""
    return BATCHES.get(scale, STORY_BATCHES)


def build(scale: str, today: date, townships: dict[str, list[str]]) -> World:
    """The world of a scale, counted back from `today`; `townships` per county code."""
    make = _Builder(scale, today, townships)
    _producers(make)
    _traders(make)
    _the_odd_ones(make)
    make.world.truth["shops"] = len(make.world.of_kind("SHOP")) + len(make.world.of_kind("CANTEEN"))
    return make.world


def _producers(make: _Builder) -> None:
    for number in range(12):
        farm = make.firm(
            f"farm{number}", "FARM", "PRIMARY_PRODUCTION", SOURCE,
            ("奶牛养殖场", "Dairy Farm"),
        )  # fmt: skip
        make.licence(farm, "business", ["奶牛养殖"])
        make.licence(farm, "animal_epidemic_prevention", ["奶牛"])
        make.item(farm, 1, ("生鲜乳", "Raw milk"), ("生乳", "raw milk"))
    dairy = make.firm("dairy", "DAIRY", "PRODUCTION", SOURCE, ("乳业有限公司", "Dairy Co., Ltd."))
    make.licence(dairy, "business", ["乳制品生产"])
    make.licence(dairy, "food_production", ["乳制品"])
    make.item(dairy, 1, *POWDER)
    counties = (HOME, NEXT, FAR)
    trades = (
        ("饮品有限公司", "Beverages Co., Ltd."),
        ("糖果食品厂", "Confectionery"),
        ("谷物食品有限公司", "Cereal Foods Co., Ltd."),
    )
    scopes = (["饮料"], ["糖果制品"], ["饼干"])  # the third is licensed for biscuits only
    for number in range(3):
        mixer = make.firm(f"mixer{number}", "MIXER", "PRODUCTION", counties[number], trades[number])
        make.licence(mixer, "business", ["食品生产"])
        make.licence(mixer, "food_production", scopes[number])
        make.item(mixer, 1, *MIXES[number])


def _traders(make: _Builder) -> None:
    homes = (HOME, HOME, HOME, NEXT, NEXT, FAR, FAR, SOURCE)
    for number, county in enumerate(homes):
        trader = make.firm(
            f"wholesaler{number}", "WHOLESALER", "CIRCULATION", county,
            ("食品批发部", "Food Wholesale"),
        )  # fmt: skip
        make.licence(trader, "business", ["食品批发"])
        make.licence(trader, "food_business", ["预包装食品"])
    total = SHOPS[make.world.scale]
    for number in range(total):
        county = (HOME, HOME, HOME, NEXT, FAR, HOME)[number % 6]
        kind, trade = ("SHOP", ("食杂店", "Food Shop"))
        if number % 15 == 7:
            kind, trade = ("CANTEEN", ("学校食堂", "School Canteen"))
        link = "CATERING" if kind == "CANTEEN" else "CIRCULATION"
        shop = make.firm(f"shop{number:04d}", kind, link, county, trade)
        if number % 41 == 5:  # never had one
            shop.found_by = "VISIT"
            shop.uscc = None
            continue
        make.licence(shop, "business", ["食品零售"])
        expired = number % 23 == 3
        make.licence(
            shop, "food_business", ["预包装食品", "散装食品"],
            started=1900 if expired else 300,
        )  # fmt: skip


def _the_odd_ones(make: _Builder) -> None:
    last = SHOPS[make.world.scale] - 1
    silent = make.world.firms[f"shop{min(300, last):04d}"]
    silent.keeps_ledger = False
    workshop = make.firm(
        "workshop", "WORKSHOP", "PRODUCTION", HOME, ("糕点小作坊", "Pastry Workshop")
    )
    workshop.sale_area = workshop.region
    make.licence(workshop, "business", ["糕点制作"])
    make.licence(workshop, "pledge", ["糕点"], started=200, days=365)
    make.item(workshop, 1, ("奶香饼", "Milk cookies"), ("糕点", "pastry"))
    outside = next(
        firm
        for firm in make.world.of_kind("SHOP")
        if firm.region[:6] == HOME and firm.region != workshop.region and firm.keeps_ledger
    )
    make.world.truth.update(
        no_ledger=silent.key,
        workshop=workshop.key,
        workshop_sells_to=outside.key,
        returned_by="mixer1",
        returned_kg=RETURNED_KG,
        mixers=3,
        batches=sum(batches_of(make.world.scale)),
        lot_kg=LOT_KG,
    )
