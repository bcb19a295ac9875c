"""Signing in and out, and the own password. Every act is in the ledger, failures too."""

from __future__ import annotations

from django.contrib.auth.hashers import make_password, verify_password
from django.utils.translation import gettext_lazy as _

from zhian.foundation.offices import selectors
from zhian.foundation.offices.models import User
from zhian.foundation.offices.services.accounts import set_checked_password
from zhian.foundation.offices.vocabulary import (
    LOCKOUT_FAILURES,
    LOCKOUT_TIME,
    AccountLocked,
    UserKind,
)
from zhian.kernel import clock
from zhian.kernel.errors import BadInput, FieldError, Refused
from zhian.kernel.outbox import publish
from zhian.kernel.use_cases import record, use_case

# One answer for a wrong name and a wrong password: nobody learns which names exist.
WRONG = _("The user name or the password is wrong.")


def sign_in(*, username: str, password: str) -> User:
    """The account, when name and password belong together and it is open. Refused otherwise.

    Not itself a use case: a failure must stay written although the caller is refused.
    """
    user = selectors.user_by_name(username.strip().lower())
    if user is None or user.kind == UserKind.SYSTEM or not user.has_usable_password():
        # the same work as for a real account, so that time does not tell which names exist
        make_password(password)
        raise Refused(WRONG)
    if user.locked_at(clock.now()):
        raise Refused(
            _("Too many wrong passwords. The account is closed for a quarter of an hour.")
        )
    # not `user.check_password`: that one would renew an old hash by a write of its own
    correct, outdated = verify_password(password, user.password)
    if not correct:
        record_failure(acting_user=selectors.system_user(), user_id=user.pk)
        raise Refused(WRONG)
    if not user.is_active:
        raise Refused(_("This account is locked. Ask your administrator."))
    return record_success(acting_user=user, renewed=make_password(password) if outdated else None)


@use_case("offices.user.sign_in_failed")
def record_failure(*, acting_user: User, user_id: int) -> User:
    """Count a wrong password; the fifth in a row closes the account for a while."""
    user = User.objects.select_for_update().get(pk=user_id)
    user.failed_logins += 1
    if user.failed_logins >= LOCKOUT_FAILURES:
        user.locked_until = clock.now() + LOCKOUT_TIME
        user.failed_logins = 0
        publish(AccountLocked(user.pk, user.locked_until.isoformat()))
    user.save(update_fields=["failed_logins", "locked_until"])
    until = user.locked_until.isoformat() if user.locked_until else None
    record(user, failures=user.failed_logins, locked_until=until)
    return user


@use_case("offices.user.signed_in")
def record_success(*, acting_user: User, renewed: str | None = None) -> User:
    """Forget the failures before it, keep the hash at today's strength, remember who came."""
    changed = []
    if acting_user.failed_logins or acting_user.locked_until:
        acting_user.failed_logins = 0
        acting_user.locked_until = None
        changed += ["failed_logins", "locked_until"]
    if renewed is not None:
        acting_user.password = renewed
        changed.append("password")
    if changed:
        acting_user.save(update_fields=changed)
    record(acting_user, hash_renewed=renewed is not None)
    return acting_user


@use_case("offices.user.signed_out")
def sign_out(*, acting_user: User) -> None:
    """Remember who left."""
    record(acting_user)


@use_case("offices.user.password_changed")
def change_password(*, acting_user: User, old: str, new: str) -> User:
    """The user's own new password; every other session of the account ends by it."""
    if not acting_user.check_password(old):
        raise BadInput(fields=[FieldError("old", _("This is not your present password."))])
    if old == new:
        raise BadInput(
            fields=[FieldError("new", _("Choose another password than the present one."))]
        )
    set_checked_password(acting_user, new, field="new")
    acting_user.must_change_password = False
    acting_user.save(update_fields=["password", "must_change_password"])
    record(acting_user)
    return acting_user
