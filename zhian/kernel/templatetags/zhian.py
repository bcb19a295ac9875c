"""`{% load zhian %}`: lights, badges, icons, times, masses and names as every page shows them."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django import forms, template
from django.forms import BoundField
from django.http import HttpRequest
from django.templatetags.static import static
from django.utils.functional import Promise
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from zhian.kernel import languages
from zhian.kernel.clock import BEIJING
from zhian.kernel.exchange import plain_number
from zhian.kernel.lists import Cell, Head, Row

register = template.Library()

LIGHTS: dict[str, tuple[str, Promise]] = {
    "GREEN": ("circle-check", _("In time")),
    "YELLOW": ("clock-exclamation", _("Due soon")),
    "RED": ("alert-triangle", _("Overdue")),
}
NOTHING = "–"


def in_english() -> bool:
    """True when the reader reads English; Chinese otherwise."""
    return (get_language() or "").startswith("en")


@register.simple_tag
def icon(name: str) -> SafeString:
    """A drawing from the sprite (tools/icons.txt); decoration, the word stands beside it."""
    address = static("vendor/icons.svg")
    return format_html(
        '<svg class="icon" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>',
        address,
        name,
    )


@register.inclusion_tag("_light.html")
def light(colour: object, text: str = "") -> dict[str, Any]:
    """Green, yellow or red, always with an icon and a word; `text` replaces the word."""
    key = str(getattr(colour, "value", colour)).upper()
    drawing, word = LIGHTS[key]
    return {"colour": key.lower(), "icon_name": drawing, "word": text or word}


@register.simple_tag
def badge(text: object, colour: str = "grey") -> SafeString:
    """A state in a coloured frame: green, yellow, red, blue or grey."""
    return format_html('<span class="state state-{}">{}</span>', colour, text)


@register.simple_tag
def cells(row: Row, columns: Sequence[Head]) -> SafeString:
    """The cells of one line of a list page; in one go, because a page has hundreds of them."""
    parts = [
        _cell(cell, escape(str(column.label)), row.url if number == 0 else None)
        for number, (cell, column) in enumerate(zip(row.cells, columns, strict=True))
    ]
    return mark_safe("\n".join(parts))  # noqa: S308 - every part is escaped below


def _cell(cell: Cell, label: str, row_url: str | None) -> str:
    href = cell.href or (None if cell.badge else row_url)
    text: str = escape(cell.text)
    if href:
        text = f'<a href="{escape(href)}">{text}</a>'
    elif cell.badge:
        text = badge(cell.text, cell.badge)
    elif cell.whole:
        # one frame around both: on a narrow page each child of a cell is a line of its own
        text = f'<span><span class="whole">{escape(cell.day)}</span>{escape(cell.rest)}</span>'
    style = f' class="{cell.style}"' if cell.style else ""
    return f'<td data-label="{label}"{style}>{text}</td>'


@register.filter
def beijing(moment: datetime | date | None) -> str:
    """A moment or day in Beijing time: 2026-11-26 17:00, in Chinese 2026年11月26日 17:00."""
    if not moment:
        return NOTHING
    local = moment.astimezone(BEIJING) if isinstance(moment, datetime) else moment
    english = in_english()
    day = f"{local:%Y-%m-%d}" if english else f"{local.year}年{local.month}月{local.day}日"
    return f"{day} {local:%H:%M}" if isinstance(local, datetime) else day


@register.filter
def number(value: object) -> SafeString | str:
    """A number in tabular figures; a dash for nothing."""
    if value is None or value == "":
        return NOTHING
    return format_html('<span class="number">{}</span>', plain_number(value))


@register.filter
def kg(value: object) -> SafeString | str:
    """A mass with its unit, right-aligned in a column; a dash where none is known."""
    if value is None or value == "":
        return NOTHING
    unit = gettext("kg")
    return format_html('<span class="number">{}&nbsp;{}</span>', plain_number(value), unit)


@register.filter
def enumerated(names: Sequence[object]) -> str:
    """Several names after one another, as the reader's language joins them."""
    return languages.enumerated(names)


@register.simple_tag
def percent(numerator: float | Decimal | None, denominator: float | Decimal | None) -> SafeString:
    """A share that shows what it is a share of: 97.0 % (880 of 907)."""
    if numerator is None or not denominator:
        return SafeString(NOTHING)
    share = Decimal(str(numerator)) * 100 / Decimal(str(denominator))
    part, whole = plain_number(numerator), plain_number(denominator)
    of = gettext("%(part)s of %(whole)s") % {"part": part, "whole": whole}
    text = f"{share:.1f}"
    return format_html('<span class="number">{}&nbsp;% <small>({})</small></span>', text, of)


@register.filter
def name_in_language(thing: Any, field: str = "name") -> str:
    """`name_zh` or `name_en` of a thing, by the reader's language; the other where one is empty."""
    if thing is None:
        return NOTHING
    chinese, english = getattr(thing, f"{field}_zh", ""), getattr(thing, f"{field}_en", "")
    first, second = (english, chinese) if in_english() else (chinese, english)
    return str(first or second or thing)


@register.filter
def control(field: BoundField) -> SafeString:
    """A form field's widget in the clothes of its kind."""
    widget = field.field.widget
    kinds: tuple[tuple[type[forms.Widget], str], ...] = (
        (forms.CheckboxInput, "form-check-input"),
        (forms.RadioSelect, "choices"),
        (forms.CheckboxSelectMultiple, "choices"),
        (forms.Select, "form-select"),
    )
    kind = next((name for cls, name in kinds if isinstance(widget, cls)), "form-control")
    wrong = " is-invalid" if field.errors else ""
    own = widget.attrs.get("class", "")
    return field.as_widget(attrs={"class": f"{kind}{wrong} {own}".strip()})


@register.filter
def is_checkbox(field: BoundField) -> bool:
    """Whether label and box stand on one line."""
    return isinstance(field.field.widget, forms.CheckboxInput)


@register.simple_tag
def active_filters(form: forms.Form, request: HttpRequest) -> list[dict[str, str]]:
    """The narrowing in force as chips: label, value as shown, address without it."""
    found = []
    for field in form:
        given = request.GET.get(field.html_name, "")
        if not given:
            continue
        query = request.GET.copy()
        query.pop(field.html_name)
        query.pop("page", None)
        choices = dict(getattr(field.field, "choices", ()))
        shown = str(choices.get(given, given))
        address = f"?{query.urlencode()}"
        found.append({"label": str(field.label), "value": shown, "url": address})
    return found
