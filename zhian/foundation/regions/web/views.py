"""The tree of regions, level by level, and what changed when."""

from __future__ import annotations

from django.db.models import QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from zhian.foundation.regions import selectors
from zhian.foundation.regions.models import Region, RegionChange
from zhian.foundation.regions.vocabulary import AreaClass, ChangeKind, RegionLevel
from zhian.kernel.lists import Action, ChoiceFilter, DateFilter, ListColumn, ListPage


def region_url(region: Region) -> str:
    """The page of a region."""
    return reverse("regions:region", args=[region.code])


def page_of(title: str, queryset: QuerySet[Region]) -> ListPage:
    """A list of regions in one shape, whatever is above it."""
    return ListPage(
        title=title,
        queryset=queryset,
        columns=[
            ListColumn("name", _("Name"), sort="name_zh"),
            ListColumn("code", _("Code"), sort="code"),
            ListColumn("level", _("Level"), value=lambda r: r.get_level_display(), sort="level"),
            ListColumn("area", _("Area class"), value=lambda r: r.get_area_class_display()),
        ],
        search=("name_zh__icontains", "name_en__icontains", "code__startswith"),
        filters=[
            ChoiceFilter("level", _("Level"), RegionLevel.choices),
            ChoiceFilter("area_class", _("Area class"), AreaClass.choices),
        ],
        default_sort="code",
        empty=_("No region like this. Clear the search, or go one level up."),
        export_name="regions",
        row_url=region_url,
        actions=[Action(_("Changes"), reverse("regions:changes"))],
    )


@require_GET
def region_list(request: HttpRequest) -> HttpResponseBase:
    """The provinces; a search looks at every level."""
    every = Region.objects.real()
    narrowed = any(request.GET.get(key) for key in ("q", "level", "area_class"))
    shown = every if narrowed else every.filter(level=RegionLevel.PROVINCE)
    page = page_of(str(_("Regions")), shown)
    return page.respond(request, template="regions/list.html", crumbs=[], region=None)


@require_GET
def region_detail(request: HttpRequest, code: str) -> HttpResponseBase:
    """One region: the way down to it, and what lies directly below; a search looks at all below."""
    region = selectors.region(code)
    narrowed = any(request.GET.get(key) for key in ("q", "level", "area_class"))
    below = selectors.regions_under(code).real().exclude(pk=code)
    shown = below if narrowed else below.filter(pk__in=[r.pk for r in selectors.children_of(code)])
    page = page_of(region.name, shown)
    crumbs = [(ancestor.name, region_url(ancestor)) for ancestor in selectors.ancestors_of(code)]
    return page.respond(request, template="regions/list.html", crumbs=crumbs, region=region)


@require_GET
def change_list(request: HttpRequest) -> HttpResponseBase:
    """Which divisions were renamed, merged or moved, when, by which source."""
    return ListPage(
        title=_("Changes of divisions"),
        queryset=RegionChange.objects.all(),
        columns=[
            ListColumn("on", _("Date"), sort="on"),
            ListColumn("kind", _("Kind"), value=lambda c: c.get_kind_display()),
            ListColumn("old_path", _("Old name"), sort="old_path"),
            ListColumn("new_path", _("New name"), sort="new_path"),
            ListColumn("new_code", _("New code"), sort="new_code"),
            ListColumn("source", _("Source")),
        ],
        search=("old_path__icontains", "new_path__icontains", "old_code", "new_code"),
        filters=[ChoiceFilter("kind", _("Kind"), ChangeKind.choices), DateFilter("on", _("Date"))],
        default_sort="-on",
        empty=_("No change like this is known."),
        export_name="region-changes",
    ).respond(request)
