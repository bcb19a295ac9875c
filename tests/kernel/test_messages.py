"""Texts in two languages: found wherever they stand, and refused while one is missing."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from zhian.kernel import messages

HEADER = r"""msgid ""
msgstr "Content-Type: text/plain; charset=UTF-8\nPlural-Forms: nplurals=1; plural=0;\n"

"""
PAGE = """{% load i18n %}<p>
   {% translate 'Search' %}
 {% blocktranslate count n=n %}{{ n }} lot{% plural %}{{ n }} lots{% endblocktranslate %}</p>"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with a kernel, one room, and the texts of both."""
    write(tmp_path / "config" / "frame.py", "label = _('My work')\n")
    write(tmp_path / "zhian" / "kernel" / "errors.py", "title = _('Search')\n")
    room = tmp_path / "zhian" / "chain" / "events"
    write(room / "models.py", "name = _('Lot %(name)s')\n")
    write(room / "templates" / "events" / "list.html", PAGE)
    return tmp_path


def write(path: Path, text: str) -> None:
    """A file with its folders."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")


def translate(room: Path, *pairs: tuple[str, str]) -> None:
    """A catalogue with these texts."""
    entries = "\n".join(f'msgid "{msgid}"\nmsgstr "{text}"\n' for msgid, text in pairs)
    write(room / messages.PO, HEADER + entries)


def test_texts_are_found_in_python_and_in_templates(project: Path) -> None:
    found = messages.texts_of(project / "zhian" / "chain" / "events", project)
    assert [(text.msgid, text.plural) for text in found] == [
        ("Lot %(name)s", None),
        ("Search", None),
        ("%(n)s lot", "%(n)s lots"),
    ]


def test_config_speaks_through_the_kernel(project: Path) -> None:
    found = messages.texts_of(project / "zhian" / "kernel", project)
    assert {text.msgid for text in found} == {"Search", "My work"}


def test_every_missing_text_is_listed_with_its_place(project: Path) -> None:
    found = messages.complaints(project)
    assert "zhian/chain/events/models.py:1: no Chinese for 'Lot %(name)s'" in found
    assert len(found) == 5


def test_a_text_of_the_kernel_needs_no_second_translation(project: Path) -> None:
    translate(project / "zhian" / "kernel", ("Search", "搜索"), ("My work", "待办"))
    found = messages.complaints(project)
    assert not [line for line in found if "Search" in line]
    assert len(found) == 2


def test_update_adds_what_is_missing_and_keeps_the_rest(project: Path) -> None:
    room = project / "zhian" / "chain" / "events"
    translate(room, ("Lot %(name)s", "批次 %(name)s"))
    kernel = messages.load(project / "zhian" / "kernel" / messages.PO)
    assert messages.add_missing(room, kernel, project) == 2
    assert messages.add_missing(room, kernel, project) == 0
    kept = messages.load(room / messages.PO)
    entry = kept.get("Lot %(name)s")
    assert entry is not None
    assert entry.string == "批次 %(name)s"
    assert not messages.translated(kept.get("Search"))


def test_a_lost_placeholder_is_refused(project: Path) -> None:
    translate(project / "zhian" / "chain" / "events", ("Lot %(name)s", "批次"))
    assert "zhian/chain/events: placeholders differ in 'Lot %(name)s'" in messages.complaints(
        project
    )


def test_one_text_reads_the_same_in_every_room(project: Path) -> None:
    translate(project / "zhian" / "kernel", ("Search", "搜索"))
    translate(project / "zhian" / "chain" / "events", ("Search", "查找"))
    found = messages.complaints(project)
    assert "zhian/chain/events: 'Search' is '查找' here and '搜索' in zhian/kernel" in found


def test_a_chinese_msgid_is_refused(project: Path) -> None:
    write(project / "zhian" / "chain" / "events" / "models.py", "name = _('批次')\n")
    assert any("msgid is not English" in line for line in messages.complaints(project))


def test_a_guess_counts_as_missing(project: Path) -> None:
    room = project / "zhian" / "kernel"
    write(room / messages.PO, HEADER + '#, fuzzy\nmsgid "Search"\nmsgstr "搜索"\n')
    assert any("no Chinese for 'Search'" in line for line in messages.complaints(project))


def test_compiling_writes_what_django_reads(project: Path) -> None:
    room = project / "zhian" / "kernel"
    translate(room, ("Search", "搜索"))
    assert messages.compile_all(messages.rooms(project)) == 1
    assert (room / messages.PO).with_suffix(".mo").read_bytes()


def test_the_commands_say_what_they_did(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(messages, "ROOT", project)
    monkeypatch.setattr(messages, "KERNEL", project / "zhian" / "kernel")
    for function in (messages.rooms, messages.texts_of, messages.complaints, messages.add_missing):
        monkeypatch.setattr(function, "__defaults__", (project,))
    run = CliRunner().invoke
    assert run(messages.messages, ["check"]).exit_code == 1
    assert "zhian/kernel: 2 added" in run(messages.messages, ["update"]).output
    translate(project / "zhian" / "kernel", ("Search", "搜索"), ("My work", "待办"))
    translate(project / "zhian" / "chain" / "events", ("Lot %(name)s", "批次 %(name)s"))
    (project / "zhian" / "chain" / "events" / "templates" / "events" / "list.html").write_text("")
    assert run(messages.messages, ["check"]).exit_code == 0
    assert run(messages.messages, ["compile"]).output == "2 catalogues\n"
