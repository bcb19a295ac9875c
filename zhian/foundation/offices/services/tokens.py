"""Bearer tokens for machines: shown once, kept as a digest, withdrawn at will."""

from __future__ import annotations

import secrets

from django.utils.translation import gettext_lazy as _

from zhian.foundation.offices import policies, selectors
from zhian.foundation.offices.models import ApiToken, User
from zhian.foundation.offices.vocabulary import UserKind
from zhian.kernel import clock
from zhian.kernel.errors import BadInput, Conflict, FieldError, NotKnown
from zhian.kernel.use_cases import record, use_case

BEGINNING = "zhian_"


@use_case("offices.token.issued")
def issue_token(*, acting_user: User, user_id: int, label: str) -> tuple[ApiToken, str]:
    """A new token and its text, which nobody can show again."""
    owner = selectors.user_by_id(user_id)
    policies.require(policies.can_manage_tokens_of(acting_user, owner))
    if owner.kind == UserKind.SYSTEM or not owner.is_active:
        raise BadInput(fields=[FieldError("user", _("This account cannot have a token."))])
    if not label.strip():
        raise BadInput(fields=[FieldError("label", _("Say what the token is for."))])
    raw = BEGINNING + secrets.token_urlsafe(32)
    token = ApiToken.objects.create(
        user=owner,
        prefix=raw[:12],
        digest=policies.token_digest(raw),
        label=label.strip()[:80],
        created_at=clock.now(),
    )
    record(token, user=owner.username, prefix=token.prefix, label=token.label)
    return token, raw


@use_case("offices.token.withdrawn")
def revoke_token(*, acting_user: User, token_id: int) -> ApiToken:
    """Withdraw a token; the next call with it is refused."""
    token = ApiToken.objects.select_for_update(of=("self",)).select_related("user")
    found = token.filter(pk=token_id).first()
    if found is None:
        raise NotKnown
    if not policies.can_manage_tokens_of(acting_user, found.user):
        raise NotKnown
    if found.revoked_at is not None:
        raise Conflict(_("This token is withdrawn already."))
    found.revoked_at = clock.now()
    found.save(update_fields=["revoked_at"])
    record(found, user=found.user.username, prefix=found.prefix)
    return found
