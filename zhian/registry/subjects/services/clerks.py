"""Accounts that speak for operators."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from zhian.foundation.offices import policies as offices
from zhian.foundation.offices import selectors as office_selectors
from zhian.foundation.offices.models import User
from zhian.foundation.offices.vocabulary import UserKind
from zhian.kernel.errors import BadInput, FieldError
from zhian.kernel.use_cases import record, use_case
from zhian.registry.subjects import policies, selectors
from zhian.registry.subjects.models import OperatorClerk


@use_case("subjects.clerk.added")
def add_clerk(*, acting_user: User, user_id: int, operator_id: int, role: str) -> OperatorClerk:
    """Let an operator's account speak for it; by whoever keeps the register there or accounts."""
    if not offices.can_administer(acting_user):
        seen = policies.visible_operator(acting_user, operator_id)
        offices.require(policies.can_register(acting_user, seen.region_id))
    operator = selectors.operator(operator_id)
    user = office_selectors.user_by_id(user_id)
    problems = []
    if user.kind != UserKind.OPERATOR:
        problems.append(FieldError("user", _("Only an operator's account can speak for one")))
    if OperatorClerk.objects.filter(user=user).exists():
        problems.append(FieldError("user", _("This account speaks for an operator already")))
    if not role.strip():
        problems.append(FieldError("role", _("Say in which role")))
    if problems:
        raise BadInput(fields=problems)
    clerk = OperatorClerk.objects.create(user=user, operator=operator, role=role.strip())
    record(operator, clerk=user.username, role=clerk.role)
    return clerk
