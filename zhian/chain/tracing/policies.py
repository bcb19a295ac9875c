"""Who may see a trace."""

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from zhian.foundation.offices.models import User
from zhian.foundation.offices.policies import YES, Decision, Person
from zhian.foundation.offices.vocabulary import UserKind
from zhian.registry.subjects import policies as subjects


def can_trace(user: Person) -> Decision:
    """Officers and the platform follow goods; an operator sees only its own, at the counter."""
    if isinstance(user, User) and user.kind in {UserKind.OFFICER, UserKind.SYSTEM}:
        return YES
    return Decision(False, _("Only officers follow lots through the chain."))


def trace_visible_to(user: Person, site_keys: Iterable[str]) -> bool:
    """Whether any site of the trace lies in the user's territory: then the whole trace does.

    Goods do not stop at a county line, and neither may the search for them (S003).
    """
    if isinstance(user, User) and user.kind == UserKind.SYSTEM:
        return True
    return subjects.sites_visible_to(user).filter(sgln__in=list(site_keys)).exists()
