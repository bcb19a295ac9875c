"""Who sees a case and who may lead it."""

from django.db.models import Q, QuerySet

from zhian.foundation.offices.policies import (
    Decision,
    Person,
    any_of,
    can_edit_records,
    is_supervision,
    jurisdiction,
)
from zhian.foundation.offices.selectors import office_of
from zhian.response.cases.models import Case


def cases_visible_to(user: Person) -> QuerySet[Case]:
    """Cases of one's office, or of a place or an alert in one's territory."""
    office = office_of(user)
    own = Q(office=office) if office is not None else Q(pk__in=[])
    return Case.objects.filter(
        any_of(own, jurisdiction(user, "site__region"), jurisdiction(user, "alert__site__region"))
    ).select_related("alert", "operator", "site__region", "office", "officer")


def can_lead(user: Person, case: Case) -> Decision:
    """The office that has the case leads it."""
    return can_edit_records(user, case.office)


def can_see_bases(user: Person) -> bool:
    """Legal bases are law, open to every officer; the supervision organ reads them too."""
    return office_of(user) is not None or is_supervision(user)
