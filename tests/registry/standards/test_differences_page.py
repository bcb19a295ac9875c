"""The report of changes as a page and as Excel; the empty templates by command."""

import io
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner
from django.http import FileResponse
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from tests.casting import Cast
from tests.registry.standards.goods import activated, general
from zhian.registry.standards.commands import standards
from zhian.registry.standards.models import Edition
from zhian.registry.standards.vocabulary import Table

pytestmark = pytest.mark.django_db


@pytest.fixture
def editions(cast: Cast) -> tuple[Edition, Edition]:
    """Two editions: one limit stricter, one new, one gone."""
    old = [general(2, limit="≤0.1mg/kg"), general(3, food_path="谷物", limit="≤0.5mg/kg")]
    new = {"edition": "GB 2763-2026", "effective_from": date(2026, 9, 3)}
    later = [general(2, limit="≤0.05mg/kg", **new), general(3, food_path="水果", **new)]
    return (
        activated(cast.system, Table.GENERAL, old),
        activated(cast.system, Table.GENERAL, later),
    )


def page(cast: Cast, edition: Edition, language: str = "en", **query: str) -> str:
    client = Client(headers={"accept-language": language})
    client.force_login(cast.wang)
    answer = client.get(reverse("standards:differences", args=[edition.pk]), query)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_page_opens_counts_to_rows(cast: Cast, editions: tuple[Edition, Edition]) -> None:
    _old, new = editions
    whole = page(cast, new)
    assert "GB 2763-2021 → GB 2763-2026: what changed" in whole
    assert "2 times stricter" in whole
    assert whole.count("<tr>") == 4
    gone = page(cast, new, change="GONE")
    assert "≤0.5mg/kg" in gone
    assert "≤0.05mg/kg" not in gone
    assert "更严" in page(cast, new, "zh-hans")
    assert "Nothing of this sort changed." in page(cast, new, change="CLAUSE")


def test_the_excel_file_holds_every_change(cast: Cast, editions: tuple[Edition, Edition]) -> None:
    old, new = editions
    client = Client(headers={"accept-language": "en"})
    client.force_login(cast.wang)
    address = reverse("standards:differences", args=[new.pk])
    answer = client.get(address, {"export": "xlsx", "with": str(old.pk)})
    assert isinstance(answer, FileResponse)
    sheet = load_workbook(io.BytesIO(answer.getvalue())).active
    assert sheet is not None
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[0][:3] == ("Change", "Substance", "Food category")
    assert {row[0] for row in rows[1:]} == {"Stricter", "New", "Gone"}


def test_an_only_edition_has_nothing_to_compare(cast: Cast) -> None:
    alone = activated(cast.system, Table.GENERAL, [general()])
    assert "No other edition of this standard is loaded" in page(cast, alone)
    client = Client()
    client.force_login(cast.wang)
    assert client.get(reverse("standards:differences", args=[0])).status_code == 404


def test_an_empty_template_is_written_by_command(tmp_path: Path) -> None:
    out = tmp_path / "template.xlsx"
    done = CliRunner().invoke(standards, ["template", "general", "--out", str(out)])
    assert done.exit_code == 0, done.output
    sheet = load_workbook(out).worksheets[0]
    assert sheet.max_column == 20
