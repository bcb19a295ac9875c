"""Every published document is judged as published; the official schema is the second opinion."""

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator

from tests.shared_data import SHARED, shared
from zhian.chain.events.engine.documents import examine

VALID = (
    "gs1/JSON/**/*.jsonld",
    "gs1/XML/**/*.json",
    "openepcis/2.0/JSON/Documents/*.json",
    "openepcis/2.0/JSON/Events/*.json",
    "designs/supply_chain_932_events.json",
    "designs/commissioning_10_events.json",
    "event_hash/*.jsonld",
    "fsma204/*-Event*.json",
)
INVALID = {
    "ObjectEvent_with_non_standard_bizStep.json": "$.epcisBody.eventList[0].bizStep",
    "ObjectEvent_with_quantity_as_text.json": ("$.epcisBody.eventList[0].quantityList[0].quantity"),
    "EPCISDocument_without_context.json": "$['@context']",
    "ObjectEvent_with_invalid_action.json": "$.epcisBody.eventList[0].action",
    "ObjectEvent_with_ilmd_field_without_namespace.json": (
        "$.epcisBody.eventList[0].ilmd.materialType"
    ),
}
BASE = SHARED / "epcis"
FILES = [
    path
    for pattern in VALID
    for path in sorted(BASE.glob(pattern))
    if not path.name.endswith("Schema.json")
]


@lru_cache
def official_schema() -> Draft7Validator:
    text = shared("epcis/gs1/EPCIS-JSON-Schema.json").read_text("utf-8")
    return Draft7Validator(json.loads(text))


def test_the_reference_documents_are_all_there() -> None:
    shared("epcis")
    assert len(FILES) == 79


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_valid_document_is_accepted(path: Path) -> None:
    examination = examine(path.read_bytes())
    assert [error.as_dict() for error in examination.errors] == []
    assert examination.document is not None
    assert examination.document.events


@pytest.mark.parametrize(("name", "place"), INVALID.items())
def test_an_invalid_document_is_refused_at_the_field(name: str, place: str) -> None:
    examination = examine(shared(f"epcis/openepcis/2.0/JSON/Invalid/{name}").read_bytes())
    assert examination.document is None
    assert [error.path for error in examination.errors] == [place]


def _without(value: Any, path: tuple[str | int, ...]) -> Any:
    """A deep copy of a JSON value in which one member is gone."""
    copy = json.loads(json.dumps(value))
    target = copy
    for step in path[:-1]:
        target = target[step]
    del target[path[-1]]
    return copy


def _replaced(value: Any, path: tuple[str | int, ...], by: Any) -> Any:
    copy = json.loads(json.dumps(value))
    target = copy
    for step in path[:-1]:
        target = target[step]
    target[path[-1]] = by
    return copy


def _places(value: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    found: list[tuple[str | int, ...]] = []
    if isinstance(value, dict):
        for name, member in value.items():
            if ":" not in name and name not in ("@context", "epcisHeader"):
                found += [(*path, name), *_places(member, (*path, name))]
    elif isinstance(value, list):
        for index, member in enumerate(value[:2]):
            found += _places(member, (*path, index))
    return found


@pytest.mark.parametrize(
    "path",
    [p for p in FILES if "all_possible" in p.name or "TransformationEvent" in p.name],
    ids=lambda path: path.name,
)
def test_what_the_schema_refuses_is_refused_here(path: Path) -> None:
    """Every field removed, then replaced by a value of a wrong type: never laxer than GS1."""
    document = json.loads(path.read_text("utf-8"))
    schema = official_schema()
    mutants = 0
    for place in _places(document):
        for mutant in (_without(document, place), _replaced(document, place, {"no": [True]})):
            if schema.is_valid(mutant):
                continue
            mutants += 1
            assert examine(json.dumps(mutant).encode()).errors, place
    assert mutants > 5
