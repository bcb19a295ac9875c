"""Accounts: made, locked, unlocked, given a new password."""

from __future__ import annotations

import secrets

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from zhian.foundation.offices import policies, selectors
from zhian.foundation.offices.models import User
from zhian.foundation.offices.services.standard import load_departments
from zhian.foundation.offices.vocabulary import (
    ADMIN_USERNAME,
    SYSTEM_USERNAME,
    Language,
    UserKind,
)
from zhian.kernel.errors import BadInput, Conflict, FieldError, Refused
from zhian.kernel.use_cases import record, unguarded, use_case


def ensure_system_user() -> User:
    """The platform's own account; made on first use, since nobody is there yet to act."""
    found = selectors.user_by_name(SYSTEM_USERNAME)
    if found is not None:
        return found
    user = User(username=SYSTEM_USERNAME, display_name="质安平台", kind=UserKind.SYSTEM)
    user.set_unusable_password()
    with unguarded("the first actor of an empty platform"):
        user.save()
    return user


@use_case("offices.platform.set_up")
def create_admin(*, acting_user: User, username: str = ADMIN_USERNAME, password: str) -> User:
    """The first administrator, and the departments and tasks of the pack in force."""
    load_departments(acting_user=acting_user)
    admin = create_user(
        acting_user=acting_user,
        username=username,
        display_name="系统管理员",
        kind=UserKind.ADMIN,
        password=password,
    )
    record(admin, username=username)
    return admin


@use_case("offices.user.created")
def create_user(
    *,
    acting_user: User,
    username: str,
    display_name: str,
    kind: UserKind = UserKind.OFFICER,
    password: str | None = None,
    language: Language = Language.ZH,
    must_change_password: bool = False,
) -> User:
    """A new account; without a password nobody can sign in to it yet.

    Refused to others than administrators; BadInput for a taken or malformed name or a weak
    password.
    """
    policies.require(policies.can_administer(acting_user))
    user = User(
        username=username.strip().lower(),
        display_name=display_name.strip(),
        kind=kind,
        language=language,
        must_change_password=must_change_password,
    )
    if password is None:
        user.set_unusable_password()
    else:
        set_checked_password(user, password)
    refuse_invalid(user)
    user.save()
    record(user, username=user.username, name=user.display_name, kind=str(kind))
    return user


@use_case("offices.user.locked")
def lock_user(*, acting_user: User, user_id: int, reason: str) -> User:
    """Close an account until an administrator opens it again; its records stay."""
    policies.require(policies.can_administer(acting_user))
    user = _locked_row(user_id)
    if user.kind == UserKind.SYSTEM or user.pk == acting_user.pk:
        raise Refused(_("This account cannot be locked from here."))
    if not user.is_active:
        raise Conflict(_("The account is locked already."))
    if not reason.strip():
        raise BadInput(fields=[FieldError("reason", _("Say why"))])
    user.is_active = False
    user.save(update_fields=["is_active"])
    record(user, reason=reason)
    return user


@use_case("offices.user.unlocked")
def unlock_user(*, acting_user: User, user_id: int) -> User:
    """Open an account again, whoever or whatever had closed it."""
    policies.require(policies.can_administer(acting_user))
    user = _locked_row(user_id)
    if user.is_active and user.locked_until is None:
        raise Conflict(_("The account is not locked."))
    user.is_active = True
    user.failed_logins = 0
    user.locked_until = None
    user.save(update_fields=["is_active", "failed_logins", "locked_until"])
    record(user)
    return user


@use_case("offices.user.password_reset")
def reset_password(*, acting_user: User, user_id: int) -> str:
    """A new password, returned once; the user must choose an own one at the next sign-in."""
    policies.require(policies.can_administer(acting_user))
    user = _locked_row(user_id)
    if user.kind == UserKind.SYSTEM:
        raise Refused(_("Nobody signs in to the platform's own account."))
    password = secrets.token_urlsafe(12)
    user.set_password(password)
    user.must_change_password = True
    user.failed_logins = 0
    user.locked_until = None
    user.save(update_fields=["password", "must_change_password", "failed_logins", "locked_until"])
    record(user)
    return password


@use_case("offices.user.language_chosen")
def set_language(*, acting_user: User, language: Language) -> User:
    """The language the user wants to read in."""
    acting_user.language = language
    acting_user.save(update_fields=["language"])
    record(acting_user, language=str(language))
    return acting_user


def set_checked_password(user: User, password: str, field: str = "password") -> None:
    """Hash a password that passes the rules; BadInput names the field and every reason."""
    try:
        validate_password(password, user)
    except ValidationError as error:
        problems = [FieldError(field, message) for message in error.messages]
        raise BadInput(fields=problems) from error
    user.set_password(password)


def refuse_invalid(user: User) -> None:
    """BadInput for what the fields of an account do not allow, a taken name among it."""
    try:
        user.full_clean(exclude=["password"])
    except ValidationError as error:
        problems = [
            FieldError(field, message)
            for field, messages in error.message_dict.items()
            for message in messages
        ]
        raise BadInput(fields=problems) from error


def _locked_row(user_id: int) -> User:
    selectors.user_by_id(user_id)
    return User.objects.select_for_update().get(pk=user_id)
