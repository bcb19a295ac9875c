"""Which account a browser session belongs to.

Django's session keys are used as they are, so that its test client can sign somebody in; its own
`auth` application (groups, permissions, last login) is not installed.
"""

from __future__ import annotations

from django.contrib import auth
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare

from zhian.foundation.offices.models import User
from zhian.foundation.offices.policies import Person
from zhian.foundation.offices.vocabulary import Stranger

BACKEND = "zhian.foundation.offices.web.sessions.AccountBackend"


class AccountBackend:
    """Loads the account of a session; passwords are checked by the use case of signing in."""

    def get_user(self, user_id: str | int) -> User | None:
        """The account, while it is open."""
        return User.objects.filter(pk=user_id, is_active=True).first()


def person_of(request: HttpRequest) -> Person:
    """The account of the session, or a stranger; a session older than the password counts not."""
    user_id = str(request.session.get(auth.SESSION_KEY, ""))
    user = AccountBackend().get_user(user_id) if user_id.isdigit() else None
    if user is None:
        return Stranger()
    kept = str(request.session.get(auth.HASH_SESSION_KEY, ""))
    if not constant_time_compare(kept, user.get_session_auth_hash()):
        return Stranger()
    return user


def begin(request: HttpRequest, user: User) -> None:
    """Start a session for the account under a new key."""
    auth.login(request, user, backend=BACKEND)


def end(request: HttpRequest) -> None:
    """Throw the session away."""
    request.session.flush()
    request.user = Stranger()  # type: ignore[assignment]
