"""The writes of the room, by noun: accounts, signing in, structure, people, tokens."""

from zhian.foundation.offices.services.accounts import (
    create_admin,
    create_user,
    ensure_system_user,
    lock_user,
    reset_password,
    set_language,
    unlock_user,
)
from zhian.foundation.offices.services.people import (
    appoint_officer,
    delegate,
    end_appointment,
    end_delegation,
)
from zhian.foundation.offices.services.signing_in import change_password, sign_in, sign_out
from zhian.foundation.offices.services.standard import load_departments, open_standard_offices
from zhian.foundation.offices.services.structure import (
    assign_task,
    correct_area_class,
    create_office,
)
from zhian.foundation.offices.services.tokens import issue_token, revoke_token

__all__ = [
    "appoint_officer",
    "assign_task",
    "change_password",
    "correct_area_class",
    "create_admin",
    "create_office",
    "create_user",
    "delegate",
    "end_appointment",
    "end_delegation",
    "ensure_system_user",
    "issue_token",
    "load_departments",
    "lock_user",
    "open_standard_offices",
    "reset_password",
    "revoke_token",
    "set_language",
    "sign_in",
    "sign_out",
    "unlock_user",
]
