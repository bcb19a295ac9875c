"""What people and programs get when something fails that nobody foresaw."""

import pytest
from django.db import OperationalError
from django.test import RequestFactory

from zhian.kernel.pages import server_error


@pytest.mark.parametrize(
    ("path", "kind"), [("/work/", "text/html"), ("/api/me", "application/problem+json")]
)
@pytest.mark.parametrize(
    ("error", "status"), [(OperationalError("gone"), 503), (KeyError("x"), 500)]
)
def test_a_database_that_is_away_is_a_503(
    path: str, kind: str, error: Exception, status: int
) -> None:
    try:
        raise error
    except (OperationalError, KeyError):
        response = server_error(RequestFactory().get(path))
    assert response.status_code == status
    assert response.headers["content-type"].startswith(kind)
    assert ("Retry-After" in response.headers) is (status == 503)
