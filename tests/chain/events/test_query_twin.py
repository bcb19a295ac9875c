"""What PostgreSQL answers is what the slow twin says, event by event, on random events."""

import json
from collections.abc import Callable, Iterator, Sequence
from itertools import count
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.casting import TOWNSHIP, Cast
from tests.chain.events.test_capture import FARM, PLANT, SHOP
from tests.factories_subjects import site
from zhian.chain.events import services
from zhian.chain.events.engine.grammar import reading
from zhian.chain.events.engine.grammar.evaluation import Candidate, Register, passes
from zhian.chain.events.models import Event
from zhian.chain.events.selectors.compiling import narrowed

pytestmark = pytest.mark.django_db
EX = {"ex": "https://ns.example/"}
# the same prefix in another sense, and another prefix in the same
OTHER = {"ex": "https://other.example/", "y": "https://ns.example/"}
CONTEXT = "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"
ITEMS = [
    "urn:epc:id:sgtin:6901234.000031.7", "https://id.gs1.org/01/06901234000313/21/8",
    "urn:epc:id:sscc:6901234.0000000001", "https://id.gs1.org/01/06901234000313/10/L1/21/9",
    "urn:epc:id:sgtin:6901234.000032.7",
]  # fmt: skip
LOTS = [
    "urn:epc:class:lgtin:6901234.000017.M1", "https://id.gs1.org/01/06901234000177/10/M2",
    "urn:epc:idpat:sgtin:6901234.000017.*", "https://id.gs1.org/01/06901234000313",
]  # fmt: skip
PATTERNS = [
    "urn:epc:idpat:sgtin:6901234.000031.*", "urn:epc:idpat:sgtin:6901234.*.*",
    "urn:epc:idpat:sgtin:*.*.*", "urn:epc:idpat:sgtin:6901234.[000030-000031].*",
    "urn:epc:idpat:sgtin:6901234.000031.[7-7]", "urn:epc:idpat:lgtin:6901234.000017.*",
    "https://id.gs1.org/01/06901234000313/21/*", "https://id.gs1.org/01/06901234000177/10/*",
    "urn:epc:id:sscc:*",
]  # fmt: skip
DOOR = "urn:epc:id:sgln:6901234.00001.d1"
PLACES = [FARM, PLANT, DOOR, "https://id.gs1.org/414/6901234000023", "https://x.example/room"]
TIMES = ["2026-03-01T08:00:00+08:00", "2026-03-01T00:00:00Z", "2026-02-01T10:00:00.5Z"]
NUMBERS = ["5", "5.0", "0.005", "278.15", "-3", "41", "5000"]
UNITS = ["KGM", "GRM", "TNE", "LBR", "CEL", "KEL", "FAH", "ZZ"]
WORDS = ["red", "blue", "true", *NUMBERS, *TIMES]
KEYS = ["ex:a", "ex:b", "y:a", "https://ns.example/a"]
BAKING = "https://x.example/baking"
LATEST = "2026-03-02T08:00:00+08:00"
PLAIN: list[tuple[str, Any]] = [
    ("EQ_action", ["ADD"]), ("EQ_bizStep", ["shipping"]), ("EQ_type", ["Temperature"]),
    ("EQ_bizStep", [BAKING]), ("EQ_booleanValue", True), ("EXISTS_errorDeclaration", True),
    ("EQ_persistentDisposition_set", ["expired"]), ("EQ_errorReason", ["incorrect_data"]),
    ("EQ_bizTransaction_po", ["urn:x:1"]), ("EXISTS_sensorElementList", None),
    ("HASATTR_bizLocation", ["name"]), ("EQ_ATTR_readPoint_name", ["no such name"]),
    ("EQ_deviceID", [ITEMS[0]]),
]  # fmt: skip


class Maker:
    """Random events and queries out of small pools, so that queries find something."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)

    def pick(self, pool: Sequence[Any]) -> Any:
        return self.random.choice(pool)

    def some(self, make: Callable[[], Any], most: int = 2) -> list[Any]:
        return [make() for _ in range(self.random.randint(1, most))]

    def maybe(self, fields: dict[str, Callable[[], Any]]) -> dict[str, Any]:
        return {name: make() for name, make in fields.items() if self.random.random() < 0.4}

    def number(self) -> float:
        return float(self.pick(NUMBERS))

    def scalar(self) -> object:
        return self.pick([self.pick(WORDS), self.number(), True, False])

    def value(self) -> object:
        return self.pick(
            [
                self.scalar(),
                self.scalar(),
                self.some(self.scalar),
                {"ex:in": self.scalar()},
                [{"ex:box": {"ex:in": self.scalar()}}],
            ]
        )

    def extensions(self) -> dict[str, object]:
        return self.maybe(dict.fromkeys(KEYS, self.value))

    def element(self) -> dict[str, object]:
        amount = self.pick(
            [
                {},
                {"quantity": self.number()},
                {"quantity": self.number(), "uom": self.pick(UNITS[:4])},
            ]
        )
        return {"epcClass": self.pick(LOTS), **amount}

    def report(self) -> dict[str, object]:
        more: dict[str, Callable[[], Any]] = {
            "uom": lambda: self.pick(UNITS[4:7]),
            "minValue": self.number,
            "percRank": self.number,
            "booleanValue": lambda: self.pick([True, False]),
            "stringValue": lambda: self.pick(WORDS),
        }
        return {
            "type": self.pick(["Temperature", "gs1:Mass"]),
            "value": self.number(),
            **self.maybe(more),
            **self.extensions(),
        }

    def sensor(self) -> dict[str, object]:
        metadata = {"time": self.pick(TIMES), **self.maybe({"deviceID": lambda: ITEMS[0]})}
        return {
            "sensorReport": self.some(self.report),
            **self.extensions(),
            **self.maybe({"sensorMetadata": lambda: metadata | self.extensions()}),
        }

    def place(self) -> dict[str, object]:
        return {"id": self.pick(PLACES), **self.extensions()}

    def source(self) -> dict[str, object]:
        return {"type": self.pick(["location", "owning_party"]), "source": self.pick(PLACES)}

    def declaration(self) -> dict[str, object]:
        return {
            "declarationTime": self.pick(TIMES),
            **self.extensions(),
            **self.maybe({"reason": lambda: "incorrect_data"}),
        }

    def event(self) -> dict[str, Any]:
        more: dict[str, Callable[[], Any]] = {
            "quantityList": lambda: self.some(self.element),
            "bizStep": lambda: self.pick(["shipping", BAKING]),
            "disposition": lambda: self.pick(["in_transit", "active"]),
            "readPoint": self.place,
            "bizLocation": self.place,
            "sourceList": lambda: self.some(self.source),
            "bizTransactionList": lambda: [{"type": "po", "bizTransaction": "urn:x:1"}],
            "persistentDisposition": lambda: {"set": ["expired"]},
            "sensorElementList": lambda: self.some(self.sensor),
            "errorDeclaration": self.declaration,
        }
        found = {
            "eventTime": LATEST,
            "action": self.pick(["ADD", "OBSERVE"]),
            "epcList": self.random.sample(ITEMS, self.random.randint(1, 2)),
            **self.maybe(more),
            **self.extensions(),
        }
        inside = self.extensions()
        return found | ({"ilmd": inside} if inside and found["action"] == "ADD" else {})

    def field(self) -> str:
        scope = self.pick(
            [
                "",
                "",
                "ILMD_",
                "ERROR_DECLARATION_",
                "SENSORELEMENT_",
                "SENSORREPORT_",
                "SENSORMETADATA_",
                "readPoint_",
            ]
        )
        name = self.pick([*KEYS, "ex:in", "none:a"])
        return f"{self.pick(['', 'INNER_'])}{scope}{name}"

    def parameter(self) -> tuple[str, Any]:
        side, unit = self.pick(["GT", "GE", "LT", "LE"]), self.pick(UNITS)
        return self.pick([
            (f"EQ_{self.field()}", self.some(lambda: self.pick(WORDS))),
            (f"EQ_{self.field()}", self.some(lambda: self.pick(WORDS))),
            (f"{side}_{self.field()}", self.pick([*NUMBERS, *TIMES])),
            (f"EXISTS_{self.field()}", None),
            (self.pick(["MATCH_epc", "MATCH_anyEPC", "MATCH_epcClass", "MATCH_anyEPCClass"]),
             self.some(lambda: self.pick([*ITEMS, *LOTS, *PATTERNS]))),
            (self.pick(["EQ_readPoint", "EQ_bizLocation", "EQ_source_location"]),
             self.some(lambda: self.pick(PLACES))),
            (self.pick(["WD_readPoint", "WD_bizLocation"]),
             self.some(lambda: self.pick([*PLACES, SHOP, "urn:zhian:region:1301",
                                          "urn:zhian:region:2", "urn:zhian:operator:x"]))),
            (f"{side}_quantity_{unit}", self.pick(NUMBERS)),
            (f"{side}_quantity", self.pick(NUMBERS)),
            (f"{side}_{self.pick(['value', 'minValue'])}_{unit}", self.pick(NUMBERS)),
            (self.pick(["EQ_value_KEL", "EQ_quantity_GRM", "EQ_quantity", "EQ_value_FAH"]),
             self.some(lambda: self.pick(NUMBERS))),
            (f"{side}_percRank", self.pick(NUMBERS)),
            (self.pick(["GE_eventTime", "LT_eventTime", "GE_time", "LT_time",
                        "GE_errorDeclaration_Time", "GE_recordTime"]), self.pick(TIMES)),
            ("EQ_stringValue", self.some(lambda: self.pick(WORDS))),
            self.pick(PLAIN),
        ])  # fmt: skip

    def query(self) -> dict[str, Any]:
        return dict(self.some(self.parameter))


_numbers = count()


def _document(found: list[dict[str, Any]], context: dict[str, str]) -> bytes:
    listed = [
        {
            "type": "ObjectEvent",
            "eventTimeZoneOffset": "+08:00",
            "eventID": f"urn:x:{next(_numbers)}",
        }
        | one
        for one in found
    ]
    return json.dumps({
        "@context": [CONTEXT, context], "type": "EPCISDocument", "schemaVersion": "2.0",
        "creationDate": "2026-03-01T09:00:00Z", "epcisBody": {"eventList": listed},
    }).encode()  # fmt: skip


def _candidates() -> Iterator[tuple[int, Candidate]]:
    for one in Event.objects.all():
        yield one.pk, Candidate(one.document, one.context, one.event_id, one.record_time)


def test_the_database_and_the_twin_agree(cast: Cast) -> None:
    plant = site(sgln=PLANT, region=TOWNSHIP)
    register = Register(
        regions={PLANT: TOWNSHIP},
        attributes={PLANT: {"name": frozenset({plant.name_zh, plant.name_en})}},
    )
    found, taken = 0, 0

    @settings(max_examples=20, database=None)
    @given(st.integers(0, 2**32))
    def agree(seed: int) -> None:
        nonlocal found, taken
        maker = Maker(seed)
        made = maker.some(maker.event, 4)
        context, prefixes = maker.pick([EX, OTHER]), maker.pick([{}, EX, OTHER])
        job = services.capture_document(
            acting_user=cast.system, raw=_document(made, context), error_behaviour="proceed"
        )
        taken += job.events
        stored = list(_candidates())
        for one in maker.some(maker.query, 20):
            query = reading.from_json(one, prefixes)
            right = {pk for pk, event in stored if passes(query, event, register)}
            answered = narrowed(Event.objects.all(), query.predicates).values_list("pk", flat=True)
            assert set(answered) == right, (seed, one, prefixes)
            found += len(right)

    agree()
    assert taken > 10, "most events are acceptable"
    assert found > 30, "most queries find something"
