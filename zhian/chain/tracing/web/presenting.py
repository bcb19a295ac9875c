"""A trace in the words of a page: names for keys, one link per pair of sites, plain JSON."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Protocol
from urllib.parse import unquote

from django.urls import reverse
from django.utils.translation import gettext as _

from zhian.chain.tracing.selectors import Gap, Hop, SiteNode, TraceResult
from zhian.chain.tracing.vocabulary import GapWord
from zhian.foundation.offices.policies import Person
from zhian.foundation.regions import selectors as regions
from zhian.kernel import clock
from zhian.kernel.templatetags.zhian import name_in_language
from zhian.registry.products.models import Product
from zhian.registry.products.selectors import products_of_lots
from zhian.registry.subjects import selectors as subjects
from zhian.registry.subjects.models import Site
from zhian.registry.subjects.policies import sites_visible_to
from zhian.registry.subjects.vocabulary import LicenceState, OperatorKind

LEVELS = (2, 4, 6, 9)  # digits of province, city, county, township


def lot_text(key: str) -> str:
    """What people call the lot: the text after the last dot of its number."""
    if key.startswith("urn:epc:"):
        return unquote(key.rsplit(".", 1)[-1])
    return unquote(key.rstrip("/").rsplit("/", 1)[-1])


def lots_in_words(
    keys: Iterable[str], products: Mapping[str, Product], most: int | None = None
) -> str:
    """Lots by product: `Milk powder P1, P2 +38`; all of them when `most` is None."""
    groups: dict[str, list[str]] = defaultdict(list)
    for key in keys:
        groups[products[key].name if key in products else ""].append(lot_text(key))
    shown = []
    for name, texts in groups.items():
        cut = texts if most is None else texts[:most]
        more = f" +{len(texts) - len(cut)}" if len(cut) < len(texts) else ""
        shown.append(f"{name} {', '.join(cut)}{more}".strip())
    return "; ".join(shown)


def to_gram(kg: Decimal) -> Decimal:
    """Masses as pages show them."""
    return kg.quantize(Decimal("0.001"))


@dataclass
class Row:
    """One site of the trace as table, graph and map show it."""

    node: SiteNode
    site: Site | None
    kind_word: str
    licence_word: str
    lots_word: str
    url: str = ""
    gaps: list[Gap] = field(default_factory=list)
    share: float | None = None
    office: str = ""

    @property
    def key(self) -> str:
        """The site's number in events."""
        return self.node.site

    @property
    def name(self) -> str:
        """Name of the site; its number where nobody registered it."""
        return str(self.site) if self.site else self.key

    @property
    def operator(self) -> str:
        """Name of the operator; empty where nobody registered it."""
        return str(self.site.operator) if self.site else ""

    @property
    def kind(self) -> str:
        """What the operator is, as a code for shapes."""
        return str(self.site.operator.kind) if self.site else "UNKNOWN"

    @property
    def licence(self) -> str:
        """Whether its licences are complete, as last computed."""
        return str(self.site.operator.licence_state) if self.site else "NONE"

    @property
    def region(self) -> str:
        """Code of its township; empty when unknown."""
        return str(self.site.region_id) if self.site else ""

    @property
    def region_word(self) -> str:
        """Name of its township."""
        return str(self.site.region) if self.site else "—"

    @property
    def in_kg(self) -> Decimal:
        """What came to be here."""
        return to_gram(self.node.made_kg + self.node.received_kg)

    @property
    def shipped_kg(self) -> Decimal:
        """What left for elsewhere."""
        return to_gram(self.node.shipped_kg)

    @property
    def sold_kg(self) -> Decimal:
        """What was sold here."""
        return to_gram(self.node.sold_kg)

    @property
    def on_hand_kg(self) -> Decimal:
        """What must still lie here by the records."""
        return to_gram(self.node.on_hand_kg)

    @property
    def gap_words(self) -> list[str]:
        """What is open here, each kind once."""
        return list(dict.fromkeys(str(GapWord(gap.kind.value).label) for gap in self.gaps))

    def as_json(self) -> dict[str, Any]:
        """The row for the scripts."""
        place = None
        if self.site and self.site.longitude is not None and self.site.latitude is not None:
            place = [float(self.site.longitude), float(self.site.latitude)]
        return {
            "id": self.key,
            "name": self.name,
            "operator": self.operator,
            "kind": self.kind,
            "kindWord": self.kind_word,
            "licence": self.licence,
            "licenceWord": self.licence_word,
            "tier": self.node.tier,
            "region": self.region,
            "place": place,
            "regionWord": self.region_word,
            "office": self.office,
            "url": self.url,
            "lots": self.lots_word,
            "inKg": float(self.in_kg),
            "soldKg": float(self.sold_kg),
            "onHandKg": float(self.on_hand_kg),
            "sourceKg": None if self.node.source_kg is None else float(self.node.source_kg),
            "share": self.share,
            "gaps": sorted({gap.kind.value for gap in self.gaps}),
            "gapWords": self.gap_words,
        }


def rows_of(
    result: TraceResult,
    user: Person,
    most: int | None = None,
    products: Mapping[str, Product] | None = None,
) -> list[Row]:
    """The sites of a trace with their names and gaps, from left to right.

    Only sites in the user's territory lead to their page; `most` lots of a product are named.
    """
    sites = subjects.sites_by_sgln(result.site_keys)
    products = products_of_lots(result.lots) if products is None else products
    in_sight = set(sites_visible_to(user).filter(sgln__in=sites).values_list("pk", flat=True))
    offices = _offices(sites.values())
    gaps: dict[str, list[Gap]] = defaultdict(list)
    for gap in result.gaps:
        for site in {gap.site, gap.counterpart} - {None}:
            gaps[str(site)].append(gap)
    kinds = {kind.value: str(kind.label) for kind in OperatorKind}
    licences = {state.value: str(state.label) for state in LicenceState}
    stranger = _("not registered")
    rows = []
    for node in result.nodes:
        found = sites.get(node.site)
        shares = [result.lots[lot].value for lot in node.lots if lot in result.lots]
        rows.append(
            Row(
                node,
                found,
                kind_word=kinds[found.operator.kind] if found else stranger,
                licence_word=licences[found.operator.licence_state] if found else stranger,
                lots_word=lots_in_words(node.lots, products, most),
                url=reverse("subjects:site", args=[found.pk])
                if found and found.pk in in_sight
                else "",
                gaps=gaps[node.site],
                share=max((share for share in shares if share is not None), default=None),
                office=offices.get(found.pk, "") if found else "",
            )
        )
    return rows


def _offices(sites: Iterable[Site]) -> dict[int, str]:
    """The office in charge of each site today."""
    found = subjects.supervision_on([site.pk for site in sites], clock.today())
    return {site: name_in_language(one.office) for site, one in found.items()}


@dataclass(frozen=True)
class GapRow:
    """One open point with names for its ends."""

    gap: Gap
    word: str
    site_name: str
    counterpart_name: str


def gap_rows(result: TraceResult, rows: Iterable[Row]) -> list[GapRow]:
    """The open points of a trace in the order of time."""
    names = {row.key: row.name for row in rows}
    return [
        GapRow(
            gap,
            str(GapWord(gap.kind.value).label),
            names.get(gap.site or "", gap.site or ""),
            names.get(gap.counterpart or "", gap.counterpart or ""),
        )
        for gap in result.gaps
    ]


class Scored(Protocol):
    """What a ranking says of each site."""

    @property
    def posterior(self) -> Mapping[str, float]:
        """How probably it is the source."""
        ...

    @property
    def score(self) -> Mapping[str, float]:
        """The part of the cases it explains, less what speaks against it (trace 3.6)."""
        ...


def as_json(
    result: TraceResult, rows: Iterable[Row], ranking: Scored | None = None
) -> dict[str, Any]:
    """Everything the graph, the map and the time line need."""
    listed = list(rows)
    scored = {
        row.key: {"score": ranking.score.get(row.key), "posterior": ranking.posterior.get(row.key)}
        if ranking
        else {"score": None, "posterior": None}
        for row in listed
    }
    return {
        "source": result.source,
        "sites": [row.as_json() | scored[row.key] for row in listed],
        "links": _links(result.edges),
        "regions": _regions({row.region for row in listed if row.region}),
    }


def _links(edges: Iterable[Hop]) -> list[dict[str, Any]]:
    """One link for each pair of sites and each way of being known."""
    found: dict[tuple[str | None, str, bool, bool], list[Hop]] = defaultdict(list)
    for hop in edges:
        if hop.kind != "make":
            found[hop.origin, hop.destination, hop.is_broken, hop.is_return].append(hop)
    return [_link(key, hops) for key, hops in found.items()]


def _link(key: tuple[str | None, str, bool, bool], hops: list[Hop]) -> dict[str, Any]:
    origin, destination, is_broken, is_return = key
    return {
        "from": origin,
        "to": destination,
        "broken": is_broken,
        "returned": is_return,
        "candidate": all(hop.kind == "gap" for hop in hops),
        "kg": _sum(hop.kg for hop in hops),
        "sourceKg": _sum(hop.source_kg for hop in hops),
        "lots": sorted({lot_text(hop.lot) for hop in hops}),
        "days": sorted({clock.beijing(hop.at).date().isoformat() for hop in hops}),
        "events": list(dict.fromkeys(i for hop in hops for i in hop.event_ids)),
    }


def _sum(values: Iterable[Decimal | None]) -> float | None:
    known = [value for value in values if value is not None]
    return float(sum(known)) if known else None


def _regions(townships: Iterable[str]) -> Mapping[str, dict[str, Any]]:
    """Names and places of the townships and of all regions above them."""
    codes = {code[:digits] for code in townships for digits in LEVELS}
    found = regions.regions_under("").filter(code__in=codes).order_by("code")
    return {
        region.code: {
            "name": region.name,
            "place": None
            if region.longitude is None or region.latitude is None
            else [float(region.longitude), float(region.latitude)],
        }
        for region in found
    }
