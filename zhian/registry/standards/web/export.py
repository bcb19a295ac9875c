"""What a lot for another market must meet besides; one result as every market judges it."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from zhian.foundation.offices.policies import signed_in
from zhian.kernel import clock
from zhian.kernel.languages import in_reader_language
from zhian.kernel.pages import render
from zhian.registry.standards.selectors import questions
from zhian.registry.standards.selectors.questions import Demand, ExportDemands, Standing
from zhian.registry.standards.vocabulary import (
    FINDING_COLOURS,
    NOT_COMPARABLE_REASONS,
    OUTCOME_COLOURS,
    Described,
    VerdictOutcome,
    market_name,
)


def _day() -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=gettext_lazy("Produced on"), required=False, widget=widget)


class ExportForm(forms.Form):
    """The goods and the market they are meant for."""

    product = forms.CharField(label=gettext_lazy("Product"), max_length=200)
    category = forms.CharField(label=gettext_lazy("Category"), max_length=200, required=False)
    market = forms.ChoiceField(label=gettext_lazy("Market"))
    produced_on = _day()

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        choices = [(market, market_name(market)) for market in questions.markets()]
        self.fields["market"].choices = choices  # type: ignore[attr-defined]

    def demands(self) -> ExportDemands:
        """What the market asks of the goods."""
        values = self.cleaned_data
        day = values["produced_on"] or clock.today()
        return questions.export_demands(
            values["product"], values["category"], values["market"], day
        )


class StandingForm(forms.Form):
    """One result on goods, to be judged by every market's limits."""

    product = forms.CharField(label=gettext_lazy("Product"), max_length=200)
    category = forms.CharField(label=gettext_lazy("Category"), max_length=200, required=False)
    item = forms.CharField(label=gettext_lazy("Test item"), max_length=200)
    result = forms.CharField(label=gettext_lazy("Result"), max_length=200)
    unit = forms.CharField(label=gettext_lazy("Unit"), max_length=40, required=False)
    produced_on = _day()

    def standings(self) -> list[Standing]:
        """The verdict of each market."""
        values = self.cleaned_data
        return questions.standing_on_markets(
            Described(values["product"], values["category"]),
            values["item"],
            values["result"],
            values["unit"],
            values["produced_on"] or clock.today(),
        )


@require_GET
def export_page(request: HttpRequest) -> HttpResponse:
    """Product and market → every demand the domestic lot need not meet. S087."""
    signed_in(request.user)
    asked = "product" in request.GET
    form = ExportForm(request.GET if asked else None)
    demands = form.demands() if asked and form.is_valid() else None
    context = {
        "title": _("What an export lot must meet besides"),
        "form": form,
        "demands": demands,
        "extra": [_row(one) for one in demands.extra] if demands else [],
        "met": [_row(one) for one in demands.met] if demands else [],
        "market": market_name(form.cleaned_data["market"]) if demands else "",
    }
    status = 422 if form.errors else 200
    return render(request, "standards/export.html", context, status=status)


def _row(one: Demand) -> dict[str, Any]:
    return {
        "demand": one,
        "label": one.finding.label,
        "colour": FINDING_COLOURS[one.finding],
        "why": NOT_COMPARABLE_REASONS.get(one.reason, one.reason),
        "times": f"{one.ratio:.4g}" if one.ratio is not None else "",
        "url": reverse("standards:limit", args=[one.theirs.pk]) if one.theirs else "",
        "uniform": one.uniform,
    }


@require_GET
def standing_page(request: HttpRequest) -> HttpResponse:
    """One result beside every market's limit: blocked on those markets only where it fails."""
    signed_in(request.user)
    asked = "item" in request.GET
    form = StandingForm(request.GET if asked else None)
    found = form.standings() if asked and form.is_valid() else []
    context = {
        "title": _("Legal here, illegal there"),
        "form": form,
        "rows": [_standing(one) for one in found],
        "blocked": [market_name(one.market) for one in found if one.blocked],
    }
    status = 422 if form.errors else 200
    return render(request, "standards/standing.html", context, status=status)


def _standing(one: Standing) -> dict[str, Any]:
    judged = one.judgement
    outcome = VerdictOutcome(judged.outcome_code)
    return {
        "market": market_name(one.market),
        "outcome": outcome.label,
        "colour": OUTCOME_COLOURS[outcome],
        "reason": in_reader_language(judged.reason_zh, judged.reason_en),
        "clause": judged.clause,
        "blocked": one.blocked,
    }
