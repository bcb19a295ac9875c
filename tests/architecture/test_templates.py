"""Pages: short, without inline script or style, in both languages, none of them forgotten."""

import re
from pathlib import Path

import pytest

from tests.architecture.tree import PACKAGE, ROOT, python_files, templates, where

LONGEST = 150
# what Django itself looks for by name
FOUND_BY_NAME = {"400.html", "403.html", "404.html", "500.html"}
# the switch names each language in itself
SPEAKS_BOTH = {"_language.html"}
# names of standards and formats, the same in every language
NAMES = {"SHA", "GTIN", "GLN", "EPCIS", "PDF", "CSV", "JSON", "XML", "URN", "URI", "API"}
CHINESE = re.compile(r"[\u3400-\u9fff]")
SCRIPT = re.compile(r"<script(?![^>]*\ssrc=)[^>]*>|\son\w+\s*=\s*[\"']|<style|\sstyle\s*=", re.I)
NAME = re.compile(r"[\w\-./]+\.html")
COMMENT = re.compile(r"\{#.*?#\}|\{% comment %\}.*?\{% endcomment %\}|<!--.*?-->", re.DOTALL)
BLOCK_TEXT = re.compile(r"\{% blocktranslate.*?\{% endblocktranslate %\}", re.DOTALL)
TAG = re.compile(r"\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
ELEMENT = re.compile(r"<code.*?</code>|<[^>]*>", re.DOTALL)
TITLE = re.compile(r"\s(?:title|alt|placeholder|aria-label)=\"([^\"]*)\"")


def bare_words(source: str) -> list[str]:
    """Words a reader would see that no translation covers."""
    source = TAG.sub(" ", BLOCK_TEXT.sub(" ", COMMENT.sub(" ", source)))
    seen = [*TITLE.findall(source), ELEMENT.sub(" ", source)]
    words = [word for text in seen for word in re.findall(r"[A-Za-z]{3,}", text)]
    return [word for word in words if word not in NAMES]


@pytest.mark.parametrize("path", templates(), ids=where)
def test_a_template_is_short_and_quiet(path: Path) -> None:
    source = path.read_text("utf-8")
    assert source.count("\n") <= LONGEST, "split it into includes"
    assert not SCRIPT.findall(source), "no inline script, handler or style: the policy refuses it"


@pytest.mark.parametrize("path", templates(), ids=where)
def test_every_word_of_a_template_is_translated(path: Path) -> None:
    source = path.read_text("utf-8")
    if path.name in SPEAKS_BOTH:
        return
    assert not CHINESE.search(COMMENT.sub("", source)), "Chinese belongs into the po file"
    assert bare_words(source) == []


def test_the_check_of_words_sees_what_it_should() -> None:
    good = '{# a note #}<p class="wide">{% translate "Open" %} · {{ name }} <code>GTIN</code></p>'
    bad = '<p title="Plain words">Bare</p>'
    assert bare_words(good) == []
    assert bare_words(bad) == ["Plain", "words", "Bare"]
    assert SCRIPT.search("<script>go()</script>")
    assert SCRIPT.search('<a onclick="go()">')
    assert SCRIPT.search('<p style="color: red">')
    assert not SCRIPT.search('<script defer src="x.js"></script><p data-one="1">')


def test_no_template_is_forgotten() -> None:
    used = set(FOUND_BY_NAME)
    for path in [*templates(), *python_files()]:
        used.update(NAME.findall(path.read_text("utf-8")))
    forgotten = []
    for path in templates():
        name = path.relative_to(PACKAGE).as_posix().split("/templates/", 1)[1]
        if name not in used:
            forgotten.append(where(path))
    assert not forgotten, f"no view and no template uses {forgotten}"


def test_every_icon_a_page_names_is_in_the_sprite() -> None:
    sprite = set((ROOT / "tools" / "icons.txt").read_text().split())
    named = re.compile(r"{% icon [\"']([\w-]+)[\"']")
    absent = [
        f"{where(path)}: {name}"
        for path in templates()
        for name in named.findall(path.read_text("utf-8"))
        if name not in sprite
    ]
    assert not absent, f"add it to tools/icons.txt: {absent}"
