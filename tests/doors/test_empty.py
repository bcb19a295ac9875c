"""What the doors say while nothing has happened yet."""

from django.test import Client

from tests.casting import Cast


def test_the_portal_of_a_quiet_country(db: None) -> None:
    page = Client(headers={"accept-language": "zh-hans"}).get("/public/").content.decode()
    assert "还没有发布" in page


def test_the_desk_of_a_quiet_county(cast: Cast) -> None:
    client = Client(headers={"accept-language": "en"})
    client.force_login(cast.wang)
    assert "New duties appear here" in client.get("/work/").content.decode()
    assert "One opens by itself" in client.get("/incidents/").content.decode()
