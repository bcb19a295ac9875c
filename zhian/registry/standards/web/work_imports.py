"""Import pages of standards work: mappings, the year's plan, adoptions, laws."""

from collections.abc import Callable, Sequence
from typing import Any

from django.urls import reverse

from zhian.foundation.offices.models import User
from zhian.foundation.offices.policies import signed_in
from zhian.kernel.exchange import ImportView, Row, RowError, Sheet
from zhian.registry.standards import policies, services
from zhian.registry.standards.services import work_sheets


def _allow(user: object) -> None:
    policies.require_clerk(signed_in(user))


def _import(
    sheet: Sheet,
    commit: Callable[..., Any],
    check: Callable[[Sequence[Row]], Sequence[RowError]],
    back: str,
) -> ImportView:
    def write(user: User, rows: list[Row]) -> Sequence[RowError]:
        commit(acting_user=user, rows=rows)
        return ()

    return ImportView(
        sheet=sheet,
        title=sheet.title,
        commit=write,
        allow=_allow,
        back_url=lambda: reverse(back),
        check=lambda _user, rows: check(rows),
    )


import_mappings = _import(
    work_sheets.MAPPINGS, services.map_foods, services.checked_mappings, "standards:mappings"
)
import_programme = _import(
    work_sheets.PROGRAMME,
    services.import_programme,
    services.checked_projects,
    "standards:programme",
)
import_adoptions = _import(
    work_sheets.ADOPTIONS,
    services.import_adoptions,
    services.checked_adoptions,
    "standards:adoptions",
)
import_regulations = _import(
    work_sheets.REGULATIONS,
    services.import_regulations,
    services.checked_regulations,
    "standards:regulations",
)
