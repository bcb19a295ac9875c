"""What capturing does quickly says the same as its slow twin: reading, judging, hashing."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.chain.events.test_documents_refused import LOT, document, event
from tests.shared_data import shared
from zhian.chain.events.commands import invented
from zhian.chain.events.engine import hashing, hashing_twin, reading, shapes
from zhian.chain.events.engine.documents import examine
from zhian.chain.events.engine.findings import Findings
from zhian.chain.events.engine.markup.extensions import ATTRIBUTE, TEXT
from zhian.chain.events.engine.reading import read_json

SGTIN = "urn:epc:id:sgtin:6901234.012345.7"
LINK = "https://id.gs1.org/01/06901234123456/10/A/21/7"
PLACE = "urn:epc:id:sgln:6901234.00001.0"

uris = st.sampled_from(
    [LOT, SGTIN, LINK, PLACE, "ex:thing", "urn:x:a", "https://id.gs1.org/01/06901234123450", "bad"]
)
numbers = st.one_of(
    st.integers(-5, 10**6), st.decimals(-9, 10**6, places=3).map(float), st.booleans()
)
texts = st.one_of(st.sampled_from(["1.50", "+7", "００7", " a ", "", "a:b"]), st.text(max_size=5))
words = st.sampled_from(
    ["shipping", "cbv:BizStep-shipping", "urn:epcglobal:cbv:bizstep:shipping", "ex:own", "baking"]
)
types = st.sampled_from(["po", "cbv:BTT-inv", "https://ref.gs1.org/cbv/BTT-po", "ex:slip", "none"])
times = st.sampled_from(
    [
        "2026-03-01T08:00:00+08:00", "2026-03-01T00:00:00.9996Z", "2026-03-01t00:00:00.0004z",
        "2026-03-01T00:00:00.123456789-14:00", "2026-02-30T00:00:00Z", "today",
    ]
)  # fmt: skip
quantities = st.lists(
    st.fixed_dictionaries(
        {"epcClass": uris}, optional={"quantity": numbers, "uom": st.sampled_from(["KGM", "kg"])}
    ),
    max_size=3,
)
extension = st.recursive(
    texts | numbers, lambda inner: st.lists(inner, max_size=2) | st.dictionaries(
        st.sampled_from(["ex:a", "b", "https://e.x/c"]), inner, max_size=2
    ), max_leaves=4,
)  # fmt: skip
places = st.fixed_dictionaries({"id": uris}, optional={"ex:door": extension, "door": extension})
reports = st.lists(
    st.fixed_dictionaries(
        {"type": st.sampled_from(["Temperature", "gs1:Count", "Warmth"])},
        optional={
            "value": numbers, "time": times, "stringValue": texts, "uom": texts, "ex:by": extension
        },
    ),
    max_size=2,
)  # fmt: skip
sensors = st.lists(
    st.fixed_dictionaries(
        {"sensorReport": reports},
        optional={"sensorMetadata": st.fixed_dictionaries({}, optional={"time": times})},
    ),
    max_size=2,
)


def pairs(name: str) -> st.SearchStrategy[Any]:
    return st.lists(
        st.fixed_dictionaries({name: uris}, optional={"type": types | st.just("location")}),
        max_size=3,
    )


fields = st.fixed_dictionaries(
    {},
    optional={
        "eventTime": times,
        "action": st.sampled_from(["ADD", "OBSERVE", "DELETE", "KEEP"]),
        "bizStep": words,
        "disposition": st.sampled_from(["active", "cbv:Disp-active", "ex:own", "lost"]),
        "persistentDisposition": st.fixed_dictionaries(
            {}, optional={"set": st.lists(st.sampled_from(["active", "expired", "ex:own"]))}
        ),
        "epcList": st.lists(uris, max_size=4),
        "quantityList": quantities,
        "readPoint": places,
        "bizLocation": places,
        "bizTransactionList": pairs("bizTransaction"),
        "sourceList": pairs("source"),
        "destinationList": pairs("destination"),
        "sensorElementList": sensors,
        "ilmd": st.fixed_dictionaries({}, optional={"ex:lot": extension, "lot": extension}),
        "eventID": uris,
        "ex:note": extension,
        "https://e.x/note": extension,
        "note": texts,
        "@context": st.just({"own": "https://own.x/"}),
        "own:note": extension,
    },
)
events = fields.map(lambda given_fields: event(**given_fields))


@contextmanager
def without(owner: object, name: str, answer: object) -> Iterator[None]:
    """The quick way closed: it never says that all is well."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(owner, name, lambda *_: answer)
        yield


def told(raw: bytes) -> tuple[Any, Any]:
    found = examine(raw)
    return found.errors, found.warnings


@settings(max_examples=60)
@given(st.lists(events, min_size=1, max_size=2))
def test_the_quick_judge_overlooks_nothing_and_invents_nothing(some: list[dict[str, Any]]) -> None:
    raw = document(*some)
    quick = told(raw)
    with without(shapes.shape, "accepts", answer=False):
        assert told(raw) == quick


@settings(max_examples=60)
@given(st.lists(events, min_size=1, max_size=3))
def test_the_quick_hash_is_the_slow_one(some: list[dict[str, Any]]) -> None:
    found = examine(document(*some))
    accepted = found.document or found.remainder
    for one in accepted.events if accepted else ():
        quick = hashing.canonical_text(one, accepted.prefixes)  # type: ignore[union-attr]
        assert quick == hashing_twin.canonical_text(one, accepted.prefixes)  # type: ignore[union-attr]


def test_published_and_invented_events_are_hashed_alike() -> None:
    documents = [invented.document(12_345, 20)]
    documents += [p.read_bytes() for p in sorted(shared("epcis/gs1/JSON").rglob("*.jsonld"))]
    for raw in documents:
        accepted = examine(raw).document
        assert accepted is not None
        for one in accepted.events:
            slow = hashing_twin.canonical_text(one, accepted.prefixes)
            assert hashing.canonical_text(one, accepted.prefixes) == slow


def test_what_was_forgotten_is_found_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hashing, "_REMEMBERED", 1)
    monkeypatch.setattr(shapes, "_REMEMBERED", 1)
    raw = document(*(event(epcList=[f"urn:x:{n}"], bizStep=f"ex:{n}") for n in range(3)))
    accepted = examine(raw).document
    assert accepted is not None
    for one in accepted.events:
        slow = hashing_twin.canonical_text(one, accepted.prefixes)
        assert hashing.canonical_text(one, accepted.prefixes) == slow


def test_long_values_and_empty_ones_are_hashed_alike() -> None:
    """Too long to be remembered, nothing to be written, a list in a list, XML's attributes."""
    empty = {"sensorReport": [{"type": "Temperature", "value": 4, "stringValue": ""}]}
    raw = document(
        event(epcList=["urn:x:" + "a" * 200], sensorElementList=[empty]),
        event(sourceList=[{"type": "location", "source": "urn:x:s"}]),
        event(bizTransactionList=[{"bizTransaction": "urn:x:s"}]),
        event(**{"ex:note": [["b", "a"], {TEXT: "1.0", f"{ATTRIBUTE}ex:kind": "k"}]}),
    )
    found = examine(raw)
    accepted = found.document or found.remainder
    assert accepted is not None, found.errors
    assert len(accepted.events) == 4
    for one in accepted.events:
        slow = hashing_twin.canonical_text(one, accepted.prefixes)
        assert hashing.canonical_text(one, accepted.prefixes) == slow


members = st.lists(
    st.tuples(st.sampled_from(["a", "a:b", "ex:é", 'q"', "eventID"]), st.integers(0, 3)),
    max_size=4,
)


@settings(max_examples=150)
@given(
    members,
    st.sampled_from([":", " :", ":\t", "\n: "]),
    st.one_of(
        texts.map(json.dumps),
        st.sampled_from(
            [
                "1.5", "1e5", "-0", "NaN", "1" * 40, "1" * 41, "0." + "1" * 45, "1e999999999999999",
                '"\\ud800"', '"\\u0000"', '"\\u003a"', '":"', '"\\":"', "[" * 40 + "]" * 40, "",
            ]
        ),
    ),
)  # fmt: skip
def test_the_quick_reader_reads_what_the_parser_reads(
    some: list[tuple[str, int]], colon: str, value: str
) -> None:
    written = [f"{json.dumps(name)}{colon}{number}" for name, number in some]
    raw = ("{" + ",".join([*written, f'"v"{colon}{value}']) + "}").encode()
    quick, slow = Findings(), Findings()
    found = read_json(raw, quick)
    with without(reading, "read_quickly", answer=None):
        expected = read_json(raw, slow)
    assert (quick.errors(), quick.warnings()) == (slow.errors(), slow.warnings())
    if not slow.errors():
        assert repr(found) == repr(expected)


def test_broken_text_is_left_to_the_parser() -> None:
    for raw in (b"\xff", b"\xef\xbb\xbf{}", b"{", b'"\xed\xa0\x80"', b"[" * 3000 + b"]" * 3000):
        assert reading.read_quickly(raw) is None


def test_an_invented_event_has_seven_hundred_bytes() -> None:
    raw = invented.document(1_000_000, 1_000)
    found = examine(raw)
    assert found.document is not None
    assert not found.warnings
    assert 680 <= len(raw) / 1_000 <= 720
    assert len(set(hashing.hash_ids(found.document))) == 1_000
