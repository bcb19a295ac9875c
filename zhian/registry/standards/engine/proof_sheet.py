"""The proof of a verdict on paper: an A4 PDF whose bytes depend on nothing but what it says.

The words come in the reader's language; this module knows the page only. Texts are passed as data,
so that nothing a laboratory typed is ever read as typesetting. Source: issue of the rows S094, B21.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path

import typst

FONT = "Noto Sans SC"

_SOURCE = """
#let sheet = json(bytes(sys.inputs.sheet))
#set document(title: sheet.title, author: (), date: none)
#set page(
  paper: "a4", margin: (x: 20mm, top: 22mm, bottom: 22mm),
  footer: context [
    #set text(size: 8pt, fill: luma(90))
    #sheet.title #h(1fr) #sheet.page_words.at(0) #counter(page).display() #sheet.page_words.at(1)
    #counter(page).final().first() #sheet.page_words.at(2)
  ],
)
#set text(font: sheet.font, size: 10pt, lang: sheet.language, fallback: false)
#set par(leading: 0.7em)
#set heading(numbering: none)
#show heading: set text(size: 11pt)
#align(center, text(size: 16pt, weight: "bold", sheet.title))
#align(center, text(size: 9pt, fill: luma(90), sheet.number))
#v(4mm)
#let facts(rows) = table(
  columns: (34mm, 1fr), stroke: 0.4pt + luma(170), inset: 6pt,
  ..rows.map(row => (text(fill: luma(70), row.at(0)), row.at(1))).flatten()
)
#facts(sheet.case)
#v(2mm)
#block(
  width: 100%, inset: 8pt, stroke: 1pt + luma(60), breakable: false,
  [#text(size: 13pt, weight: "bold", sheet.verdict) \\ #sheet.reason],
)
== #sheet.limit_heading
#facts(sheet.limit)
== #sheet.steps_heading
#if sheet.steps.len() > 0 { enum(..sheet.steps.map(one => [#one])) } else { [#sheet.no_steps] }
#for note in sheet.notes { block(text(size: 9pt, fill: luma(70), note)) }
#v(6mm)
#block(breakable: false, grid(
  columns: sheet.signatures.len() * (1fr,), gutter: 8mm,
  ..sheet.signatures.map(one => [
    #text(size: 9pt, fill: luma(70), one.at(0)) \\
    #if one.at(1) == "" { hide[–] } else { one.at(1) }
    #v(9mm) #line(length: 100%, stroke: 0.4pt)
    #text(size: 8pt, fill: luma(90), sheet.sign_here)
  ])
))
"""


@lru_cache(maxsize=2)
def _fonts(folder: Path) -> typst.Fonts:
    """The fonts of a folder and no others: the machine's own would change the bytes."""
    return typst.Fonts(include_system_fonts=False, font_paths=[str(folder)])


@dataclass(frozen=True)
class ProofSheet:
    """What stands on the sheet, in one language ("zh" or "en").

    `case` and `limit` are rows of label and text; `page_words` go around "page n of m".
    """

    language: str
    title: str
    number: str
    case: Sequence[tuple[str, str]]
    verdict: str
    reason: str
    limit_heading: str
    limit: Sequence[tuple[str, str]]
    steps_heading: str
    steps: Sequence[str]
    no_steps: str
    notes: Sequence[str]
    signatures: Sequence[tuple[str, str]]
    sign_here: str
    page_words: tuple[str, str, str]


def pdf_of(sheet: ProofSheet, fonts: Path) -> bytes:
    """The sheet as PDF; the same sheet gives the same bytes. FileNotFoundError without the font."""
    if not any(fonts.glob("NotoSansSC*.ttf")):
        raise FileNotFoundError(f"no font {FONT} in {fonts}; run make setup")
    content = json.dumps(asdict(sheet) | {"font": FONT}, ensure_ascii=False, sort_keys=True)
    return typst.compile(
        _SOURCE.encode(),
        font_paths=_fonts(fonts),
        sys_inputs={"sheet": content},
        format="pdf",
    )
