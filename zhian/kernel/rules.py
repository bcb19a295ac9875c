"""The law as data: rule packs in `rules/<jurisdiction>/*.yaml`, type-checked, dated and cited.

Plain Python (no Django), so `zhian judge` and the tests read the same packs in milliseconds.
A room declares what a pack of its kind contains; the file says the values; `in_force` answers
which values applied on a day. House 5; grades as in rules.md ("Evidence grades").
"""

import re
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Generic, Literal, TypeVar

import msgspec
import yaml

RULES_FOLDER = Path(__file__).resolve().parents[2] / "rules"

_YamlLoader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_KIND_LINE = re.compile(r"^kind:[ \t]*[\"']?([a-z][a-z0-9_]*)", re.MULTILINE)
_NAME = re.compile(r"[a-z][a-z0-9_]*\Z")


class RulePackError(ValueError):
    """A pack that cannot be trusted: names the file and the field that is wrong."""

    def __init__(self, file: Path | str, field: str, message: str) -> None:
        super().__init__(f"{file}: {field}: {message}")
        self.file = str(file)
        self.field = field


class NotInForce(LookupError):
    """No pack of the kind applied on that day in that jurisdiction."""


class Content(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Base of everything inside a pack: immutable, and a misspelt field is an error."""


class Text(Content, frozen=True):
    """One text in both languages; neither may be empty."""

    zh: str
    en: str

    def __post_init__(self) -> None:
        if not self.zh.strip() or not self.en.strip():
            raise ValueError("both zh and en are needed")


class _Effective(Content, frozen=True, rename={"start": "from", "end": "to"}):
    """Days on which the pack applies, both inclusive; without `to` it still applies."""

    start: date
    end: date | None = None

    def __post_init__(self) -> None:
        if self.end is not None and self.end < self.start:
            raise ValueError("`to` is before `from`")


class _Header(Content, frozen=True):
    """What every pack file states beside its content."""

    id: str
    kind: str
    title: Text
    citation: str
    grade: Literal["H", "M", "L"]
    effective: _Effective
    content: dict[str, Any]
    examples: list[dict[str, Any]] = []
    note: Text | None = None

    def __post_init__(self) -> None:
        if not self.citation.strip():
            raise ValueError("citation is empty: a rule without its source is not a rule")
        if not _NAME.match(self.id):
            raise ValueError(f"id {self.id!r} is not lower_snake_case")


C = TypeVar("C", bound=msgspec.Struct)
Example = Mapping[str, Any]
# Raises AssertionError (or returns False) when the example does not hold.
Check = Callable[[C, Example], bool | None]


@dataclass(frozen=True)
class Kind(Generic[C]):
    """What a pack of this name contains, and how its examples are tried."""

    name: str
    content: type[C]
    check: Check[C] | None = None


@dataclass(frozen=True)
class Pack(Generic[C]):
    """One pack: values of law with their source and the days on which they apply."""

    id: str
    kind: str
    jurisdiction: str
    title_zh: str
    title_en: str
    citation: str
    grade: Literal["H", "M", "L"]
    effective_from: date
    effective_to: date | None
    content: C
    examples: tuple[Example, ...]
    file: Path
    note_zh: str = ""
    note_en: str = ""

    @property
    def verified(self) -> bool:
        """False for grade L: shown to people as unverified, editable data."""
        return self.grade != "L"

    def applies_on(self, day: date) -> bool:
        return self.effective_from <= day and (
            self.effective_to is None or day <= self.effective_to
        )

    def overlaps(self, other: "Pack[Any]") -> bool:
        return self.effective_from <= (other.effective_to or date.max) and (
            other.effective_from <= (self.effective_to or date.max)
        )


_kinds: dict[str, Kind[Any]] = {}


def kind(name: str, content: type[C], check: Check[C] | None = None) -> Kind[C]:
    """Declare a kind of pack once, at import of the room that owns it."""
    if not _NAME.match(name):
        raise ValueError(f"kind {name!r} is not lower_snake_case")
    known = _kinds.get(name)
    if known is not None and known.content.__qualname__ != content.__qualname__:
        raise ValueError(f"kind {name!r} is already declared with {known.content.__qualname__}")
    _refuse_open_structs(content)
    declared = Kind(name, content, check)
    _kinds[name] = declared
    return declared


def _refuse_open_structs(content: type[msgspec.Struct]) -> None:
    """A struct that ignores unknown fields would let a misspelt limit pass silently."""
    for struct in _structs_in(msgspec.inspect.type_info(content)):
        if not struct.__struct_config__.forbid_unknown_fields:
            raise TypeError(f"{struct.__qualname__} must derive from zhian.kernel.rules.Content")


def _structs_in(info: msgspec.inspect.Type) -> set[type[msgspec.Struct]]:
    """Every struct reachable from a type, containers and unions included."""
    found: set[type[msgspec.Struct]] = set()
    waiting: list[Any] = [info]
    while waiting:
        current = waiting.pop()
        if isinstance(current, msgspec.inspect.StructType):
            if current.cls not in found:
                found.add(current.cls)
                waiting.extend(field.type for field in current.fields)
        elif isinstance(current, msgspec.inspect.UnionType):
            waiting.extend(current.types)
        elif isinstance(current, msgspec.inspect.DictType):
            waiting.extend((current.key_type, current.value_type))
        elif isinstance(current, msgspec.inspect.TupleType):
            waiting.extend(current.item_types)
        else:
            waiting.append(getattr(current, "item_type", None))
            waiting = [one for one in waiting if one is not None]
    return found


class _OnceLoader(_YamlLoader):  # type: ignore[misc]
    """Safe YAML in which a key may stand only once: the second limit would win silently.

    Booleans are `true` and `false` only, as in YAML 1.2: `on: 2007-07-26` and `no` are words.
    """

    yaml_implicit_resolvers = {
        first: [(tag, form) for tag, form in known if tag != "tag:yaml.org,2002:bool"]
        for first, known in _YamlLoader.yaml_implicit_resolvers.items()
    }

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[Hashable] = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if key in seen:
                line = key_node.start_mark.line + 1
                raise yaml.YAMLError(f"line {line}: the key {key!r} stands twice")
            seen.add(key)
        mapping: dict[Hashable, Any] = super().construct_mapping(node, deep)
        return mapping


_OnceLoader.add_implicit_resolver(
    "tag:yaml.org,2002:bool", re.compile(r"(?:true|false)\Z"), list("tf")
)


class Library:
    """All packs under one folder; kinds are read when first asked for."""

    def __init__(self, folder: Path = RULES_FOLDER) -> None:
        self.folder = folder
        self._texts: dict[str, list[tuple[Path, str]]] | None = None
        self._packs: dict[str, tuple[Pack[Any], ...]] = {}

    def of_kind(self, wanted: Kind[C]) -> tuple[Pack[C], ...]:
        """Packs of one kind by jurisdiction, id and date; empty when nobody wrote one."""
        if wanted.name not in self._packs:
            found = [
                self._read(path, text, wanted)
                for path, text in self._by_kind().get(wanted.name, ())
            ]
            _refuse_overlaps(found)
            found.sort(key=lambda pack: (pack.jurisdiction, pack.id, pack.effective_from))
            self._packs[wanted.name] = tuple(found)
        return self._packs[wanted.name]

    def load_all(self, *, strict: bool = False) -> tuple[Pack[Any], ...]:
        """Load every pack of every declared kind.

        Other files have their header checked; `strict` (used once all rooms are imported)
        refuses them: a file whose kind no room declares is law nobody applies.
        """
        for name, files in sorted(self._by_kind().items()):
            if name not in _kinds and strict:
                raise RulePackError(files[0][0], "kind", f"no room declares the kind {name!r}")
            for path, text in files if name not in _kinds else ():
                _convert(path, _parse(path, text), _Header, "")
        return tuple(pack for name in sorted(_kinds) for pack in self.of_kind(_kinds[name]))

    def _by_kind(self) -> dict[str, list[tuple[Path, str]]]:
        if self._texts is None:
            texts: dict[str, list[tuple[Path, str]]] = defaultdict(list)
            for path in sorted(self.folder.glob("*/*.yaml")):
                text = path.read_text(encoding="utf-8")
                named = _KIND_LINE.search(text)
                if named is None:
                    raise RulePackError(path, "kind", "the file does not say what kind it is")
                texts[named[1]].append((path, text))
            self._texts = dict(texts)
        return self._texts

    def _read(self, path: Path, text: str, wanted: Kind[C]) -> Pack[C]:
        header = _convert(path, _parse(path, text), _Header, "")
        content = _convert(path, header.content, wanted.content, "content")
        return Pack(
            id=header.id,
            kind=header.kind,
            jurisdiction=path.parent.name,
            title_zh=header.title.zh,
            title_en=header.title.en,
            citation=header.citation,
            grade=header.grade,
            effective_from=header.effective.start,
            effective_to=header.effective.end,
            content=content,
            examples=tuple(header.examples),
            file=path,
            note_zh=header.note.zh if header.note else "",
            note_en=header.note.en if header.note else "",
        )


S = TypeVar("S", bound=msgspec.Struct)


def _parse(path: Path, text: str) -> object:
    try:
        return yaml.load(text, Loader=_OnceLoader)  # noqa: S506 (derives from the safe loader)
    except yaml.YAMLError as error:
        raise RulePackError(path, "yaml", str(error)) from error


def _convert(path: Path, raw: object, struct: type[S], prefix: str) -> S:
    try:
        return msgspec.convert(raw, struct, strict=True)
    except msgspec.ValidationError as error:
        message, _, where = str(error).partition(" - at `$")
        steps = [prefix, where.rstrip("`").lstrip(".")]
        raise RulePackError(path, ".".join(s for s in steps if s) or "file", message) from error


def _refuse_overlaps(found: Iterable[Pack[Any]]) -> None:
    same: dict[tuple[str, str], list[Pack[Any]]] = defaultdict(list)
    for pack in found:
        for earlier in same[(pack.jurisdiction, pack.id)]:
            if pack.overlaps(earlier):
                raise RulePackError(
                    pack.file,
                    "effective",
                    f"{pack.id} applies at the same time as in {earlier.file.name}",
                )
        same[(pack.jurisdiction, pack.id)].append(pack)


@cache
def library() -> Library:
    """The packs shipped beside this checkout."""
    return Library(RULES_FOLDER)


def kinds() -> tuple[Kind[Any], ...]:
    """Every kind declared so far, by name."""
    return tuple(_kinds[name] for name in sorted(_kinds))


def packs(wanted: Kind[C], jurisdiction: str | None = None) -> tuple[Pack[C], ...]:
    """All packs of a kind, whatever their dates."""
    return tuple(
        pack
        for pack in library().of_kind(wanted)
        if jurisdiction is None or pack.jurisdiction == jurisdiction
    )


def competing(wanted: Kind[C], *, on: date, jurisdiction: str = "cn") -> tuple[Pack[C], ...]:
    """Every pack of the kind that applied that day: shown side by side, an officer chooses."""
    return tuple(pack for pack in packs(wanted, jurisdiction) if pack.applies_on(on))


def in_force(
    wanted: Kind[C], *, on: date, jurisdiction: str = "cn", pack_id: str | None = None
) -> Pack[C]:
    """The one pack that applied that day.

    Raises NotInForce when there is none, and when several compete and no id chooses:
    picking one silently would be a legal decision nobody made (rules 3.1, conflict note).
    """
    found = [
        pack
        for pack in competing(wanted, on=on, jurisdiction=jurisdiction)
        if pack_id is None or pack.id == pack_id
    ]
    if len(found) == 1:
        return found[0]
    named = f"{wanted.name}/{pack_id}" if pack_id else wanted.name
    if not found:
        raise NotInForce(f"no {named} in force in {jurisdiction} on {on.isoformat()}")
    ids = ", ".join(pack.id for pack in found)
    raise NotInForce(f"several {named} compete in {jurisdiction} on {on.isoformat()}: {ids}")


def load_all(*, strict: bool = False) -> tuple[Pack[Any], ...]:
    """Load and type-check every shipped pack; called at start, so wrong law stops the platform."""
    return library().load_all(strict=strict)


def holds(declared: Kind[C], pack: Pack[C], example: Example) -> bool:
    """True when the pack's values give the answer its example states; AssertionError says why."""
    if declared.check is None:
        raise RulePackError(pack.file, "examples", f"the kind {declared.name} has no check")
    return declared.check(pack.content, example) is not False
