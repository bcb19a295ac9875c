"""The pages of the limit library: look up, understand, try, import, put in force."""

import io
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from tests import factories as make
from tests.casting import Cast
from zhian.foundation.offices.models import User
from zhian.foundation.offices.vocabulary import Role
from zhian.registry.standards import services
from zhian.registry.standards.models import Edition, Limit
from zhian.registry.standards.vocabulary import EditionState

pytestmark = pytest.mark.django_db
CSV = (
    "standard,edition,effective_from,substance,food_path,limit,grade\n"
    "GB 2763,GB 2763-2021,2021-09-03,毒死蜱,蔬菜 > 韭菜,≤0.02mg/kg,M\n"
    "GB 2763,GB 2763-2021,2021-09-03,毒死蜱,蔬菜,见附录,M\n"
)


@pytest.fixture
def starter(cast: Cast) -> int:
    return services.load_starter_limits(acting_user=cast.system)


@pytest.fixture
def clerk(cast: Cast) -> User:
    return make.officer(cast.office, "biao", roles=[Role.STANDARDS_CLERK]).user


def as_user(user: User, language: str = "en") -> Client:
    client = Client(headers={"accept-language": language})
    client.force_login(user)
    return client


def text(response: object) -> str:
    return response.content.decode()  # type: ignore[attr-defined]


def test_limits_are_found_by_any_name_of_the_substance(cast: Cast, starter: int) -> None:
    client = as_user(cast.wang)
    page = text(client.get(reverse("standards:list"), {"q": "密胺"}))
    assert "≤1mg/kg" in page
    assert "≤2.5mg/kg" in page
    assert "≤0.2mg/kg" not in page
    assert page.count("≤1mg/kg") == 1
    assert "Melamine" in page
    every_name = text(client.get(reverse("standards:list"), {"q": "三聚氰"}))
    assert every_name.count("≤1mg/kg") == 1
    narrowed = text(client.get(reverse("standards:list"), {"standard": "GB 2760", "q": "糕点"}))
    assert "≤1.6g/kg" in narrowed
    answer = client.get(reverse("standards:list"), {"q": "密胺", "export": "xlsx"})
    book = load_workbook(io.BytesIO(b"".join(answer.streaming_content)))  # type: ignore[attr-defined]
    assert book.active is not None
    assert book.active.max_row == 3


def test_limits_are_narrowed_to_the_day_of_production(cast: Cast, starter: int) -> None:
    client = as_user(cast.wang)
    before = text(client.get(reverse("standards:list"), {"q": "铅", "on": "2026-09-01"}))
    assert "GB 2762-2022" in before
    assert "GB 2762-2025" not in before
    after = text(client.get(reverse("standards:list"), {"q": "铅", "on": "2026-09-02"}))
    assert "GB 2762-2025" in after
    assert "GB 2762-2022" not in after
    assert client.get(reverse("standards:list"), {"on": "soon"}).status_code == 422


def test_an_empty_library_says_what_to_do(cast: Cast) -> None:
    assert "No limit loaded" in text(as_user(cast.wang).get(reverse("standards:list")))


def test_a_limit_explains_why_it_applies(cast: Cast, starter: int) -> None:
    limit = Limit.objects.get(
        substance__key="lead", node__code="乳及乳制品", edition__code="GB 2762-2025"
    )
    page = text(as_user(cast.wang).get(reverse("standards:limit", args=[limit.pk])))
    assert "the day of production decides" in page
    assert "because nothing deeper is written" in page
    assert "where a deeper rule wins" in page
    assert as_user(cast.wang).get(reverse("standards:limit", args=[0])).status_code == 404
    ended = Limit.objects.get(substance__key="lead", edition__code="GB 2762-2022")
    page = text(as_user(cast.wang).get(reverse("standards:limit", args=[ended.pk])))
    assert "2026-09-01" in page
    assert "GB 2762-2025" in page
    assert "Unverified" in page


@pytest.mark.parametrize(("language", "word"), [("en", "Nonconforming"), ("zh-hans", "不符合限量")])
def test_a_result_is_tried_with_its_proof_and_nothing_is_stored(
    cast: Cast, starter: int, language: str, word: str
) -> None:
    cast.wang.language = language
    client = as_user(cast.wang, language)
    query = {
        "product": "婴幼儿配方乳粉", "item": "三聚氰胺", "result": "2563", "unit": "mg/kg",
        "produced_on": "2026-10-01",
    }  # fmt: skip
    client.cookies["django_language"] = language
    page = text(client.get(reverse("standards:judge"), query))
    assert "≤1mg/kg" in page
    assert word in page
    wrong = client.get(reverse("standards:judge"), query | {"produced_on": "soon"})
    assert wrong.status_code == 422
    assert client.get(reverse("standards:judge")).status_code == 200


def test_a_table_is_previewed_imported_and_put_in_force(cast: Cast, clerk: User) -> None:
    client = as_user(clerk)
    assert reverse("standards:imports") in text(client.get(reverse("standards:list")))
    assert "GB 2762" in text(client.get(reverse("standards:imports")))
    address = reverse("standards:import", args=["general"])
    file = SimpleUploadedFile("limits.csv", CSV.encode())
    preview = text(client.post(address, {"file": file}))
    assert "this limit cannot be read" in preview
    assert not Edition.objects.exists()
    token = re.search(r'name="token" value="([^"]+)"', preview)
    assert token is not None
    client.post(address, {"token": token[1]})
    edition = Edition.objects.get()
    assert (edition.state, edition.limits.count()) == (EditionState.DRAFT, 1)
    detail = reverse("standards:edition", args=[edition.pk])
    assert reverse("standards:activate", args=[edition.pk]) in text(client.get(detail))
    confirm = reverse("standards:activate", args=[edition.pk])
    assert "Verdicts already given" in text(client.get(confirm))
    assert client.post(confirm).status_code == 302
    edition.refresh_from_db()
    assert edition.state == EditionState.ACTIVE
    again = client.post(confirm)
    assert again.status_code == 422
    assert "GB 2763-2021" in text(client.get(reverse("standards:editions")))


def test_an_import_is_discarded_with_a_reason(cast: Cast, clerk: User) -> None:
    client = as_user(clerk)
    address = reverse("standards:import", args=["general"])
    first_row = "".join(CSV.splitlines(keepends=True)[:2])
    preview = text(client.post(address, {"file": SimpleUploadedFile("l.csv", first_row.encode())}))
    token = re.search(r'name="token" value="([^"]+)"', preview)
    assert token is not None
    client.post(address, {"token": token[1]})
    edition = Edition.objects.get()
    discard = reverse("standards:discard", args=[edition.pk])
    assert client.get(discard).status_code == 200
    assert client.post(discard, {"reason": ""}).status_code == 422
    assert client.post(discard, {"reason": "wrong file"}).status_code == 302
    edition.refresh_from_db()
    assert edition.state == EditionState.DISCARDED


def test_others_read_the_law_but_do_not_change_it(cast: Cast, starter: int, clerk: User) -> None:
    edition = Edition.objects.filter(state=EditionState.ACTIVE).first()
    assert edition is not None
    for user in (cast.wang, cast.zhao, cast.jian):
        client = as_user(user)
        assert client.get(reverse("standards:list")).status_code == 200
        assert client.get(reverse("standards:editions")).status_code == 200
        assert client.get(reverse("standards:edition", args=[edition.pk])).status_code == 200
        for name, arguments in (("imports", []), ("import", ["general"]),
                                ("activate", [edition.pk]), ("discard", [edition.pk])):  # fmt: skip
            assert client.get(reverse(f"standards:{name}", args=arguments)).status_code == 403
    Edition.objects.none()
    assert as_user(clerk).get(reverse("standards:import", args=["nothing"])).status_code == 404
    assert as_user(clerk).get(reverse("standards:edition", args=[0])).status_code == 404
    assert as_user(clerk).post(reverse("standards:list")).status_code == 405
    stranger = Client().get(reverse("standards:list"))
    assert stranger.status_code in {302, 401, 403}
