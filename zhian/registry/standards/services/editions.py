"""Editions put in force whole, or thrown away whole."""

from datetime import timedelta

from zhian.foundation.offices.models import User
from zhian.kernel.errors import NotKnown
from zhian.kernel.use_cases import record, use_case
from zhian.registry.standards import policies
from zhian.registry.standards.lifecycles import EDITION
from zhian.registry.standards.models import Edition
from zhian.registry.standards.vocabulary import EditionState


@use_case("standards.edition.activated")
def activate_edition(*, acting_user: User, edition_id: int) -> Edition:
    """Put an imported edition in force; its former import is replaced, its predecessor ends.

    Verdicts given before stay as they were given: they keep the limit they used.
    """
    policies.require_clerk(acting_user)
    edition = _locked(edition_id)
    edition.state = EDITION.target("activate", edition.state)
    replaced = _replace_former_import(edition)
    ended = _end_predecessors(edition)
    _end_before_successor(edition)
    edition.save(update_fields=["state", "effective_to"])
    record(
        edition,
        edition=edition.code,
        revision=edition.revision,
        effective_from=edition.effective_from,
        replaced_revision=replaced,
        ended=ended,
    )
    return edition


@use_case("standards.edition.discarded")
def discard_edition(*, acting_user: User, edition_id: int, reason: str) -> Edition:
    """Throw an imported edition away before it was ever in force."""
    policies.require_clerk(acting_user)
    edition = _locked(edition_id)
    edition.state = EDITION.target("discard", edition.state)
    edition.save(update_fields=["state"])
    record(edition, edition=edition.code, revision=edition.revision, reason=reason)
    return edition


def _locked(edition_id: int) -> Edition:
    found = Edition.objects.select_for_update().filter(pk=edition_id).first()
    if found is None:
        raise NotKnown
    return found


def _replace_former_import(edition: Edition) -> int | None:
    former = (
        Edition.objects.select_for_update()
        .filter(code=edition.code, state=EditionState.ACTIVE)
        .first()
    )
    if former is None:
        return None
    former.state = EDITION.target("replace", former.state)
    former.save(update_fields=["state"])
    return former.revision


def _end_predecessors(edition: Edition) -> list[str]:
    """An older edition binds goods made until the day before the new one takes effect."""
    last_day = edition.effective_from - timedelta(days=1)
    older = Edition.objects.select_for_update().filter(
        standard=edition.standard,
        state=EditionState.ACTIVE,
        effective_from__lt=edition.effective_from,
    )
    ended = []
    for one in older:
        if one.effective_to is None or one.effective_to > last_day:
            one.effective_to = last_day
            one.save(update_fields=["effective_to"])
            ended.append(one.code)
    return ended


def _end_before_successor(edition: Edition) -> None:
    """An edition imported late ends where the next one already began."""
    later = (
        Edition.objects.filter(
            standard=edition.standard,
            state=EditionState.ACTIVE,
            effective_from__gt=edition.effective_from,
        )
        .order_by("effective_from")
        .first()
    )
    if later is not None:
        last_day = later.effective_from - timedelta(days=1)
        if edition.effective_to is None or edition.effective_to > last_day:
            edition.effective_to = last_day
