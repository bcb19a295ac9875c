"""Made-up outbreaks with known source, to check what a ranking's probabilities are worth (3.13).

Farms supply plants, plants mix what they got into lots, stores pass on, shops serve. One lot, or
all lots of one station, is contaminated; people fall ill by what they ate. Nothing here uses the
ranking's formulas or constants: doses are drawn person by person. The same seed gives the same
outbreak on every machine.
"""

import math
import random
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

START = date(2024, 3, 1)


@dataclass(frozen=True, slots=True)
class World:
    """How the made-up chain and the illness behave; defaults are the published test."""

    farms: int = 6
    plants: int = 5
    stores: int = 4
    shops: int = 30
    lots_per_plant: int = 3
    cases: tuple[int, int] = (4, 25)  # so many cases are reported
    stray: float = 0.02  # part of the cases reported at a place that has nothing to do with it
    unrecorded: float = 0.05  # part of the outbreaks whose source is in no record
    tested: int = 4  # healthy places that were looked at closely
    missed: float = 0.5  # chance that an exposed place shows nothing when looked at
    half_dose: float = 0.02  # share of the source at which half of the portions make ill
    meals: float = 3.0  # meals of a place of middling size at which most of its guests are ill
    kill: float = 0.15  # part of the plants that heat what they make
    incubation: tuple[int, int] = (1, 4)


@dataclass(frozen=True)
class Outbreak:
    """The trace model as an office would hold it, and the truth it does not know.

    `truth` is the id of the source (of the kind asked for), None when it is in no record.
    """

    model: dict[str, Any]
    kind: str
    truth: str | None


def outbreak(seed: int, *, kind: str = "lot", world: World | None = None) -> Outbreak:
    """One made-up outbreak whose source is a lot or a station, each as probable as any other."""
    return _Maker(random.Random(seed), world or World(), kind).make()  # noqa: S311 a story, no secret


class _Maker:
    """Builds the chain, lets people eat, writes down what an office would know."""

    def __init__(self, rng: random.Random, world: World, kind: str) -> None:
        self.rng, self.world, self.kind = rng, world, kind
        self.deliveries: list[dict[str, Any]] = []
        self.links: list[list[str]] = []
        self.killed: set[str] = set()  # stations whose making ends a contamination
        self._fed: dict[str, list[str]] = defaultdict(list)  # delivery → what went into it
        self._amount: dict[str, float] = {}
        self._into: dict[str, list[str]] = defaultdict(list)  # station → deliveries to it

    def make(self) -> Outbreak:
        """The whole story; another source is drawn when nobody would fall ill."""
        self._chain()
        while True:
            truth, roots = self._source()
            share = self._shares(roots, truth)
            sick = self._ill_anyhow() if truth is None else self._ill(share)
            if sick:
                return Outbreak(self._records(sick, share), self.kind, truth)

    def _chain(self) -> None:
        world, rng = self.world, self.rng
        shops = [f"shop{n}" for n in range(world.shops)]
        stores = [f"store{n}" for n in range(world.stores)]
        for plant in (f"plant{n}" for n in range(world.plants)):
            if rng.random() < world.kill:
                self.killed.add(plant)
            got = [self._deliver(f"farm{n}", plant, 0, f"raw{n}-{plant}")
                   for n in rng.sample(range(world.farms), rng.randint(1, 3))]  # fmt: skip
            for number in range(world.lots_per_plant):
                mixture = rng.sample(got, rng.randint(1, len(got)))
                area = rng.sample(shops, rng.randint(3, max(3, world.shops // 3)))
                for target in [*rng.sample(area, len(area) // 2), rng.choice(stores)]:
                    lot = f"{plant}-{number}"
                    self._deliver(plant, target, 3 + 2 * number, lot, mixture)
        for store in stores:
            held = self._into[store]
            if held:
                for shop in rng.sample(shops, rng.randint(2, 8)):
                    self._deliver(store, shop, 12, f"{store}-mix", held)

    def _deliver(
        self, origin: str, recipient: str, day: int, lot: str, fed: list[str] | None = None
    ) -> str:
        number = f"d{len(self.deliveries)}"
        amount = round(self.rng.lognormvariate(4, 0.8), 1)
        on = START + timedelta(days=day + self.rng.randint(0, 2))
        self.deliveries.append(
            {"id": number, "from": origin, "to": recipient, "lot": lot, "date": on.isoformat(),
             "amount": amount, "unit": "kg"}
        )  # fmt: skip
        self._amount[number] = amount
        self._into[recipient].append(number)
        for one in fed or ():
            self._fed[number].append(one)
            self.links.append([one, number])
        return number

    def _source(self) -> tuple[str | None, set[str]]:
        """Whom the outbreak comes from, and its contaminated deliveries."""
        if self.rng.random() < self.world.unrecorded:
            return None, set()
        groups: dict[str, list[str]] = defaultdict(list)
        lots: dict[tuple[str, str], str] = {}
        if self.kind == "station":  # a shop's own kitchen can be the source too
            groups.update((one["to"], []) for one in self.deliveries)
        for one in self.deliveries:
            name = one["from"]
            if self.kind == "lot":
                name = lots.setdefault((one["from"], one["lot"]), one["id"])
            groups[name].append(one["id"])
        truth = self.rng.choice(sorted(groups))
        return truth, set(groups[truth])

    def _shares(self, roots: set[str], truth: str | None) -> dict[str, float]:
        """Share of the source in every delivery; those that feed come first in the list.

        What a shop that is itself the source got is taken as contaminated in its kitchen.
        """
        share: dict[str, float] = {}
        for one in self.deliveries:
            fed = self._fed[one["id"]]
            total = math.fsum(self._amount[i] for i in fed)
            part = math.fsum(self._amount[i] * share[i] for i in fed) / total if total else 0.0
            share[one["id"]] = part if one["from"] not in self.killed else 0.0
            if one["id"] in roots or (one["to"] == truth and one["to"].startswith("shop")):
                share[one["id"]] = 1.0
        return share

    def _ill(self, share: dict[str, float]) -> list[tuple[str, date]]:
        """Reported cases: guests are asked at random until enough of them are ill."""
        guests = self._guests()
        found: list[tuple[str, date]] = []
        wanted = self.rng.randint(*self.world.cases)
        for _ in range(20_000):
            if len(found) == wanted:
                break
            shop, when = self._one_guest(guests, share)
            if when is not None:
                found.append((shop, when))
        return [self._misheard(guests, case) for case in found]

    def _guests(self) -> tuple[list[str], list[float]]:
        """Shops with what they serve; a place has as many guests as it has goods, up to a point."""
        shops = sorted(shop for shop in self._into if shop.startswith("shop"))
        return shops, [math.fsum(self._amount[i] for i in self._into[shop]) for shop in shops]

    def _one_guest(
        self, guests: tuple[list[str], list[float]], share: dict[str, float]
    ) -> tuple[str, date | None]:
        """Where one guest ate, and when it fell ill, if so.

        Every place has equally many guests; where more is served each of them eats there more
        often, so large places reach their last guest sooner.
        """
        shops, served = guests
        at = self.rng.randrange(len(shops))
        usual = math.fsum(served) / len(served)
        eaten = self._into[shops[at]]
        for _ in range(self._poisson(served[at] / usual / self.world.meals)):
            chosen = self.rng.choices(eaten, [self._amount[i] for i in eaten])[0]
            if self.rng.random() < self._makes_ill(share[chosen]):
                day = date.fromisoformat(self.deliveries[int(chosen[1:])]["date"])
                eaten_on = day + timedelta(days=self.rng.randint(0, 5))
                days = self.rng.randint(*self.world.incubation)
                return shops[at], eaten_on + timedelta(days=days)
        return shops[at], None

    def _makes_ill(self, part: float) -> float:
        return part * (1 + self.world.half_dose) / (part + self.world.half_dose)

    def _poisson(self, mean: float) -> int:
        count, left = 0, self.rng.random()
        floor = math.exp(-mean)
        while left > floor:
            count += 1
            left *= self.rng.random()
        return count

    def _misheard(
        self, guests: tuple[list[str], list[float]], case: tuple[str, date]
    ) -> tuple[str, date]:
        shops, served = guests
        if self.rng.random() < self.world.stray:
            return self.rng.choices(shops, served)[0], case[1]
        return case

    def _ill_anyhow(self) -> list[tuple[str, date]]:
        """The source is in no record: people fall ill wherever they eat."""
        shops, served = self._guests()
        day = START + timedelta(days=15)
        count = self.rng.randint(*self.world.cases)
        return [(shop, day) for shop in self.rng.choices(shops, served, k=count)]

    def _records(self, sick: list[tuple[str, date]], share: dict[str, float]) -> dict[str, Any]:
        """What the office knows: deliveries, cases, places looked at in which nobody was ill."""
        places = {shop for shop, _ in sick}
        stations = sorted({one[end] for one in self.deliveries for end in ("from", "to")})
        healthy = [s for s in stations if s.startswith("shop") and s not in places]
        looked_at = self.rng.sample(healthy, min(self.world.tested, len(healthy)))
        calm = [shop for shop in looked_at if self.rng.random() > self._shows(shop, share)]
        return {
            "stations": [{"id": station} for station in stations],
            "deliveries": self.deliveries,
            "links": self.links,
            "cases": [{"station": shop, "date": on.isoformat(), "count": 1} for shop, on in sick],
            "hazard": {
                "incubationDays": {"min": self.world.incubation[0],
                                   "max": self.world.incubation[1] + 5},
            },
            "settings": {
                "negativeStations": calm,
                "deliveryKill": [d["id"] for d in self.deliveries if d["to"] in self.killed],
            },
        }  # fmt: skip

    def _shows(self, shop: str, share: dict[str, float]) -> float:
        """Chance that a close look at a place finds somebody ill."""
        served = math.fsum(self._amount[i] for i in self._into[shop])
        ill = math.fsum(self._amount[i] * self._makes_ill(share[i]) for i in self._into[shop])
        return (1 - self.world.missed) * ill / served
