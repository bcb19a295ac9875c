"""Investigations: begun with a trace or a file, asked about by forms, merged line by line."""

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from zhian.chain.tracing import policies, services
from zhian.chain.tracing.engine.exports.formats import FORMATS
from zhian.chain.tracing.engine.problems import ModelError
from zhian.chain.tracing.engine.workbooks.forms import FormOrder, as_zip, request_forms
from zhian.chain.tracing.engine.workbooks.importing import read_workbooks
from zhian.chain.tracing.models import Investigation
from zhian.chain.tracing.web.asking import (
    evidence,
    suppositions,
    with_supposed,
)
from zhian.chain.tracing.web.investigating import change_of, model_json, names_of
from zhian.chain.tracing.web.lots import (
    answered,
    download,
    exported,
    format_words,
    reader_language,
)
from zhian.chain.tracing.web.neutral import neutral, ranking_in, supposed_in
from zhian.chain.tracing.web.presenting import lots_in_words, rows_of
from zhian.chain.tracing.web.supposing import chips_of, kinds_for_model
from zhian.chain.tracing.web.words import script_words
from zhian.foundation.offices.policies import require, signed_in
from zhian.kernel.errors import BadInput, FieldError, NotKnown
from zhian.kernel.forms import DeedForm, answer
from zhian.kernel.lists import Action, ListColumn, ListPage
from zhian.kernel.pages import render
from zhian.registry.products.selectors import products_of_lots


class BeginForm(DeedForm):
    """A name, and a file where there is one."""

    name = forms.CharField(label=gettext_lazy("Name of the investigation"), max_length=200)
    file = forms.FileField(
        label=gettext_lazy("Trace model (JSON), All-in-One workbook or request form (optional)"),
        required=False,
    )


def seen(request: HttpRequest, investigation_id: int) -> Investigation:
    """The investigation, when it is in the user's sight."""
    visible = policies.investigations_visible_to(signed_in(request.user))
    return get_object_or_404(visible.select_related("office"), pk=investigation_id)


@require_GET
def index(request: HttpRequest) -> HttpResponseBase:
    """Investigations in my territory, the latest changed first."""
    user = signed_in(request.user)
    require(policies.can_trace(user))
    return ListPage(
        title=_("Investigations"),
        queryset=policies.investigations_visible_to(user).select_related("office"),
        columns=[
            ListColumn("name", _("Name"), href=lambda one: one.get_absolute_url(), sort="name"),
            ListColumn("office", _("Office")),
            ListColumn("begun_at", _("Begun"), sort="begun_at"),
            ListColumn("changed_at", _("Last changed"), sort="changed_at"),
            ListColumn("revision", _("Model revision"), numeric=True),
        ],
        search=("name__icontains",),
        default_sort="-changed_at",
        empty=_("No investigation yet. Begin one from the trace of a lot, or from a file."),
        export_name="investigations",
        actions=[Action(_("Begin an investigation"), reverse("tracing:begin"))]
        if policies.can_begin(user)
        else [],
    ).respond(request)


@require_http_methods(["GET", "POST"])
def begin(request: HttpRequest) -> HttpResponse:
    """Begin with nothing, a model file, or workbooks."""
    user = signed_in(request.user)
    require(policies.can_begin(user))
    form = BeginForm.of(request, files=request.FILES or None)

    def act(values: dict[str, Any]) -> str:
        made = services.begin_investigation(
            acting_user=user, name=values["name"], model=_model_in(values["file"])
        )
        return made.get_absolute_url()

    return answer(
        request, form, act,
        title=_("Begin an investigation"), submit_label=_("Begin tracing"),
        cancel_url=reverse("tracing:investigations"),
    )  # fmt: skip


def _model_in(file: Any) -> dict[str, Any]:
    """A model out of an uploaded file; BadInput that says what is wrong with it."""
    if file is None:
        return {"stations": [], "deliveries": [], "links": []}
    data = file.read()
    try:
        if file.name.lower().endswith(".json"):
            model = json.loads(data.decode("utf-8-sig"))
            if not isinstance(model, dict):
                raise ValueError(_("This file holds no trace model."))
            return model
        with TemporaryDirectory(prefix="zhian-model-") as folder:
            path = Path(folder) / "model.xlsx"
            path.write_bytes(data)
            return read_workbooks([path]).as_json()
    except ModelError as error:
        text = "; ".join(f"{p.where}: {p.message}" for p in error.problems[:5])
        raise BadInput(fields=[FieldError("file", text)]) from error
    except (ValueError, RecursionError) as error:
        raise BadInput(fields=[FieldError("file", str(error))]) from error


@require_POST
def begin_from_trace(request: HttpRequest) -> HttpResponse:
    """Begin with what the records say of a lot."""
    user = signed_in(request.user)
    require(policies.can_begin(user))
    result, _question = answered(request)
    name = lots_in_words(result.sources, products_of_lots(result.sources))
    made = services.begin_investigation(
        acting_user=user, name=name[:200], lot=result.source,
        model=neutral(result, rows_of(result, user)),
    )  # fmt: skip
    messages.success(request, _("The investigation has begun with what the records say."))
    return HttpResponseRedirect(made.get_absolute_url())


@require_GET
def investigation(request: HttpRequest, investigation_id: int) -> HttpResponse:
    """The explorer of a model: what is supposed is held against what is marked."""
    if request.GET.get("suppose"):
        return HttpResponseRedirect(f"?{with_supposed(request.GET)}")
    found = seen(request, investigation_id)
    return render(request, "tracing/investigation.html", _explorer(request, found))


def _explorer(request: HttpRequest, found: Investigation) -> dict[str, Any]:
    """Everything the page of an investigation shows."""
    user = signed_in(request.user)
    supposed = suppositions(request.GET)
    names = names_of(found.model)
    model = supposed_in(found.model, evidence(supposed), set(names))
    ranking = ranking_in(model, names) if _has_cases(model) else None
    followed = tuple(one for one in supposed if one.kind == "follow")
    before = supposed_in(found.model, evidence(followed), set(names))
    changed = change_of(before, model) if len(supposed) > len(followed) else None
    return {
        "investigation": found,
        "title": found.name,
        "data": model_json(model, ranking),
        "words": script_words(),
        "ranking": ranking,
        "ranking_wanted": _has_cases(model),
        "change": changed,
        "follows": bool(before["settings"]["observedStations"]),
        "dropped_sites": [names.get(site, site) for site in changed.stations_dropped]
        if changed
        else [],
        "rows": [{"key": key, "name": name} for key, name in names.items()],
        "settings": settings_in_words(found.model, names),
        "replies": found.replies.all()[:50],
        "can_work": policies.can_work_on(user, found).allowed,
        "views": policies.views_visible_to(user).filter(investigation=found)[:20],
        "query": request.GET.urlencode(),
        "chips": chips_of(request, supposed, names),
        "supposed": supposed,
        "kinds": kinds_for_model(),
        "kept": [(key, request.GET.getlist(key)) for key in request.GET],
        **_addresses(found),
    }


def _has_cases(model: dict[str, Any]) -> bool:
    weights = (model.get("settings") or {}).get("stationWeight") or {}
    return bool(model.get("cases")) or any(weight > 0 for weight in weights.values())


def settings_in_words(model: dict[str, Any], names: dict[str, str]) -> list[tuple[str, str]]:
    """What is marked, as chips."""
    settings = model.get("settings") or {}
    found = []
    for site, weight in (settings.get("stationWeight") or {}).items():
        word = _("Cases") if weight > 0 else _("Nothing found")
        found.append((word, f"{names.get(site, site)} × {abs(weight):g}"))
    for key, word in (
        ("stationKill", _("Treatment that kills")),
        ("stationCrossContamination", _("Goods mix here")),
        ("observedStations", _("Followed")),
    ):
        found.extend((word, names.get(str(site), str(site))) for site in settings.get(key) or [])
    return found


def _addresses(found: Investigation) -> dict[str, Any]:
    export = reverse("tracing:investigation_export", args=[found.pk])
    return {
        "export_urls": [
            (word, f"{export}?{urlencode({'format': name})}")
            for name, word in format_words().items()
        ],
        "forms_url": reverse("tracing:investigation_forms", args=[found.pk]),
        "marks_url": reverse("tracing:investigation_marks", args=[found.pk]),
        "reply_url": reverse("tracing:receive", args=[found.pk]),
    }


@require_POST
def marks(request: HttpRequest, investigation_id: int) -> HttpResponse:
    """Keep what is supposed in the address as marks of the investigation."""
    found = seen(request, investigation_id)
    supposed = suppositions(request.GET)
    settings = supposed_in(found.model, evidence(supposed), set(names_of(found.model)))["settings"]
    services.mark_evidence(
        acting_user=signed_in(request.user), investigation_id=found.pk, marks=settings,
        in_time_order=True,
    )  # fmt: skip
    messages.success(request, _("The marks are kept."))
    return HttpResponseRedirect(found.get_absolute_url())


@require_GET
def export(request: HttpRequest, investigation_id: int) -> HttpResponse:
    """The model in the form another authority asks for."""
    found = seen(request, investigation_id)
    name = request.GET.get("format", "")
    if name not in FORMATS:
        raise NotKnown
    return exported(found.model, name, f"investigation-{found.pk}")


@require_GET
def request_archive(request: HttpRequest, investigation_id: int) -> HttpResponse:
    """Pre-filled request forms for every operator, in one archive."""
    found = seen(request, investigation_id)
    order = FormOrder(reader_language(), contact=f"{found.office} · {request.user}")
    files = request_forms(found.model, order)
    return download(as_zip(files), "application/zip", f"forms-{found.pk}.zip")
