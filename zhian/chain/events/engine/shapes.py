"""Building blocks of a typed validation: single values, lists, objects with known fields."""

from collections.abc import Callable, Mapping

from zhian.chain.events.engine.findings import Findings, child, shown
from zhian.chain.events.engine.reading import deeper_than
from zhian.chain.events.engine.values import Check
from zhian.chain.events.engine.words import is_uri

MAX_EXTENSION_DEPTH = 32

Members = Mapping[str, object]
Place = Callable[[Findings, str, object], None]


class Scalar:
    """A single value judged by a check of `values`; its path is only spelled when it is wrong."""

    __slots__ = ("check",)

    def __init__(self, check: Check) -> None:
        self.check = check

    def __call__(self, findings: Findings, path: str, value: object) -> None:
        fault = self.check(value)
        if fault is not None:
            findings.add(fault[0], path, **fault[1])


def listed(entry: Place, *, least: int = 0) -> Place:
    """A list whose entries are judged one by one."""

    def judge(findings: Findings, path: str, value: object) -> None:
        if not isinstance(value, list):
            findings.add("not-a-list", path)
            return
        if len(value) < least:
            findings.add("empty-list", path)
        for index, item in enumerate(value):
            entry(findings, f"{path}[{index}]", item)

    return judge


def scalars(check: Check, *, least: int = 0, unique: bool = False) -> Place:
    """A list of single values, often thousands of EPCs: no path is built in vain."""

    def judge(findings: Findings, path: str, value: object) -> None:
        if not isinstance(value, list):
            findings.add("not-a-list", path)
            return
        if len(value) < least:
            findings.add("empty-list", path)
        for index, item in enumerate(value):
            fault = check(item)
            if fault is not None:
                findings.add(fault[0], f"{path}[{index}]", **fault[1])
        if unique:
            _repeated(findings, path, value)

    return judge


def _repeated(findings: Findings, path: str, items: list[object]) -> None:
    words = [(index, item) for index, item in enumerate(items) if isinstance(item, str)]
    if len({item for _, item in words}) == len(words):
        return
    seen: set[str] = set()
    for index, item in words:
        if item in seen:
            findings.add("repeated-entry", f"{path}[{index}]", value=shown(item))
        seen.add(item)


def _missing(findings: Findings, path: str, value: Members, required: tuple[str, ...]) -> None:
    for name in required:
        if name not in value:
            findings.add("missing-field", child(path, name), name=name)


def _other(findings: Findings, path: str, name: str, member: object, *, extensible: bool) -> None:
    if extensible and is_uri(name):
        judge_extension(findings, path, member)
    else:
        findings.add("unknown-field", path, name=shown(name, 40))


def shape(
    fields: Mapping[str, Place],
    *,
    required: tuple[str, ...] = (),
    extensible: bool = False,
    extra: Place | None = None,
) -> Place:
    """An object with known fields; other fields must carry a namespace, or are refused."""
    checks = {name: place.check for name, place in fields.items() if isinstance(place, Scalar)}
    places = {
        name: (child("", name), place) for name, place in fields.items() if name not in checks
    }

    def judge(findings: Findings, path: str, value: object) -> None:
        if not isinstance(value, dict):
            findings.add("not-an-object", path)
            return
        _missing(findings, path, value, required)
        for name, member in value.items():
            check = checks.get(name)
            if check is not None:
                fault = check(member)
                if fault is not None:
                    findings.add(fault[0], child(path, name), **fault[1])
            elif name in places:
                step, place = places[name]
                place(findings, path + step, member)
            else:
                _other(findings, child(path, name), name, member, extensible=extensible)
        if extra is not None:
            extra(findings, path, value)

    return judge


def judge_extension(findings: Findings, path: str, value: object) -> None:
    if isinstance(value, dict | list) and deeper_than(value, MAX_EXTENSION_DEPTH):
        findings.add("too-deep", path)
