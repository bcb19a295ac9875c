"""What may be read from the register."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet

from zhian.foundation.offices.models import Office, Officer, User
from zhian.foundation.offices.vocabulary import Stranger
from zhian.kernel import clock
from zhian.kernel.errors import NotKnown
from zhian.kernel.identifiers import uscc_doubts
from zhian.registry.subjects.models import Operator, OperatorClerk, Site, Supervision


def operator(operator_id: int) -> Operator:
    """One operator, whoever asks; NotKnown when there is none."""
    found = Operator.objects.select_related("region").filter(pk=operator_id).first()
    if found is None:
        raise NotKnown
    return found


def operator_of(user: User | Stranger) -> Operator | None:
    """The operator an account speaks for; None for everybody else."""
    if not isinstance(user, User):
        return None
    return Operator.objects.select_related("region").filter(clerks__user=user).first()


def operators_by_uscc(codes: Iterable[str]) -> dict[str, Operator]:
    """Operators by unified social credit code; unknown codes are absent."""
    found = Operator.objects.select_related("region").filter(uscc__in=set(codes))
    return {str(one.uscc): one for one in found}


def clerks_of(operator_ids: Iterable[int]) -> dict[int, list[User]]:
    """Active accounts that speak for each operator."""
    found: dict[int, list[User]] = {}
    clerks = OperatorClerk.objects.filter(
        operator_id__in=set(operator_ids), user__is_active=True
    ).select_related("user")
    for clerk in clerks.order_by("pk"):
        found.setdefault(clerk.operator_id, []).append(clerk.user)
    return found


def operators_by_id(ids: Iterable[int]) -> dict[int, Operator]:
    """Several operators at once; unknown ones are absent."""
    return Operator.objects.in_bulk(set(ids))


def operator_ids() -> list[int]:
    """Every operator's id, in order: for what is computed for all of them."""
    return list(Operator.objects.order_by("pk").values_list("pk", flat=True))


def site(site_id: int) -> Site:
    """One site, whoever asks; NotKnown when there is none."""
    found = Site.objects.select_related("operator", "region").filter(pk=site_id).first()
    if found is None:
        raise NotKnown
    return found


def site_by_sgln(sgln: str) -> Site | None:
    """The site events call by this number."""
    return sites_by_sgln([sgln]).get(sgln)


def sites_by_sgln(sglns: Iterable[str]) -> dict[str, Site]:
    """Sites by the number events call them by; numbers nobody registered are absent."""
    found = Site.objects.select_related("operator", "region").filter(sgln__in=set(sglns))
    return {one.sgln: one for one in found}


def sites_by_id(ids: Iterable[int]) -> dict[int, Site]:
    """Several sites at once with their operators; unknown ones are absent."""
    return Site.objects.select_related("operator").in_bulk(set(ids))


def owners_of_active_sites(operator_ids: Iterable[int]) -> dict[int, int]:
    """The operator of each active site of these operators."""
    active = Site.objects.filter(operator_id__in=set(operator_ids), active=True)
    return dict(active.values_list("pk", "operator_id"))


def sites_of(operator_id: int) -> QuerySet[Site]:
    """Every site of an operator, closed ones too."""
    return Site.objects.select_related("region", "operator").filter(operator_id=operator_id)


def in_force_on(on: date) -> Q:
    """The WHERE clause of supervisions that apply on a day."""
    return Q(since__lte=on) & (Q(until__isnull=True) | Q(until__gte=on))


def supervision_on(site_ids: Iterable[int], on: date) -> dict[int, Supervision]:
    """Office and officer who answered for each site that day; uncovered sites are absent."""
    found = (
        Supervision.objects.filter(in_force_on(on), site_id__in=set(site_ids))
        .select_related("office__department", "office__region", "officer__user", "site")
        .order_by("pk")
    )
    return {one.site_id: one for one in found}


def supervisions_of(site_id: int) -> QuerySet[Supervision]:
    """Who answered for a site when, latest first."""
    return (
        Supervision.objects.filter(site_id=site_id)
        .select_related("office", "officer__user")
        .order_by("-since")
    )


def sites_supervised_by(officer: Officer, on: date | None = None) -> QuerySet[Site]:
    """Sites a named officer answers for that day."""
    mine = Supervision.objects.filter(in_force_on(on or clock.today()), officer=officer)
    return Site.objects.select_related("operator", "region").filter(pk__in=mine.values("site_id"))


def without_supervision(sites: QuerySet[Site], on: date | None = None) -> QuerySet[Site]:
    """Active sites nobody answers for that day: the blind spots of the network (S005)."""
    covering = Supervision.objects.filter(in_force_on(on or clock.today()), site_id=OuterRef("pk"))
    return sites.filter(~Exists(covering), active=True)


def workshops_of(office: Office) -> QuerySet[Operator]:
    """Workshops a township office answers for (P5)."""
    return Operator.objects.filter(township_office=office).select_related("region")


def doubts_about(found: Operator) -> list[str]:
    """What is unusual about an operator's credit code, in the reader's language."""
    return uscc_doubts(found.uscc, found.found_at) if found.uscc else []


def sites_in(*, regions: Iterable[str] = (), operators: Iterable[str] = ()) -> QuerySet[Site]:
    """Sites whose region lies in one of these, or whose operator has one of these credit codes."""
    inside = Q(operator__uscc__in=sorted(operators))
    for code in regions:
        inside |= Q(region__code__startswith=code)
    return Site.objects.filter(inside)


# the attributes of a location (CBV 2.0 section 9, `cbvmda:…`) that the register knows
_ATTRIBUTES: dict[str, tuple[str, ...]] = {
    "name": ("name_zh", "name_en"),
    "streetAddressOne": ("address",),
    "region": ("region_id",),
    "latitude": ("latitude",),
    "longitude": ("longitude",),
}


def sites_described(attributes: Iterable[str], values: Iterable[str] | None) -> QuerySet[Site]:
    """Sites for which one of the attributes is recorded (with one of the values)."""
    found = Q(pk__in=[])
    for attribute in attributes:
        for column in _ATTRIBUTES.get(attribute, ()):
            given = ~Q(**{column: None}) if column.endswith("itude") else ~Q(**{column: ""})
            wanted = Q() if values is None else Q(**{f"{column}__in": _readable(column, values)})
            found |= given & wanted
    return Site.objects.filter(found)


def _readable(column: str, values: Iterable[str]) -> list[str]:
    """The values a column can be compared with: coordinates are numbers."""
    if not column.endswith("itude"):
        return sorted(values)
    return [
        value for value in sorted(values) if re.fullmatch(r"-?[0-9]{1,3}(\.[0-9]{1,6})?", value)
    ]
