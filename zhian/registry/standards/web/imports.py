"""Importing the published tables: which one, a preview, then a draft edition."""

from collections.abc import Callable, Sequence

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from zhian.foundation.offices.models import User
from zhian.foundation.offices.policies import signed_in
from zhian.kernel.errors import NotKnown
from zhian.kernel.exchange import ImportView, Row, RowError
from zhian.kernel.pages import render
from zhian.registry.standards import policies, services
from zhian.registry.standards.services.sheets import SHEETS
from zhian.registry.standards.vocabulary import Table


@require_GET
def choose(request: HttpRequest) -> HttpResponse:
    """Which table to import, in the order they need each other."""
    policies.require_clerk(signed_in(request.user))
    tables = [
        (table.label, reverse("standards:import", args=[table.value.lower()])) for table in Table
    ]
    return render(
        request, "standards/imports.html", {"title": _("Import a table"), "tables": tables}
    )


def import_page(request: HttpRequest, table: str) -> HttpResponse:
    """The import page of one table."""
    view = _VIEWS.get(table.upper())
    if view is None:
        raise NotKnown
    return view(request)


def _allow(user: object) -> None:
    policies.require_clerk(signed_in(user))


def _commit(table: Table) -> Callable[[User, list[Row]], Sequence[RowError]]:
    def commit(user: User, rows: list[Row]) -> Sequence[RowError]:
        services.import_table(acting_user=user, table=table, rows=rows)
        return ()

    return commit


def _check(table: Table) -> Callable[[User, list[Row]], Sequence[RowError]]:
    return lambda _user, rows: services.checked_rows(table, rows)


def _view(table: Table) -> ImportView:
    return ImportView(
        sheet=SHEETS[table],
        title=table.label,
        commit=_commit(table),
        allow=_allow,
        back_url=lambda: reverse("standards:editions"),
        check=_check(table),
    )


_VIEWS = {table.value: _view(table) for table in Table}
