"""Building blocks of a typed validation: single values, lists, objects with known fields.

Each block answers twice. `accepts` says in one pass, without spelling a path, that there is nothing
to find; only when it cannot say so does the call itself look again and explain. A block that is a
plain function is asked through an empty list of findings, so both answers come from one rule.
"""

from collections.abc import Callable, Mapping
from functools import lru_cache

from zhian.chain.events.engine.findings import Findings, child, shown
from zhian.chain.events.engine.reading import deeper_than
from zhian.chain.events.engine.values import Check
from zhian.chain.events.engine.words import is_uri

MAX_EXTENSION_DEPTH = 32
# strings that passed a check are remembered: so many of them, none longer
_REMEMBERED, _LONGEST = 32_768, 128

Members = Mapping[str, object]
Place = Callable[[Findings, str, object], None]
Accepts = Callable[[object], bool]

_passed: dict[Check, set[str]] = {}
_NOTHING_PASSED: frozenset[str] = frozenset()


def passed(check: Check) -> set[str]:
    """The strings that passed a check lately (a check depends on nothing but its value)."""
    return _passed.setdefault(check, set())


def accepting(place: Place) -> Accepts:
    """The quick answer of any block."""
    own: Accepts | None = getattr(place, "accepts", None)
    if own is not None:
        return own

    def accepts(value: object) -> bool:
        probe = Findings()
        place(probe, "", value)
        return probe.silent

    return accepts


def _passes(check: Check) -> Accepts:
    """Whether a value passes, remembering the strings that do."""
    good = passed(check)

    def accepts(value: object) -> bool:
        if check(value) is not None:
            return False
        if value.__class__ is str and len(value) <= _LONGEST:
            if len(good) >= _REMEMBERED:
                good.clear()
            good.add(value)
        return True

    return accepts


class Scalar:
    """A single value judged by a check of `values`; its path is only spelled when it is wrong."""

    __slots__ = ("accepts", "check")

    def __init__(self, check: Check) -> None:
        self.check = check
        self.accepts = _passes(check)

    def __call__(self, findings: Findings, path: str, value: object) -> None:
        fault = self.check(value)
        if fault is not None:
            findings.add(fault[0], path, **fault[1])


class listed:  # noqa: N801 - used as a word of the declarations
    """A list whose entries are judged one by one."""

    __slots__ = ("_entry", "_entry_accepts", "_least")

    def __init__(self, entry: Place, *, least: int = 0) -> None:
        self._entry = entry
        self._entry_accepts = accepting(entry)
        self._least = least

    def accepts(self, value: object) -> bool:
        """Whether there is nothing to find."""
        if not isinstance(value, list) or len(value) < self._least:
            return False
        accepts = self._entry_accepts
        for item in value:  # noqa: SIM110 - half the time of all(…), and most of it goes here
            if not accepts(item):
                return False
        return True

    def __call__(self, findings: Findings, path: str, value: object) -> None:
        if not isinstance(value, list):
            findings.add("not-a-list", path)
            return
        if len(value) < self._least:
            findings.add("empty-list", path)
        for index, item in enumerate(value):
            self._entry(findings, f"{path}[{index}]", item)


class scalars:  # noqa: N801 - used as a word of the declarations
    """A list of single values, often thousands of EPCs: no path is built in vain."""

    __slots__ = ("_accepts", "_check", "_good", "_least", "_unique")

    def __init__(self, check: Check, *, least: int = 0, unique: bool = False) -> None:
        self._check, self._good, self._accepts = check, passed(check), _passes(check)
        self._least, self._unique = least, unique

    def accepts(self, value: object) -> bool:
        """Whether there is nothing to find."""
        if not isinstance(value, list) or len(value) < self._least:
            return False
        good, accepts = self._good, self._accepts
        for item in value:
            if not (item.__class__ is str and item in good) and not accepts(item):
                return False
        return not self._unique or len(set(value)) == len(value)

    def __call__(self, findings: Findings, path: str, value: object) -> None:
        if not isinstance(value, list):
            findings.add("not-a-list", path)
            return
        if len(value) < self._least:
            findings.add("empty-list", path)
        for index, item in enumerate(value):
            fault = self._check(item)
            if fault is not None:
                findings.add(fault[0], f"{path}[{index}]", **fault[1])
        if self._unique:
            _repeated(findings, path, value)


def _repeated(findings: Findings, path: str, items: list[object]) -> None:
    words = [(index, item) for index, item in enumerate(items) if isinstance(item, str)]
    if len({item for _, item in words}) == len(words):
        return
    seen: set[str] = set()
    for index, item in words:
        if item in seen:
            findings.add("repeated-entry", f"{path}[{index}]", value=shown(item))
        seen.add(item)


class shape:  # noqa: N801 - used as a word of the declarations
    """An object with known fields; other fields must carry a namespace, or are refused."""

    __slots__ = ("_extensible", "_extra", "_extra_accepts", "_parts", "_places", "_required")

    def __init__(
        self,
        fields: Mapping[str, Place],
        *,
        required: tuple[str, ...] = (),
        extensible: bool = False,
        extra: Place | None = None,
    ) -> None:
        self._places = {name: (child("", name), place) for name, place in fields.items()}
        self._parts = {name: (_good(place), accepting(place)) for name, place in fields.items()}
        self._required, self._extensible = required, extensible
        self._extra = extra
        self._extra_accepts = None if extra is None else accepting(extra)

    def accepts(self, value: object) -> bool:
        """Whether there is nothing to find."""
        if not isinstance(value, dict):
            return False
        parts = self._parts
        for name, member in value.items():
            part = parts.get(name)
            if part is None:
                if not (self._extensible and _extends(name, member)):
                    return False
                continue
            good, accepts = part
            if not (member.__class__ is str and member in good) and not accepts(member):
                return False
        for name in self._required:
            if name not in value:
                return False
        return self._extra_accepts is None or self._extra_accepts(value)

    def __call__(self, findings: Findings, path: str, value: object) -> None:
        if self.accepts(value):
            return
        if not isinstance(value, dict):
            findings.add("not-an-object", path)
            return
        _missing(findings, path, value, self._required)
        for name, member in value.items():
            if name in self._places:
                step, place = self._places[name]
                place(findings, path + step, member)
            else:
                _other(findings, child(path, name), name, member, extensible=self._extensible)
        if self._extra is not None:
            self._extra(findings, path, value)


def _good(place: Place) -> frozenset[str] | set[str]:
    return passed(place.check) if isinstance(place, Scalar) else _NOTHING_PASSED


@lru_cache(maxsize=4_096)
def _is_name(name: str) -> bool:
    return is_uri(name)


def _extends(name: str, member: object) -> bool:
    """Whether a field is an extension with nothing to find in it."""
    if not _is_name(name):
        return False
    return not isinstance(member, dict | list) or not deeper_than(member, MAX_EXTENSION_DEPTH)


def _missing(findings: Findings, path: str, value: Members, required: tuple[str, ...]) -> None:
    for name in required:
        if name not in value:
            findings.add("missing-field", child(path, name), name=name)


def _other(findings: Findings, path: str, name: str, member: object, *, extensible: bool) -> None:
    if extensible and is_uri(name):
        judge_extension(findings, path, member)
    else:
        findings.add("unknown-field", path, name=shown(name, 40))


def judge_extension(findings: Findings, path: str, value: object) -> None:
    if isinstance(value, dict | list) and deeper_than(value, MAX_EXTENSION_DEPTH):
        findings.add("too-deep", path)
