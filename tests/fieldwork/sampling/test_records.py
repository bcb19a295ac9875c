"""Records of other systems are examined, never stored (T5)."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from tests import factories_response as story
from tests.casting import Cast
from zhian.fieldwork.sampling.models import Sample

pytestmark = pytest.mark.django_db
HEAD = "number,officer,second_officer,drawn_at,seal,longitude,latitude"
FIVE = """1,王建国,李秀英,2026-09-01 10:00,S-1,114.57,38.14
2,王建国,赵卫东,2026-09-01 10:20,S-2,116.40,39.90
3,甲,乙,2026-09-01 10:00,S-3,114.57,38.14
4,丙,丁,2026-09-03 10:00,S-3,114.57,38.14
5,戊,,2026-09-04 10:00,S-0001,114.57,38.14"""


def upload(client: Client, text: str) -> object:
    file = SimpleUploadedFile("records.csv", f"{HEAD}\n{text}".encode())
    return client.post(reverse("sampling:check"), {"file": file})


def test_five_bad_records_are_all_flagged(cast: Cast) -> None:
    story.sample(cast, story.shop())
    client = Client()
    client.force_login(cast.wang)
    answer = upload(client, FIVE)
    examined = answer.context["examined"]  # type: ignore[attr-defined]
    assert [len(one.doubts) for one in examined] == [1, 1, 1, 1, 2]
    assert Sample.objects.count() == 1


def test_good_records_raise_no_doubt_and_bad_times_are_named(cast: Cast) -> None:
    client = Client()
    client.force_login(cast.wang)
    good = upload(client, "1,王建国,李秀英,2026-09-01 10:00,S-1,114.57,38.14")
    assert [one.doubts for one in good.context["examined"]] == [[]]  # type: ignore[attr-defined]
    bad = upload(client, "1,王建国,李秀英,yesterday,S-1,,")
    assert len(bad.context["errors"]) == 1  # type: ignore[attr-defined]
    empty = client.post(reverse("sampling:check"))
    assert empty.status_code == 422


def test_the_template_and_the_page_open_for_samplers_only(cast: Cast) -> None:
    client = Client()
    client.force_login(cast.wang)
    assert client.get(reverse("sampling:check")).status_code == 200
    assert client.get(reverse("sampling:check_template")).content[:2] == b"PK"
    client.force_login(cast.dian)
    assert client.get(reverse("sampling:check")).status_code == 403
