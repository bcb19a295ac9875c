"""The proof sheet: complete, the same bytes every time, readable again in both languages."""

import re
import zlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from tests.casting import Cast
from zhian.registry.standards import selectors, services
from zhian.registry.standards.engine.proof_sheet import ProofSheet, pdf_of
from zhian.registry.standards.selectors.proof import Proven, proof_pdf
from zhian.registry.standards.vocabulary import Described

FONTS = settings.ZHIAN_BUILD / "static" / "vendor" / "fonts"


def objects(pdf: bytes) -> dict[int, bytes]:
    """The objects of a PDF, streams unpacked."""
    found = {}
    for number, body in re.findall(rb"(\d+) 0 obj\n(.*?)\nendobj", pdf, re.DOTALL):
        stream = re.search(rb"stream\n(.*)\nendstream", body, re.DOTALL)
        if stream is not None and b"FlateDecode" in body:
            found[int(number)] = body[: stream.start()] + zlib.decompress(stream[1])
        else:
            found[int(number)] = body
    return found


def pages(pdf: bytes) -> int:
    return sum(len(re.findall(rb"/Type\s*/Page\b", body)) for body in objects(pdf).values())


def text_of(pdf: bytes) -> str:
    """The words a reader could copy out: glyphs turned back by the fonts' own tables."""
    found = objects(pdf)
    everything = b"\n".join(found.values())
    tables = {}
    for name, number in re.findall(rb"/(f\d+) (\d+) 0 R", everything):
        table = re.search(rb"/ToUnicode (\d+) 0 R", found[int(number)])
        assert table is not None
        tables[name] = dict(glyphs(found[int(table[1])]))
    said = []
    for body in found.values():
        for block in re.findall(rb"BT(.*?)ET", body, re.DOTALL):
            font = re.search(rb"/(f\d+) [\d.]+ Tf", block)
            if font is not None:
                said.extend(words(block, tables[font[1]]))
    return "".join("".join(said).split())


def glyphs(table: bytes) -> Iterator[tuple[int, str]]:
    for glyph, char in re.findall(rb"\n<([0-9A-F]{4})> <([0-9A-F]+)>(?=\n<|\nend)", table):
        yield int(glyph, 16), bytes.fromhex(char.decode()).decode("utf-16-be")


def words(block: bytes, table: dict[int, str]) -> Iterator[str]:
    # brackets inside a string stand as they are where they pair
    inner = rb"(?:\\.|[^\\()])"
    literals = rb"\(((?:" + inner + rb"|\(" + inner + rb"*\))*)\)"
    strings = re.compile(literals + rb"|<([0-9A-Fa-f]+)>", re.DOTALL)
    for literal, digits in strings.findall(block):
        plain = re.sub(rb"\\([0-7]{3}|.)", unescaped, literal, flags=re.DOTALL)
        raw = bytes.fromhex(digits.decode()) if digits else plain
        for at in range(0, len(raw), 2):
            yield table.get(int.from_bytes(raw[at : at + 2]), "")


def unescaped(found: "re.Match[bytes]") -> bytes:
    sign = found[1]
    if len(sign) == 3:
        return bytes([int(sign, 8)])
    plain = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}
    return plain.get(sign, sign)


SHEET = ProofSheet(
    language="zh", title="检验结果判定证明", number="检〔2026〕第 1 号",
    case=[("检验项目", "铅 (Pb) #let x = 1 $y$ *粗*")], verdict="判定：不合格", reason="超过限量",
    limit_heading="所用限量", limit=[("限量", "≤0.2 mg/kg，m=10⁴ CFU/g")], steps_heading="步骤",
    steps=["μg/kg 换算为 mg/kg"], no_steps="无", notes=["说明"], signatures=[("检验机构", "陈静")],
    sign_here="签字", page_words=("第", "页，共", "页"),
)  # fmt: skip


def test_the_same_sheet_gives_the_same_bytes_and_its_words_can_be_read_again() -> None:
    first = pdf_of(SHEET, FONTS)
    assert first == pdf_of(SHEET, FONTS)
    said = text_of(first)
    for words_ in ("检验结果判定证明", "#letx=1$y$*粗*", "≤0.2mg/kg", "m=10⁴CFU/g", "陈静",
                   "第1页，共1页"):  # fmt: skip
        assert words_ in said, words_
    assert b"CreationDate" not in first
    assert pages(first) == 1


def test_a_long_proof_goes_on_over_pages_and_none_says_none() -> None:
    long = pdf_of(replace(SHEET, steps=[f"第 {number} 步" for number in range(120)]), FONTS)
    assert pages(long) > 1
    assert f"共{pages(long)}页" in text_of(long)
    assert "无" in text_of(pdf_of(replace(SHEET, steps=[]), FONTS))


def test_without_the_font_the_sheet_says_how_to_get_it(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="make setup"):
        pdf_of(SHEET, tmp_path)


def proven(cast: Cast, **values: object) -> Proven:
    """Melamine in infant formula, far above the starter limit."""
    services.load_starter_limits(acting_user=cast.system)
    goods = Described("婴幼儿配方乳粉", "婴幼儿配方食品")
    found = selectors.judge(goods, "三聚氰胺", "2563", "mg/kg", date(2026, 10, 1))
    facts: dict[str, object] = {
        "outcome_code": found.outcome_code, "reason_zh": found.reason_zh,
        "reason_en": found.reason_en, "clause": found.clause, "limit": found.limit,
        "proof": found.proof, "number": "检〔2026〕第 7 号", "signatory": "陈静",
        "signed_at": datetime(2026, 11, 20, 9, 30, tzinfo=UTC), "laboratory_outcome": "CONFORMING",
    }  # fmt: skip
    return Proven(**(facts | values))  # type: ignore[arg-type]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("zh", ["≤1mg/kg", "2563mg/kg", "检出值2563mg/kg不符合限量≤1mg/kg", "第1页，共1页",
                "2026-11-2017:30", "婴儿配方食品"]),
        ("en", ["Proofofaverdictonatestresult", "Nonconforming", "≤1mg/kg", "Page1of1",
                "differsfromtheverdictbelow", "Unverified", "holditagainst"]),
    ],
)  # fmt: skip
def test_a_verdict_prints_its_limit_clause_and_steps(
    cast: Cast, language: str, expected: list[str]
) -> None:
    verdict = proven(cast)
    pdf = proof_pdf(verdict, language)  # type: ignore[arg-type]
    assert pdf == proof_pdf(verdict, language)  # type: ignore[arg-type]
    said = text_of(pdf)
    for one in expected:
        assert one in said, (one, said)
    for step in verdict.proof["steps"]:
        assert "".join(step[language].split()) in said


@pytest.mark.django_db
def test_a_verdict_without_a_limit_says_that_none_was_used(cast: Cast) -> None:
    found = selectors.judge(Described("砖", ""), "铅", "1", "mg/kg", date(2026, 10, 1))
    nothing = Proven(
        found.outcome_code, found.reason_zh, found.reason_en, found.clause, found.limit, found.proof
    )
    said = text_of(proof_pdf(nothing, "en"))
    assert "nolimitwasused" in said
    assert "Needsaperson" in said
    agreed = proven(cast, laboratory_outcome="NONCONFORMING", signed_at=None)
    assert "differs" not in text_of(proof_pdf(agreed, "en"))


@pytest.mark.django_db
def test_a_result_that_is_tried_can_be_printed(cast: Cast) -> None:
    services.load_starter_limits(acting_user=cast.system)
    client = Client(headers={"accept-language": "en"})
    client.force_login(cast.wang)
    asked = {"product": "婴幼儿配方乳粉", "item": "三聚氰胺", "result": "2563", "unit": "mg/kg",
             "produced_on": "2026-10-01"}  # fmt: skip
    answer = client.get(reverse("standards:proof"), asked)
    assert answer["Content-Type"] == "application/pdf"
    assert "≤1mg/kg" in text_of(answer.content)
    chinese = client.get(reverse("standards:proof"), asked | {"language": "zh"})
    assert "第1页" in text_of(chinese.content)
    assert client.get(reverse("standards:proof"), {"item": "铅"}).status_code == 422
