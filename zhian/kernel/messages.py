"""`zhian messages`: what the pages say, in both languages (English is the msgid, Chinese the po).

Every room keeps its own catalogue `<room>/locale/zh_Hans/LC_MESSAGES/django.po`; texts of
`config/` belong to the kernel's. A text the kernel has translated needs no second translation.
"""

import io
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import click
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parents[2]
KERNEL = ROOT / "zhian" / "kernel"
PO = Path("locale") / "zh_Hans" / "LC_MESSAGES" / "django.po"
LEFT_OUT = {"migrations", "locale", "static", "tests"}
KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
CHINESE = re.compile(r"[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]")
PLACEHOLDER = re.compile(r"%\((\w+)\)|(?<!\{)\{(\w+)\}")

# context (or none) and msgid (singular)
Key: TypeAlias = tuple[str | None, str]


@dataclass(frozen=True)
class Text:
    """One text a page or a function says, and where."""

    msgid: str
    plural: str | None
    context: str | None
    place: str

    @property
    def key(self) -> Key:
        """What a catalogue finds it by."""
        return self.context, self.msgid


def rooms(root: Path = ROOT) -> list[Path]:
    """The kernel first, then every folder of a floor that holds Python files."""
    package = root / "zhian"
    floors = sorted(path for path in package.iterdir() if path.is_dir() and path.name != "kernel")
    return [
        package / "kernel",
        *(r for floor in floors for r in sorted(floor.iterdir()) if is_room(r)),
    ]


def is_room(folder: Path) -> bool:
    """A package (its init file may be absent while it is young) that is not a cache."""
    return folder.is_dir() and folder.name.isidentifier() and any(folder.glob("*.py"))


def texts_of(room: Path, root: Path = ROOT) -> list[Text]:
    """All texts of a room's Python files and templates; the kernel speaks for config too."""
    folders = [room, root / "config"] if room.name == "kernel" else [room]
    found: list[Text] = []
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            if LEFT_OUT.intersection(path.relative_to(folder).parts):
                continue
            if path.suffix == ".py":
                found.extend(texts_in(path.read_text("utf-8"), str(path.relative_to(root))))
            elif path.suffix in {".html", ".txt", ".xml"} and "templates" in path.parts:
                found.extend(texts_in_template(path, str(path.relative_to(root))))
    return found


def texts_in_template(path: Path, place: str) -> Iterator[Text]:
    """Django's own translation of a template into calls of gettext, then as Python."""
    calls = templatize(path.read_text("utf-8"), origin=place)
    # what is not a call came out as runs of X: without indentation it tokenizes as names
    return texts_in(re.sub(r"^[ \t]+", "", calls, flags=re.MULTILINE), place)


def texts_in(source: str, place: str) -> Iterator[Text]:
    """The literal texts handed to gettext and its relatives."""
    stream = io.BytesIO(source.encode())
    for line, found, _comments, context in extract("python", stream, keywords=KEYWORDS):
        parts = (found,) if isinstance(found, str) else found
        if parts and parts[0]:
            plural = parts[1] if len(parts) > 1 else None
            yield Text(parts[0], plural, context, f"{place}:{line}")


def load(path: Path) -> Catalog:
    """A room's catalogue; an empty one with the right header where there is none yet."""
    if path.exists():
        with path.open("rb") as stream:
            return read_po(stream, locale="zh_Hans")
    return Catalog(
        locale="zh_Hans",
        header_comment="# Chinese texts of this room; the msgid is the English.",
        project="zhian",
        version="0.1",
        msgid_bugs_address="zhian",
        last_translator="zhian",
        language_team="zhian",
        fuzzy=False,
    )


def forms(text: str | list[str] | tuple[str, ...] | None) -> tuple[str, ...]:
    """Singular and plural of a msgid or its translation, none for nothing."""
    return (text,) if isinstance(text, str) else tuple(text or ())


def translated(message: Message | None) -> bool:
    """True when every form has a Chinese text and nobody marked it as a guess."""
    if message is None or message.fuzzy:
        return False
    strings = forms(message.string)
    return bool(strings) and all(strings)


def complaints(root: Path = ROOT) -> list[str]:
    """Everything wrong with the texts of the project, one line each."""
    kernel = load(root / "zhian" / "kernel" / PO)
    found: list[str] = []
    seen: dict[Key, tuple[str, Path]] = {}
    for room in rooms(root):
        own = load(room / PO)
        for text in texts_of(room, root):
            found.extend(complaints_about(text, own, kernel))
        for message in own:
            found.extend(complaints_about_entry(message, room.relative_to(root), seen))
    return list(dict.fromkeys(found))


def complaints_about(text: Text, own: Catalog, kernel: Catalog) -> Iterator[str]:
    """A msgid is English and has its Chinese in the room's catalogue or the kernel's."""
    if CHINESE.search(text.msgid):
        yield f"{text.place}: msgid is not English: {text.msgid!r}"
    elif not any(translated(book.get(text.msgid, text.context)) for book in (own, kernel)):
        yield f"{text.place}: no Chinese for {text.msgid!r}"


def complaints_about_entry(
    message: Message, room: Path, seen: dict[Key, tuple[str, Path]]
) -> Iterator[str]:
    """An entry keeps its placeholders, and one msgid reads the same in every room."""
    msgids = forms(message.id)
    if not msgids or not msgids[0] or not translated(message):
        return
    text = forms(message.string)[0]
    if placeholders(text) != placeholders(*msgids):
        yield f"{room}: placeholders differ in {msgids[0]!r}"
    first, where = seen.setdefault((message.context, msgids[0]), (text, room))
    if first != text:
        yield f"{room}: {msgids[0]!r} is {text!r} here and {first!r} in {where}"


def placeholders(*texts: str) -> set[str]:
    """Names of %(name)s and {name} in all given forms."""
    return {a or b for text in texts for a, b in PLACEHOLDER.findall(text)}


def add_missing(room: Path, kernel: Catalog, root: Path = ROOT) -> int:
    """Append what the room says and no catalogue knows, with an empty translation; how many."""
    path, own = room / PO, load(room / PO)
    missing = [
        text
        for text in texts_of(room, root)
        if own.get(text.msgid, text.context) is None
        and not translated(kernel.get(text.msgid, text.context))
    ]
    for text in missing:
        own.add(
            text.msgid if text.plural is None else (text.msgid, text.plural), context=text.context
        )
    if missing:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as stream:
            write_po(stream, own, width=100, omit_header=False)
    return len({text.key for text in missing})


def compile_all(room_folders: Iterable[Path]) -> int:
    """Write the binary catalogue beside each po file; how many."""
    paths = [room / PO for room in room_folders if (room / PO).exists()]
    for path in paths:
        with path.with_suffix(".mo").open("wb") as stream:
            write_mo(stream, load(path))
    return len(paths)


@click.group()
def messages() -> None:
    """Texts of the pages in Chinese and English."""


@messages.command()
def check() -> None:
    """List every text without Chinese; exit 1 when there is one."""
    compile_all(rooms())
    found = complaints()
    for line in found:
        click.echo(line)
    if found:
        click.echo(f"{len(found)} to mend (zhian messages update adds the missing entries)")
        sys.exit(1)


@messages.command()
def update() -> None:
    """Add the missing entries to the rooms' po files, for a person to translate."""
    kernel = load(KERNEL / PO)
    for room in rooms():
        if added := add_missing(room, kernel):
            click.echo(f"{room.relative_to(ROOT)}: {added} added")


@messages.command("compile")
def compile_catalogues() -> None:
    """Write the binary catalogues Django reads (not kept in the repository)."""
    click.echo(f"{compile_all(rooms())} catalogues")


if __name__ == "__main__":
    messages()
