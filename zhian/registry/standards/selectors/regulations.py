"""What may be read of the library of law: as in force on a day, and which rule packs cite it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from zhian.kernel import rules
from zhian.kernel.languages import in_reader_language
from zhian.registry.standards import packs
from zhian.registry.standards.engine.citations import Reference, references
from zhian.registry.standards.models import Article, Regulation, RegulationVersion


@dataclass(frozen=True)
class PackLink:
    """A rule pack and the articles of one law it rests on."""

    pack: rules.Pack[Any]
    articles: tuple[int, ...]

    @property
    def title(self) -> str:
        """The pack's title in the reader's language."""
        return in_reader_language(self.pack.title_zh, self.pack.title_en)


def regulations() -> QuerySet[Regulation]:
    """Every law with its versions, oldest first."""
    versions = RegulationVersion.objects.order_by("effective_from")
    return Regulation.objects.prefetch_related(Prefetch("versions", queryset=versions))


def regulations_loaded() -> bool:
    """Whether the library of law holds anything."""
    return Regulation.objects.exists()


def in_force_on(day: date) -> Q:
    """Laws of which a version bound on the day."""
    bound = RegulationVersion.objects.filter(
        Q(effective_to__isnull=True) | Q(effective_to__gte=day),
        regulation=OuterRef("pk"),
        effective_from__lte=day,
    )
    return Q(Exists(bound))


def regulations_matching(word: str) -> Q:
    """Laws whose names, document number or articles hold a word."""
    said = Article.objects.filter(
        Q(text_zh__icontains=word) | Q(text_en__icontains=word),
        version__regulation=OuterRef("pk"),
    )
    return (
        Q(name_zh__icontains=word)
        | Q(name_en__icontains=word)
        | Q(document__icontains=word)
        | Q(names__icontains=word)
        | Q(Exists(said))
    )


def version_on(regulation: Regulation, day: date) -> RegulationVersion | None:
    """The text that bound on a day."""
    return next((one for one in regulation.versions.all() if one.in_force(day)), None)


def articles_of(version: RegulationVersion | None) -> list[Article]:
    """The articles of a version somebody read, in order."""
    if version is None:
        return []
    return list(Article.objects.filter(version=version).order_by("number"))


def known_names() -> dict[str, str]:
    """Every name of a law by which citations call it: the library's, else the shipped ones."""
    names = {
        name: facts.code
        for pack in rules.packs(packs.REGULATIONS, "cn")
        for facts in pack.content.regulations
        for name in (facts.name.zh, *facts.names)
    }
    for code, stored in Regulation.objects.order_by("pk").values_list("code", "names"):
        names.update(dict.fromkeys(stored, code))
    return names


def all_packs() -> tuple[rules.Pack[Any], ...]:
    """Every rule pack of every room, but the directory of law itself."""
    return tuple(pack for pack in rules.load_all() if pack.kind != packs.REGULATIONS.name)


def cited_by(pack: rules.Pack[Any], names: Mapping[str, str]) -> tuple[Reference, ...]:
    """The laws a pack rests on: those of its citation."""
    return references(pack.citation, names)


def packs_citing(regulation: Regulation) -> list[PackLink]:
    """The rule packs that rest on a law, with the articles each names."""
    names = known_names()
    return [
        PackLink(pack, reference.articles)
        for pack in all_packs()
        for reference in cited_by(pack, names)
        if reference.regulation == regulation.code
    ]


def unresolved_packs(names: Mapping[str, str] | None = None) -> list[rules.Pack[Any]]:
    """Rule packs whose citation names no law of the library: platform defaults, and oversights."""
    known = known_names() if names is None else names
    return [pack for pack in all_packs() if not cited_by(pack, known)]
