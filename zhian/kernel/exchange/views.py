"""The import page of every room: choose a file, see what it holds, then write it.

GET shows the form, `?template=1` gives the workbook, `?errors=<token>` the rows that failed.
POST with a file previews (nothing is written), POST with a token commits.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from zhian.kernel.errors import BadInput, FieldError
from zhian.kernel.exchange import uploads
from zhian.kernel.exchange.sheets import Reading, Row, RowError, Sheet
from zhian.kernel.exchange.writing import as_text
from zhian.kernel.pages import render

Text = str | Promise
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PREVIEW_ROWS = 20
SHOWN_ERRORS = 200


@dataclass(frozen=True)
class ImportView:
    """An import as a room declares it; the instance is the view.

    `commit` writes the rows through the room's service and returns those it refused;
    `check` finds, without writing, what the register already knows to be wrong;
    `allow` raises Refused for a person who may not import.
    """

    sheet: Sheet
    title: Text
    commit: Callable[[Any, list[Row]], Sequence[RowError]]
    allow: Callable[[Any], None]
    back_url: Callable[[], str]
    check: Callable[[Any, list[Row]], Sequence[RowError]] | None = None
    template: str = "import.html"

    def __call__(self, request: HttpRequest) -> HttpResponse:
        self.allow(request.user)
        if request.method == "POST":
            if "token" in request.POST:
                return self._commit(request)
            return self._preview(request)
        if request.method not in {"GET", "HEAD"}:
            return HttpResponseNotAllowed(["GET", "POST"])
        if "template" in request.GET:
            return _workbook(self.sheet.template(), f"{self.sheet.name}-template.xlsx")
        if "errors" in request.GET:
            return self._error_file(request)
        return self._page(request, step="choose")

    def _preview(self, request: HttpRequest) -> HttpResponse:
        file = request.FILES.get("file")
        if file is None or isinstance(file, list) or not file.name:
            raise BadInput(fields=[FieldError("file", _("Choose a file"))])
        data, user_id = file.read(), _user_id(request)
        reading = self._read(request, file.name, data)
        upload = uploads.keep(data=data, filename=file.name, sheet=self.sheet.name, user_id=user_id)
        return self._page(request, step="preview", reading=reading, upload=upload)

    def _commit(self, request: HttpRequest) -> HttpResponse:
        upload = self._opened(request, request.POST["token"])
        upload.claim()
        try:
            reading = self._read(request, upload.filename, upload.data())
            if not reading.rows:
                raise BadInput(_("No row of this file can be imported"))
            offered = len(reading.rows)
            refused = list(self.commit(request.user, reading.rows))
        except BaseException:
            upload.release()
            raise
        reading.refuse(refused)
        upload.keep_errors(reading.errors)
        written = offered - len({error.row for error in refused})
        return self._page(request, step="done", reading=reading, upload=upload, written=written)

    def _error_file(self, request: HttpRequest) -> HttpResponse:
        upload = self._opened(request, request.GET["errors"])
        reading = self.sheet.read(upload.filename, upload.data())
        if upload.committed():
            # the good rows are registered by now: checking again would refuse them all
            reading.errors = upload.errors()
        else:
            reading.refuse(self._checked(request, reading))
        return _workbook(self.sheet.error_file(reading), f"{self.sheet.name}-errors.xlsx")

    def _read(self, request: HttpRequest, filename: str, data: bytes) -> Reading:
        reading = self.sheet.read(filename, data)
        reading.refuse(self._checked(request, reading))
        return reading

    def _checked(self, request: HttpRequest, reading: Reading) -> Sequence[RowError]:
        return self.check(request.user, reading.rows) if self.check is not None else ()

    def _opened(self, request: HttpRequest, token: str) -> uploads.Upload:
        return uploads.opened(token, sheet=self.sheet.name, user_id=_user_id(request))

    def _page(
        self,
        request: HttpRequest,
        *,
        step: str,
        reading: Reading | None = None,
        upload: uploads.Upload | None = None,
        written: int = 0,
    ) -> HttpResponse:
        context: dict[str, Any] = {
            "title": self.title,
            "step": step,
            "sheet": self.sheet,
            "back_url": self.back_url(),
            "upload": upload,
            "written": written,
            "reading": reading,
        }
        if reading is not None:
            context["errors"] = reading.errors[:SHOWN_ERRORS]
            context["preview"] = [
                (row.number, [self._shown(column, row) for column in self.sheet.columns])
                for row in reading.rows[:PREVIEW_ROWS]
            ]
        return render(request, self.template, context)

    def _shown(self, column: Any, row: Row) -> str:
        value = row.values.get(column.key)
        labels = {code: str(label) for code, label in column.choices or ()}
        return labels.get(value) or as_text(value)


def _user_id(request: HttpRequest) -> int:
    return int(request.user.pk or 0)


def _workbook(data: bytes, filename: str) -> HttpResponse:
    return HttpResponse(
        data,
        content_type=XLSX,
        headers={"Content-Disposition": f'attachment; filename="{filename}"'},
    )
