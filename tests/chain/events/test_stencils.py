"""Events that fit a stencil are judged, named and written as the long way does it."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.chain.events.test_documents_refused import LOT, document, event
from tests.chain.events.test_fast_paths import events as any_events
from tests.shared_data import shared
from zhian.chain.events.commands import invented
from zhian.chain.events.engine import hashing_twin, swift
from zhian.chain.events.engine.documents import Document, examine
from zhian.chain.events.engine.stencils import keeping
from zhian.chain.events.engine.stencils import shelf as shelves
from zhian.chain.events.services import storing
from zhian.chain.events.services.rows import Rows

AT = datetime(2026, 3, 1, tzinfo=UTC)
PLACE = "urn:epc:id:sgln:6901234.00001.0"
SSCC = "urn:epc:id:sscc:6901234.3000019006"
# what may stand in place of any text of an event: good, strange and wrong
VALUES = [
    LOT, PLACE, SSCC, "urn:epc:id:sgln:6901234.00001.12", "urn:epc:class:lgtin:6901234.012345.Z/9",
    "urn:epc:class:lgtin:6901234.012345." + "9" * 21, "urn:epc:class:lgtin:690.1.A", "cbv:x",
    "https://id.gs1.org/01/06901234123456/10/A", "https://id.gs1.org/01/06901234123450", "ex:a",
    "https://id.gs1.org/00/069012343000190064", "urn:uuid:1", "urn:x:%s", "urn:x:a b", "", " a ",
    "1.50", "一号", "a\\b", 'q"', "\t", "\x7f", "\ue000", "2026-03-01T08:00:00.9996+08:00", "KGM",
    "urn:x:" + "é" * 1100, "shipping",
]  # fmt: skip
AMOUNTS = [0, 7, 1.5, 0.0, 1200.250, -1, 10**13, 10**15, 1e-7, 12.1234567891, True, "8"]

goods = st.fixed_dictionaries(
    {"epcClass": st.sampled_from([LOT, LOT + "B"])},
    optional={"quantity": st.sampled_from([3, 2.5]), "uom": st.sampled_from(["KGM", "GRM", "EA"])},
)
partners = st.lists(
    st.fixed_dictionaries(
        {"type": st.sampled_from(["location", "owning_party"]), "source": st.just(PLACE)}
    ),
    min_size=1,
    max_size=2,
)
papers = st.lists(
    st.fixed_dictionaries(
        {"bizTransaction": st.just("urn:x:p")}, optional={"type": st.sampled_from(["po", "inv"])}
    ),
    min_size=1,
    max_size=2,
)
fields = st.fixed_dictionaries(
    {"quantityList": st.lists(goods, min_size=1, max_size=3)},
    optional={
        "eventID": st.just("urn:uuid:2"),
        "action": st.sampled_from(["ADD", "OBSERVE"]),
        "bizStep": st.sampled_from(["shipping", "receiving", "ex:own"]),
        "disposition": st.sampled_from(["in_transit", "returned"]),
        "readPoint": st.just({"id": PLACE}),
        "bizLocation": st.just({"id": PLACE}),
        "bizTransactionList": papers,
        "sourceList": partners,
        "epcList": st.sampled_from([["urn:x:1"], ["urn:x:1", "urn:x:2"]]),
        "ex:note": st.sampled_from(["a", "1.50", ["b", "a"], {"c": "d", "ex:e": [True, None]}]),
        "rdfs:comment": st.just("told"),
        "ex:level": st.just(4),
    },
)
shaped = fields.map(lambda given_fields: event(**given_fields))


@st.composite
def alike(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Some events of one shape, other values in the second and the third."""
    first = draw(shaped | any_events)

    def changed(value: Any, name: str = "") -> Any:
        if isinstance(value, dict):
            return {key: changed(member, key) for key, member in value.items()}
        if isinstance(value, list):
            return [changed(item, name) for item in value]
        if name in ("type", "uom", "action", "bizStep", "eventTimeZoneOffset") or draw(
            st.integers(0, 3)
        ):
            return value
        return draw(st.sampled_from(VALUES if isinstance(value, str) else AMOUNTS))

    return [first, changed(first), changed(first)]


@pytest.fixture(autouse=True)
def _nothing_learnt() -> None:
    shelves.cache_clear()


def written(found: Document, *, as_read: bool) -> list[Any]:
    """Names and rows, with or without what the imprints say."""
    rows, kept = Rows(1, AT, found.context), []
    for one in storing.prepare(found):
        imprint = one.imprint if as_read else None
        row = rows.add(7, one.event_id, one.hash, one.event, imprint).decode()
        *cells, text = row.rstrip("\n").split("\t")
        plain = text.replace("\\\\", "\\")
        kept.append((one.identity, one.path, cells, json.loads(plain, parse_float=Decimal)))
    named = list(rows.lots_named)
    return [kept, named, _numbers(rows.lot_rows()), rows.party_rows()]


def _numbers(rows: bytes) -> list[list[Any]]:
    """Quantities and kilograms as numbers: 1E-7 is 0.0000001."""
    found: list[list[Any]] = []
    for row in rows.decode().splitlines():
        *cells, quantity, uom, kg = row.split("\t")
        found.append(
            [*cells, uom, *(one if one == "\\N" else Decimal(one) for one in (quantity, kg))]
        )
    return found


def compared(raw: bytes) -> int:
    """Judges a document both ways, twice; how many events fitted a stencil at last."""
    slow, fitted = examine(raw), 0
    for _ in range(2):
        quick = swift.examine_swiftly(raw)
        assert (quick.errors, quick.warnings) == (slow.errors, slow.warnings)
        assert (quick.document is None) == (slow.document is None)
        if quick.document is None or slow.document is None:
            return 0
        assert written(quick.document, as_read=True) == written(slow.document, as_read=False)
        fitted = sum(one is not None for one in quick.document.imprints)
    return fitted


@settings(max_examples=150)
@given(alike())
def test_what_fits_a_stencil_is_judged_named_and_written_alike(some: list[dict[str, Any]]) -> None:
    shelves.cache_clear()
    for one in some:
        compared(document(one))
    compared(document(*some))


@pytest.mark.parametrize("lots", [1, 2])
def test_one_lot_or_more_are_written_in_the_order_of_the_standard(lots: int) -> None:
    goods = [{"epcClass": LOT + "A" * n, "quantity": 3, "uom": "KGM"} for n in range(lots)]
    one = event(quantityList=goods)
    assert compared(document(one)) == 1
    assert compared(document({**one, "quantityList": goods[::-1]})) == 1


def test_published_and_invented_documents_pass_alike() -> None:
    assert compared(invented.document(12_345, 30)) == 30
    for path in sorted(shared("epcis/gs1/JSON").rglob("*.jsonld")):
        compared(path.read_bytes())


def test_a_document_laid_out_in_lines_fits_too() -> None:
    laid = json.dumps(json.loads(invented.document(5, 20)), indent="\t", ensure_ascii=False)
    assert compared(laid.encode()) == 20
    assert compared(laid.replace("\n", "\r\n").encode()) == 20


def test_what_is_sorted_by_its_values_goes_the_long_way() -> None:
    def bought(*papers: str) -> dict[str, Any]:
        return event(bizTransactionList=[{"type": "po", "bizTransaction": one} for one in papers])

    raw = document(bought("urn:x:2", "urn:x:1"), bought("urn:x:1", "urn:x:2"))
    assert compared(raw) == 0
    assert compared(document(bought("urn:x:2"), bought("urn:x:1"))) == 2
    listed = [event(**{"ex:note": ["b", "a"]}), event(**{"ex:note": ["a", "b"]})]
    assert compared(document(*listed)) == 0


def test_amounts_are_sorted_by_the_stencil() -> None:
    def packed(*lots: str) -> dict[str, Any]:
        listed = [{"epcClass": f"{LOT}{one}", "quantity": 2.50, "uom": "GRM"} for one in lots]
        return event(quantityList=listed)

    assert compared(document(packed("A", "B", "C"), packed("C", "B", "A"))) == 2


def test_seldom_things_go_the_long_way() -> None:
    sensed = {"sensorReport": [{"type": "Temperature", "value": 4}]}
    odd: list[dict[str, Any]] = [
        {"sensorElementList": [sensed]},
        {"recordTime": "2026-03-01T08:00:00+08:00"},
        {"readPoint": {"id": PLACE, "ex:door": "1"}},
        {"quantityList": [{"epcClass": LOT}] * 10},
        {"epcList": ["urn:x:1", "urn:x:2"]},
        {"ex:level": 4},
        {"ex:note": "a\\b"},
        {"ex:note": ["n"] * 200},
        {"ex:note": "n" * 9_000},
        {"ex:note": "\ue001"},
        {"@context": {"own": "https://own.x/"}, "own:note": "a"},
        {"errorDeclaration": {"declarationTime": "2026-03-01T08:00:00+08:00"}},
        {"bizTransactionList": []},
    ]
    for one in odd:
        assert compared(document(event(**one))) == 0, one


def test_a_sign_used_as_a_mark_is_left_alone() -> None:
    marked = document(event(**{"ex:note": "a"})).replace(b'"a"', '"\ue001"'.encode())
    assert compared(marked) == 0


def test_documents_of_another_form_go_the_long_way() -> None:
    def framed(**changes: Any) -> bytes:
        return json.dumps(json.loads(document(event())) | changes).encode()

    assert compared(framed()) == 1
    assert compared(framed(type="EPCISQueryDocument")) == 0
    assert compared(framed(**{"@context": [{"c": "https://ref.gs1.org/cbv/"}]})) == 0
    assert compared(framed(id=None)) == 0
    assert compared(framed(id="\u0001")) == 0
    assert compared(framed(schemaVersion="1.2")) == 0
    for broken in (
        b"",
        b"[]",
        b"{}",
        b'{"epcisBody":1}',
        framed()[:-1],
        b"\xef\xbb\xbf" + framed(),
    ):
        assert compared(broken) == 0
    twice = framed().replace(b'"schemaVersion"', b'"schemaVersion": "2.0", "schemaVersion"')
    assert compared(twice) == 0
    own = framed().replace(b'"action"', b'"action": "OBSERVE", "action"')
    assert compared(own) == 0


def test_a_text_that_is_no_utf_8_is_refused_as_ever() -> None:
    good = document(event(**{"ex:note": "a"}))
    assert compared(good) == 1
    assert compared(good.replace(b'"a"', b'"\xff"')) == 0
    assert compared(good.replace(b'"a"', b'"\x00"')) == 0


def test_few_shapes_and_few_identifiers_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "MOST_SHAPES", 2)
    monkeypatch.setattr(keeping, "MOST_REMEMBERED", 1)
    steps = [event(bizStep=f"ex:{step}", **{"ex:note": "a"}) for step in range(4)]
    raw = document(*steps)
    accepted = examine(raw).document
    assert accepted is not None
    assert compared(raw) == 0, "each is forgotten before it comes again"
    assert compared(document(*steps[-2:])) == 2
    known = shelves(tuple(accepted.prefixes.items()))
    assert sum(map(len, known._shapes.values())) == 2
    assert len(known._written) == 1


def test_the_twin_names_the_invented_events_too() -> None:
    raw = invented.document(99, 20)
    swift.examine_swiftly(raw)
    quick, slow = swift.examine_swiftly(raw).document, examine(raw).document
    assert quick is not None
    assert slow is not None
    for imprint, one in zip(quick.imprints, slow.events, strict=True):
        assert imprint is not None
        assert imprint.canonical_text() == hashing_twin.canonical_text(one, slow.prefixes)
        assert imprint.event_id == one.get("eventID")


def test_wrong_and_odd_values_do_not_slip_through_a_stencil() -> None:
    def sent(**changes: Any) -> bytes:
        goods = {"epcClass": LOT, "quantity": 2} | changes.pop("goods", {})
        return document(event(**({"ex:note": "a", "quantityList": [goods]} | changes)))

    assert compared(sent()) == 1
    assert compared(sent(goods={"epcClass": LOT + "B", "quantity": 7})) == 1
    wrong: list[dict[str, Any]] = [
        {"eventTime": "today"}, {"ex:note": ""}, {"ex:note": " a"}, {"ex:note": "\x7f"},
        {"goods": {"quantity": -1}}, {"goods": {"quantity": 1.5}}, {"goods": {"quantity": 10**14}},
        {"goods": {"epcClass": "bad"}}, {"goods": {"epcClass": "cbv:x"}},
        {"goods": {"epcClass": "urn:epc:class:lgtin:690.1.A"}},
        {"goods": {"epcClass": "urn:x:" + "é" * 1100}},
    ]  # fmt: skip
    for one in wrong:
        assert compared(sent(**one)) == 0, one
