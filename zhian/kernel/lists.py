"""One list page for every room: search, filters, sorting, paging, and the Excel of what is shown.

A list costs at most three queries (count, rows, what `prepare` fetches for the whole page),
whatever its length. Columns are plain functions of a row.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django import forms
from django.db.models import Model, Q, QuerySet
from django.http import FileResponse, HttpRequest, QueryDict
from django.http.response import HttpResponseBase
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from zhian.kernel import clock
from zhian.kernel.errors import BadInput, FieldError, TooLarge
from zhian.kernel.exchange.writing import as_text, write_table
from zhian.kernel.pages import render

Text = str | Promise
PER_PAGE = 50
NOTHING_YET = _("Nothing here yet.")
EXPORT_LIMIT = 100_000
_EXPORT_CHUNK = 2_000


@dataclass(frozen=True)
class ListColumn:
    """One column: what it shows of a row, where it leads, how it sorts.

    `value` defaults to the attribute `key`; `badge` names a colour (green, yellow, red, blue,
    grey) and is never the only sign; `sort` is an ORM field, without it nobody sorts by it.
    """

    key: str
    label: Text
    value: Callable[[Any], object] | None = None
    href: Callable[[Any], str | None] | None = None
    numeric: bool = False
    sort: str | None = None
    badge: Callable[[Any], str] | None = None
    # a key or a hash: small, and broken anywhere rather than making the table wide
    code: bool = False

    def of(self, row: Any) -> object:
        """The value for a row, typed as the row has it."""
        return self.value(row) if self.value is not None else getattr(row, self.key)


class Filter:
    """A narrowing of the list by one form field or two."""

    key: str

    def fields(self) -> dict[str, forms.Field]:
        """Form fields by parameter name."""
        raise TypeError(f"{type(self).__name__} has no fields")

    def narrow(self, queryset: QuerySet[Any], values: dict[str, Any]) -> QuerySet[Any]:
        """The rows that pass; called with the cleaned values."""
        raise TypeError(f"{type(self).__name__} does not narrow")


Narrow = Callable[[QuerySet[Any], Any], QuerySet[Any]]


@dataclass(frozen=True)
class ChoiceFilter(Filter):
    """One of a few values; `narrow_by` when it is more than `field = value`."""

    key: str
    label: Text
    choices: Sequence[tuple[Any, Text]]
    field: str = ""
    narrow_by: Narrow | None = None

    def fields(self) -> dict[str, forms.Field]:
        every = [("", _("All")), *((str(value), label) for value, label in self.choices)]
        return {self.key: forms.ChoiceField(label=str(self.label), choices=every, required=False)}

    def narrow(self, queryset: QuerySet[Any], values: dict[str, Any]) -> QuerySet[Any]:
        value = values.get(self.key)
        if not value:
            return queryset
        if self.narrow_by is not None:
            return self.narrow_by(queryset, value)
        return queryset.filter(**{self.field or self.key: value})


@dataclass(frozen=True)
class TextFilter(Filter):
    """Rows whose field passes a lookup, by default: contains the text."""

    key: str
    label: Text
    lookup: str = ""
    narrow_by: Narrow | None = None

    def fields(self) -> dict[str, forms.Field]:
        return {self.key: forms.CharField(label=str(self.label), required=False, max_length=200)}

    def narrow(self, queryset: QuerySet[Any], values: dict[str, Any]) -> QuerySet[Any]:
        value = values.get(self.key)
        if not value:
            return queryset
        if self.narrow_by is not None:
            return self.narrow_by(queryset, value)
        return queryset.filter(**{self.lookup or f"{self.key}__icontains": value})


@dataclass(frozen=True)
class DateFilter(Filter):
    """Rows from a day to a day, both inclusive, Beijing days; `moment` when it is a date-time."""

    key: str
    label: Text
    field: str = ""
    moment: bool = False

    def fields(self) -> dict[str, forms.Field]:
        def day(label: Text) -> forms.DateField:
            widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
            return forms.DateField(label=str(label), required=False, widget=widget)

        start, end = _("%(what)s from"), _("%(what)s to")
        return {
            f"{self.key}_from": day(start % {"what": self.label}),
            f"{self.key}_to": day(end % {"what": self.label}),
        }

    def narrow(self, queryset: QuerySet[Any], values: dict[str, Any]) -> QuerySet[Any]:
        name = (self.field or self.key) + ("__date" if self.moment else "")
        if values.get(f"{self.key}_from"):
            queryset = queryset.filter(**{f"{name}__gte": values[f"{self.key}_from"]})
        if values.get(f"{self.key}_to"):
            queryset = queryset.filter(**{f"{name}__lte": values[f"{self.key}_to"]})
        return queryset


@dataclass(frozen=True)
class Action:
    """A button above the list: the deed and where it is done."""

    label: Text
    url: str


@dataclass(frozen=True)
class Cell:
    """One value as the page shows it."""

    text: str
    href: str | None
    style: str
    badge: str
    whole: int = 0  # how many characters at the beginning (a date) stay on one line

    @property
    def day(self) -> str:
        """The part that stays on one line."""
        return self.text[: self.whole]

    @property
    def rest(self) -> str:
        """What may go to the next line."""
        return self.text[self.whole :]


@dataclass(frozen=True)
class Row:
    """One line; `url` opens the thing itself."""

    url: str | None
    cells: list[Cell]


@dataclass(frozen=True)
class Head:
    """The header of a column; `sorted` is "", "up" or "down"."""

    key: str
    label: Text
    numeric: bool
    sort_url: str | None
    sorted: str


@dataclass(frozen=True)
class Pager:
    """Which page of how many, and the ways out."""

    prev: str | None
    next: str | None
    number: int
    count: int


@dataclass(frozen=True)
class Page:
    """What `list.html` draws."""

    title: Text
    columns: list[Head]
    rows: list[Row]
    filters: forms.Form
    search: str
    searchable: bool
    export_url: str | None
    empty_text: Text
    total: int
    pager: Pager
    actions: Sequence[Action]


@dataclass(frozen=True)
class ListPage:
    """A list as a room declares it: a visible queryset and what to show of it."""

    title: Text
    queryset: QuerySet[Any]
    columns: Sequence[ListColumn]
    search: Sequence[str] = ()
    filters: Sequence[Filter] = ()
    default_sort: str = "pk"
    empty: Text = NOTHING_YET
    export_name: str = ""
    row_url: Callable[[Any], str | None] | None = None
    actions: Sequence[Action] = ()
    # called once with the rows of the page, to fetch for all of them what columns need
    prepare: Callable[[list[Any]], None] | None = None
    search_by: Callable[[str], Q] | None = None
    per_page: int = PER_PAGE
    _form: type[forms.Form] = field(init=False, repr=False, default=forms.Form)

    def __post_init__(self) -> None:
        fields = {name: one for f in self.filters for name, one in f.fields().items()}
        object.__setattr__(self, "_form", type("FilterForm", (forms.Form,), fields))

    def respond(
        self, request: HttpRequest, *, template: str = "list.html", **context: Any
    ) -> HttpResponseBase:
        """The page, or with `?export=xlsx` the workbook of exactly the same rows."""
        form = self._form(request.GET)
        valid = form.is_valid()
        queryset = self._narrowed(request.GET, form.cleaned_data) if valid else self.queryset.none()
        if request.GET.get("export") == "xlsx" and self.export_name:
            if not valid:
                raise BadInput(fields=_form_errors(form))
            return self._workbook(self._ordered(queryset, request.GET)[0])
        page = self._page(request.GET, form, queryset)
        status = 200 if valid else 422
        return render(request, template, {**context, "page": page}, status=status)

    def _narrowed(self, query: QueryDict, values: dict[str, Any]) -> QuerySet[Any]:
        queryset = self.queryset
        for one in self.filters:
            queryset = one.narrow(queryset, values)
        # every word must be found somewhere; twenty are more than anybody types
        for word in query.get("q", "").split()[:20]:
            found = self.search_by(word) if self.search_by is not None else Q()
            for lookup in self.search:
                found |= Q(**{lookup: word})
            queryset = queryset.filter(found)
        return queryset

    def _ordered(self, queryset: QuerySet[Any], query: QueryDict) -> tuple[QuerySet[Any], str]:
        """The queryset in the asked order, ties broken by key, and the order as asked."""
        asked = query.get("sort", "")
        by = {column.key: column.sort for column in self.columns if column.sort}
        if asked.removeprefix("-") not in by:
            asked = self.default_sort
        name = asked.removeprefix("-")
        minus = "-" if asked.startswith("-") else ""
        return queryset.order_by(f"{minus}{by.get(name) or name}", f"{minus}pk"), asked

    def _page(self, query: QueryDict, form: forms.Form, queryset: QuerySet[Any]) -> Page:
        total = queryset.count()
        pages = max(1, -(-total // self.per_page))
        number = min(max(1, _whole(query.get("page"))), pages)
        ordered, sort = self._ordered(queryset, query)
        start = (number - 1) * self.per_page
        rows = list(ordered[start : start + self.per_page]) if total else []
        if self.prepare is not None and rows:
            self.prepare(rows)
        return Page(
            title=self.title,
            columns=[self._head(column, query, sort) for column in self.columns],
            rows=[self._row(row) for row in rows],
            filters=form,
            search=query.get("q", ""),
            searchable=bool(self.search or self.search_by),
            export_url=_with(query, export="xlsx", page=None) if self.export_name else None,
            empty_text=self.empty,
            total=total,
            pager=Pager(
                prev=_with(query, page=number - 1) if number > 1 else None,
                next=_with(query, page=number + 1) if number < pages else None,
                number=number,
                count=pages,
            ),
            actions=self.actions,
        )

    def _head(self, column: ListColumn, query: QueryDict, sort: str) -> Head:
        state = {column.key: "up", f"-{column.key}": "down"}.get(sort, "")
        towards = f"-{column.key}" if state == "up" else column.key
        url = _with(query, sort=towards, page=None) if column.sort else None
        return Head(column.key, column.label, column.numeric, url, state)

    def _row(self, row: Any) -> Row:
        cells = [
            _cell(
                column,
                column.of(row),
                href=column.href(row) if column.href is not None else None,
                badge=column.badge(row) if column.badge is not None else "",
            )
            for column in self.columns
        ]
        return Row(self.row_url(row) if self.row_url is not None else None, cells)

    def _workbook(self, queryset: QuerySet[Any]) -> FileResponse:
        total = queryset.count()
        if total > EXPORT_LIMIT:
            raise TooLarge(
                _("%(total)d rows are more than the %(limit)d of one workbook; narrow the list")
                % {"total": total, "limit": EXPORT_LIMIT}
            )
        headers = [column.label for column in self.columns]
        stream = write_table(str(self.title), headers, self._values(queryset))
        name = f"{self.export_name}-{clock.today():%Y%m%d}.xlsx"
        return FileResponse(stream, as_attachment=True, filename=name)

    def _values(self, queryset: QuerySet[Any]) -> Iterable[list[object]]:
        chunk: list[Model] = []
        for row in queryset.iterator(chunk_size=_EXPORT_CHUNK):
            chunk.append(row)
            if len(chunk) == _EXPORT_CHUNK:
                yield from self._chunk_values(chunk)
                chunk = []
        yield from self._chunk_values(chunk)

    def _chunk_values(self, chunk: list[Any]) -> Iterable[list[object]]:
        if self.prepare is not None and chunk:
            self.prepare(chunk)
        for row in chunk:
            yield [column.of(row) for column in self.columns]


def _form_errors(form: forms.Form) -> list[FieldError]:
    return [FieldError(name, str(errors[0])) for name, errors in form.errors.items()]


def _whole(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 9 else 1


def _with(query: QueryDict, **changes: object) -> str:
    """The same address with some parameters changed (None: left out)."""
    changed = query.copy()
    changed.pop("export", None)
    for name, value in changes.items():
        changed.pop(name, None)
        if value is not None:
            changed[name] = str(value)
    return "?" + changed.urlencode()


def _cell(column: ListColumn, value: object, *, href: str | None, badge: str) -> Cell:
    style = "numeric" if column.numeric else "code" if column.code else ""
    whole = len("2026-11-21") if isinstance(value, date) else 0
    return Cell(as_text(value), href, style, badge, whole)
