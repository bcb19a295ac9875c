"""Pages of questions across standards, the programme and the library of law."""

import io
import re
from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from tests import factories as make
from tests.casting import Cast
from zhian.foundation.offices.models import User
from zhian.foundation.offices.vocabulary import Role
from zhian.kernel import clock
from zhian.kernel.use_cases import unguarded
from zhian.registry.standards import services
from zhian.registry.standards.engine.choosing import bare_name
from zhian.registry.standards.models import (
    AdoptedStandard,
    Comment,
    Edition,
    FoodMapping,
    FoodNode,
    Limit,
    Project,
    Regulation,
    Standard,
    Substance,
    SubstanceName,
)
from zhian.registry.standards.vocabulary import EditionState, Stage

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk(cast: Cast) -> User:
    return make.officer(cast.office, "biao", roles=[Role.STANDARDS_CLERK]).user


@pytest.fixture
def tables(cast: Cast) -> None:
    """Chlorpyrifos in leek: 1 mg/kg here, 0.01 mg/kg in the EU."""
    with unguarded("set-up"):
        found = Substance.objects.create(key="c", name_zh="毒死蜱", name_en="Chlorpyrifos")
        SubstanceName.objects.create(substance=found, name="毒死蜱", folded=bare_name("毒死蜱"))
        for code, market, demand in (("GB 2763", "cn", "≤1mg/kg"), ("EU 396", "eu", "≤10μg/kg")):
            standard = Standard.objects.create(code=code, name_zh=code, name_en=code, market=market)
            edition = Edition.objects.create(
                standard=standard, code=code, effective_from=date(2020, 1, 1),
                state=EditionState.ACTIVE, grade="M", imported_at=clock.now(),
            )  # fmt: skip
            leek = FoodNode.objects.create(
                standard=standard, code="leek", name_zh="韭菜", words=["韭菜"]
            )
            Limit.objects.create(
                edition=edition, substance=found, node=leek, demand=demand, grade="M"
            )


def as_user(user: User, language: str = "en") -> Client:
    client = Client(headers={"accept-language": language})
    client.force_login(user)
    return client


def text(response: HttpResponse) -> str:
    return response.content.decode()


def words(response: HttpResponse) -> str:
    """What a reader sees, without the tags around numbers."""
    return " ".join(re.sub(r"<[^>]*>", "", text(response)).split())


def url(name: str, *arguments: object) -> str:
    return reverse(f"standards:{name}", args=arguments)


def upload(client: Client, address: str, lines: str) -> str:
    preview = text(client.post(address, {"file": SimpleUploadedFile("r.csv", lines.encode())}))
    token = re.search(r'name="token" value="([^"]+)"', preview)
    assert token is not None, preview
    return text(client.post(address, {"token": token[1]}))


MAPPING = (
    "our_standard,our_food,their_standard,their_food,source\n"
    "GB 2763,leek,EU 396,leek,table\n"
    "GB 2763,cabbage,EU 396,leek,table\n"
)


def test_counts_of_a_comparison_open_to_rows_and_to_a_workbook(clerk: User, tables: None) -> None:
    client = as_user(clerk)
    assert "Not compared yet" in text(client.get(url("questions")))
    upload(client, url("map"), MAPPING)
    assert FoodMapping.objects.count() == 1
    answer = client.post(url("compare", "eu"))
    assert answer.url == url("comparison", "eu")  # type: ignore[attr-defined]
    assert "1 limits on 1 substances there" in words(client.get(url("questions")))
    page = text(client.get(url("questions")))
    assert f"{url('comparison', 'eu')}?finding=LAXER" in page
    rows = text(client.get(url("comparison", "eu"), {"finding": "LAXER"}))
    assert '"url": "?finding=LAXER\\u0026their=own"' in rows
    assert "≤10μg/kg" in rows
    assert " 100 " in words(client.get(url("comparison", "eu")))
    assert "No such limit" in text(client.get(url("comparison", "eu"), {"finding": "STRICTER"}))
    book = client.get(url("comparison", "eu"), {"export": "xlsx"})
    sheet = load_workbook(io.BytesIO(b"".join(book.streaming_content))).active  # type: ignore[attr-defined]
    assert sheet is not None
    assert sheet.max_row == 2


def test_our_own_limits_and_what_is_missing(cast: Cast, clerk: User, tables: None) -> None:
    client = as_user(clerk)
    client.post(url("compare", "cn"))
    assert "No such limit" in text(client.get(url("comparison", "cn")))
    page = words(client.get(url("questions")))
    assert "Nothing was found" in page
    assert "1 limits on 1 substances, each held against the others" in page
    due = text(client.get(url("ages"), {"review": "due"}))
    assert "GB 2763" in due
    services.note_items_without_limit(
        acting_user=cast.system, items=[("敌草隆", "韭菜", "no_limit_loaded")]
    )
    missing = text(client.get(url("unlimited")))
    assert "敌草隆" in missing
    assert "no_limit_loaded" not in missing
    chinese = as_user(clerk, "zh-hans")
    chinese.cookies["django_language"] = "zh-hans"
    assert "敌草隆" in text(chinese.get(url("unlimited")))


def test_a_mapping_is_taken_back_with_a_reason(clerk: User, tables: None) -> None:
    client = as_user(clerk)
    upload(client, url("map"), MAPPING)
    mapping = FoodMapping.objects.get()
    undo = url("unmap", mapping.pk)
    assert undo in text(client.get(url("mappings")))
    assert client.get(undo).status_code == 200
    assert client.post(undo, {"reason": ""}).status_code == 422
    assert client.post(undo, {"reason": "wrong food"}).status_code == 302
    assert not FoodMapping.objects.exists()
    assert client.post(undo, {"reason": "again"}).status_code == 404


def test_an_export_lot_sees_its_further_demands(cast: Cast, clerk: User, tables: None) -> None:
    client = as_user(cast.wang)
    asked = {"product": "韭菜", "market": "eu", "produced_on": "2026-10-01"}
    page = text(client.get(url("export"), asked))
    assert "European Union asks for more: 1" in page
    assert "≤10μg/kg" in page
    assert "unknown: nothing can be said" in text(
        client.get(url("export"), asked | {"product": "砖"})
    )
    assert client.get(url("export"), asked | {"market": "mars"}).status_code == 422
    assert client.get(url("export")).status_code == 200


def test_legal_here_illegal_there_is_shown_for_each_market(cast: Cast, tables: None) -> None:
    client = as_user(cast.wang)
    asked = {"product": "韭菜", "item": "毒死蜱", "result": "0.5", "unit": "mg/kg",
             "produced_on": "2026-10-01"}  # fmt: skip
    page = text(client.get(url("standing"), asked))
    assert "Blocked on these markets only: European Union" in page
    assert "Conforming" in page
    kept = text(client.get(url("standing"), asked | {"result": "0.001"}))
    assert "Blocked on these markets only" not in kept
    assert client.get(url("standing"), asked | {"produced_on": "soon"}).status_code == 422


PROPOSAL = {
    "number": "2026-007", "year": "2026", "kind": "REVISION", "title_zh": "食品中污染物限量",
    "title_en": "Contaminants in food", "due_on": "2027-06-30", "adopts": "CXS 193-1995",
    "adoption": "MOD",
}  # fmt: skip


def test_a_project_is_proposed_moved_commented_and_answered(cast: Cast, clerk: User) -> None:
    client = as_user(clerk)
    assert client.get(url("propose")).status_code == 200
    assert client.post(url("propose"), PROPOSAL | {"office_code": "nowhere"}).status_code == 422
    assert client.post(url("propose"), PROPOSAL).status_code == 302
    assert client.post(url("propose"), PROPOSAL).status_code == 422
    project = Project.objects.get()
    assert project.office == cast.office
    for step in ("take_into_plan", "start_drafting"):
        assert client.get(url("move", project.pk, step)).status_code == 200
        assert client.post(url("move", project.pk, step)).status_code == 302
    opening = url("move", project.pk, "open_comment")
    assert client.post(opening, {"draft_text": ""}).status_code == 422
    assert client.post(opening, {"draft_text": "第三条"}).status_code == 302
    assert client.get(url("move", project.pk, "dance")).status_code == 404
    comment = services.send_comment(acting_user=cast.system, project_id=project.pk, text="限量过宽")
    page = text(client.get(url("project", project.pk)))
    assert "限量过宽" in page
    assert "Answer every public comment" in page
    answer = url("answer", comment.pk)
    assert client.get(answer).status_code == 200
    assert client.post(answer, {"answer": "NOT_ADOPTED"}).status_code == 422
    assert client.post(answer, {"answer": "PARTLY", "reason": "0.2"}).status_code == 302
    listed = text(client.get(url("comments", project.pk)))
    assert "Adopted in part" in listed
    assert "Answer it" in listed
    book = client.get(url("comments", project.pk), {"export": "xlsx"})
    assert b"".join(book.streaming_content).startswith(b"PK")  # type: ignore[attr-defined]
    board = text(client.get(url("programme"), {"year": "2026"}))
    assert "Public comment" in board
    assert "Contaminants in food" in board
    assert Comment.objects.get().answer == "PARTLY"


def test_the_board_says_what_is_late_and_what_is_empty(cast: Cast, clerk: User) -> None:
    client = as_user(cast.wang)
    assert "No project yet" in text(client.get(url("programme")))
    assert client.get(url("programme"), {"year": "nonsense"}).status_code == 200
    as_user(clerk).post(url("propose"), PROPOSAL)
    as_user(clerk).post(url("propose"), PROPOSAL | {"number": "2025-1", "year": "2025"})
    with clock.at(clock.now() + timedelta(days=600)):
        late = text(client.get(url("programme"), {"year": "2026"}))
    assert "Later than planned:" in late
    assert "?year=2025" in late


def test_the_plan_goes_out_and_comes_in_as_a_workbook(cast: Cast, clerk: User) -> None:
    client = as_user(clerk)
    header = "number,year,kind,title_zh,due_on,office,adopts,adoption\n"
    line = f"2026-{{}},2026,MAKING,婴幼儿配方食品,2026-12-31,{cast.office.code},,\n"
    upload(client, url("import_programme"), header + line.format(1) + line.format(2))
    assert Project.objects.filter(stage=Stage.PROPOSAL).count() == 2
    listed = client.get(url("projects"), {"export": "xlsx", "year": "2026"})
    sheet = load_workbook(io.BytesIO(b"".join(listed.streaming_content))).active  # type: ignore[attr-defined]
    assert sheet is not None
    assert sheet.max_row == 3
    assert "2026-1" in text(client.get(url("projects")))


def test_adoption_rates_open_to_the_standards(cast: Cast, clerk: User, tables: None) -> None:
    client = as_user(clerk)
    upload(client, url("import_adoptions"), "standard,international,degree\nGB 2763,CXS 1,IDT\n")
    assert AdoptedStandard.objects.count() == 1
    page = text(client.get(url("adoptions")))
    assert "100%" in words(client.get(url("adoptions")))
    assert "?degree=IDT" in page
    assert "CXS 1 (IDT)" in text(client.get(url("adoptions"), {"degree": "IDT"}))
    assert "CXS 1 (IDT)" not in text(client.get(url("adoptions"), {"degree": "none"}))


def test_the_law_is_searched_dated_and_linked(cast: Cast) -> None:
    services.load_regulations(acting_user=cast.system)
    client = as_user(cast.wang)
    found = text(client.get(url("regulations"), {"q": "Food Safety Law", "on": "2010-01-01"}))
    assert "2009 text" in found
    law = Regulation.objects.get(code="food_safety_law")
    old = text(client.get(url("regulation", law.pk), {"on": "2010-01-01"}))
    assert "No article of this version was read" in old
    now = text(client.get(url("regulation", law.pk), {"on": "rubbish"}))
    assert "Article 124" in now
    assert "#art-124" in now
    assert "No version of it was in force" in text(
        client.get(url("regulation", law.pk), {"on": "1990-01-01"})
    )
    assert client.get(url("regulation", law.pk), {"on": "2010-02-31"}).status_code == 200
    assert client.get(url("regulation", 0)).status_code == 404
    packs = text(client.get(url("packs")))
    assert "platform default" in packs
    assert url("regulation", law.pk) in packs
    assert "Food Hygiene Law" not in text(client.get(url("regulations"), {"on": "2020-01-01"}))


def test_laws_come_from_a_workbook(clerk: User) -> None:
    lines = (
        "code,name_zh,name_en,kind,effective_from,article,text_zh\n"
        "metrology,计量法,Metrology Law,LAW,2018-10-26,9,强制检定\n"
    )
    upload(as_user(clerk), url("import_regulations"), lines)
    assert Regulation.objects.get().name_en == "Metrology Law"


def test_others_read_but_do_not_change(cast: Cast, clerk: User, tables: None) -> None:
    as_user(clerk).post(url("propose"), PROPOSAL)
    project = Project.objects.get()
    client = as_user(cast.wang)
    for name in ("questions", "ages", "unlimited", "mappings", "export", "standing", "programme",
                 "projects", "adoptions", "regulations", "packs"):  # fmt: skip
        assert client.get(url(name)).status_code == 200, name
    assert client.get(url("project", project.pk)).status_code == 200
    assert client.get(url("comparison", "eu")).status_code == 404
    closed: list[tuple[str, list[object]]] = [
        *((name, []) for name in ("map", "propose", "import_programme")),
        *((name, []) for name in ("import_adoptions", "import_regulations")),
        ("move", [project.pk, "stop"]),
        ("unmap", [1]),
        ("answer", [1]),
    ]
    for name, arguments in closed:
        assert client.get(url(name, *arguments)).status_code == 403, name
    assert client.post(url("compare", "eu")).status_code == 403
    assert client.get(url("compare", "eu")).status_code == 405
    assert as_user(clerk).get(url("answer", 0)).status_code == 404
    assert as_user(clerk).get(url("project", 0)).status_code == 404
    assert as_user(clerk).get(url("unmap", 0)).status_code == 404


@pytest.mark.parametrize("word", ["sanjuqingan", "sjqa", "SJQA"])
def test_limits_are_found_by_pinyin(cast: Cast, word: str) -> None:
    services.load_starter_limits(acting_user=cast.system)
    page = text(as_user(cast.wang).get(reverse("standards:list"), {"q": word}))
    assert "≤1mg/kg" in page
    assert "≤0.2mg/kg" not in page
    food = text(as_user(cast.wang).get(reverse("standards:list"), {"q": "gaodian"}))
    assert "Pastries" in food
