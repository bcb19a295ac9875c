"""What an industry demands of events beyond EPCIS: profiles in rule packs, kind by kind.

An event conforms when it is of one of the profile's kinds and has all that the kind needs
(`trace 1(d)` FSMA 204; S035, S043, S055, S056 the ledgers of this country).
"""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from zhian.chain.events.engine.documents import Document
from zhian.chain.events.engine.findings import Finding
from zhian.chain.events.engine.identifiers import identify
from zhian.chain.events.engine.values import number
from zhian.chain.events.engine.words import (
    BIZ_STEP,
    BIZ_TRANSACTION_TYPE,
    DISPOSITION,
    SOURCE_DESTINATION_TYPE,
    Vocabulary,
)
from zhian.kernel import rules

Members = Mapping[str, object]

_WORDS: Mapping[str, Vocabulary] = {
    "bizStep": BIZ_STEP,
    "disposition": DISPOSITION,
    "bizTransactionList.type": BIZ_TRANSACTION_TYPE,
    "sourceList.type": SOURCE_DESTINATION_TYPE,
    "destinationList.type": SOURCE_DESTINATION_TYPE,
}


class When(rules.Content, frozen=True):
    """Which events are of a kind: those that have one of the values at the path."""

    path: str
    values: tuple[str, ...]


class Need(rules.Content, frozen=True):
    """One thing an event of a kind must say, at one of several places.

    `scheme` is the GS1 key every value must be (`LOT` a GTIN with its lot), `only` the values
    allowed, `among` those of which one must be there, `above` the number every value must exceed,
    `each` the members every object at the path must have.
    """

    paths: tuple[str, ...]
    what: rules.Text
    least: int = 1
    scheme: str = ""
    only: tuple[str, ...] = ()
    among: tuple[str, ...] = ()
    above: Decimal | None = None
    each: tuple[str, ...] = ()


class ProfileKind(rules.Content, frozen=True):
    """One kind of event of a profile."""

    name: str
    title: rules.Text
    when: tuple[When, ...]
    needs: tuple[Need, ...]


class EventProfile(rules.Content, frozen=True):
    """Some kinds of one profile; several packs may carry kinds of the same profile."""

    profile: str
    kinds: tuple[ProfileKind, ...]


def _holds(content: EventProfile, example: Mapping[str, Any]) -> None:
    """An example is an event, the kind it is judged as, and the paths at which it fails."""
    kinds = [kind for kind in content.kinds if kind.name == example["kind"]]
    assert kinds, f"no kind {example['kind']}"
    found = {finding.path for finding in judge(example["event"], "$", 0, kinds)}
    assert found == {f"$.{path}" if path else "$" for path in example["fails"]}, found


PROFILES = rules.kind("event_profiles", EventProfile, check=_holds)


def names(on: date) -> dict[str, list[ProfileKind]]:
    """Every name under which a profile or one of its kinds is asked for."""
    found: dict[str, list[ProfileKind]] = {}
    for pack in rules.packs(PROFILES):
        if pack.applies_on(on):
            for kind in pack.content.kinds:
                found.setdefault(pack.content.profile, []).append(kind)
                found.setdefault(f"{pack.content.profile}-{kind.name}", []).append(kind)
    return found


def judge_document(document: Document, kinds: Iterable[ProfileKind]) -> list[Finding]:
    """What the events of an accepted document lack under a profile."""
    listed = list(kinds)
    found: list[Finding] = []
    for (index, path), event in zip(document.places, document.events, strict=True):
        found += judge(event, path, index, listed)
    return found


def judge(event: Members, path: str, index: int, kinds: Iterable[ProfileKind]) -> list[Finding]:
    """What one event lacks; the kinds it could be are judged, the best of them is told."""
    listed = list(kinds)
    fitting = [kind for kind in listed if all(_fits(event, when) for when in kind.when)]
    if not fitting:
        known = ", ".join(kind.name for kind in listed)
        return [Finding("profile-no-kind", path, index, {"kinds": known})]
    judged = [[_finding(need, path, index) for need in _lacking(event, kind)] for kind in fitting]
    return min(judged, key=len)


def _finding(need: Need, path: str, index: int) -> Finding:
    params = {"what": need.what.en, "what_zh": need.what.zh}
    return Finding("profile-need", f"{path}.{need.paths[0].replace('[]', '')}", index, params)


def _fits(event: Members, when: When) -> bool:
    return any(value in when.values for value in _values(event, when.path))


def _lacking(event: Members, kind: ProfileKind) -> list[Need]:
    return [need for need in kind.needs if not _is_met(event, need)]


def _is_met(event: Members, need: Need) -> bool:
    found = [value for path in need.paths for value in _values(event, path)]
    if len(found) < need.least:
        return False
    if need.among and not any(value in need.among for value in found):
        return False
    return all(_is_good(value, need) for value in found)


def _is_good(value: object, need: Need) -> bool:
    if need.each:
        return isinstance(value, dict) and all(name in value for name in need.each)
    if need.only and value not in need.only:
        return False
    if need.above is not None:
        amount = number(value)
        return amount is not None and amount > need.above
    return not need.scheme or _is_key(value, need.scheme)


def _is_key(value: object, scheme: str) -> bool:
    found = identify(value) if isinstance(value, str) else None
    if found is None or found.fault is not None:
        return False
    if scheme == "LOT":
        return found.scheme == "GTIN" and "/10/" in found.lot
    return found.scheme == scheme


def _values(event: Members, path: str) -> list[object]:
    """The values at a path such as `bizTransactionList[].type`; standard words as bare words."""
    found: list[object] = [event]
    for step in path.split("."):
        name = step.removesuffix("[]")
        found = [one[name] for one in found if isinstance(one, dict) and name in one]
        if step.endswith("[]"):
            found = [item for one in found if isinstance(one, list) for item in one]
    vocabulary = _WORDS.get(path.replace("[]", ""))
    if vocabulary is None:
        return found
    return [vocabulary.word_of(one) or one for one in found if isinstance(one, str)]
