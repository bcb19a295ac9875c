"""REST: the register of operators."""

from django.http import HttpRequest
from ninja import Router, Schema

from zhian.foundation.offices.policies import signed_in
from zhian.registry.subjects import policies
from zhian.registry.subjects.models import Operator

router = Router(tags=["operators"])
MOST = 200


class OperatorOut(Schema):
    """One operator; `uscc` is null for those without a credit code."""

    id: int
    name_zh: str
    name_en: str
    kind: str
    uscc: str | None
    region_id: str
    found_by: str


@router.get("", response=list[OperatorOut], summary="Operators of my territory")
def operators(
    request: HttpRequest, search: str = "", kind: str = "", after: int = 0
) -> list[Operator]:
    """By id, at most 200; `search` looks into names, former names, pinyin and credit codes."""
    found = policies.operators_visible_to(signed_in(request.user)).filter(pk__gt=after)
    if search:
        found = found.filter(search_text__contains=search.casefold())
    if kind:
        found = found.filter(kind=kind)
    return list(found.order_by("pk")[:MOST])


@router.get("/{operator_id}", response=OperatorOut, summary="One operator")
def operator(request: HttpRequest, operator_id: int) -> Operator:
    """404 for one that you may not know of."""
    return policies.visible_operator(signed_in(request.user), operator_id)
