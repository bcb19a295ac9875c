"""Products are known to every officer; officers who keep records register and place them."""

from django.db.models import QuerySet

from zhian.foundation.offices import policies as offices
from zhian.foundation.offices.models import User
from zhian.foundation.offices.policies import Decision, Person
from zhian.foundation.offices.vocabulary import UserKind
from zhian.registry.products.models import Product


def products_visible_to(user: Person) -> QuerySet[Product]:
    """Every product for officers and the platform, none for others."""
    known = isinstance(user, User) and user.kind in (UserKind.OFFICER, UserKind.SYSTEM)
    return Product.objects.prefetch_related("nodes") if known else Product.objects.none()


def can_edit(user: Person) -> Decision:
    """Whether the person may register products and place them in food categories."""
    return offices.can_keep_department_records(user)


def require_editor(user: Person) -> None:
    """Go on, or refuse with the reason."""
    offices.require(can_edit(user))
