"""The library of law: the shipped directory written once, and workbooks that add to it. S132."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from django.utils.translation import gettext_lazy as _

from zhian.foundation.offices.models import User
from zhian.kernel import rules
from zhian.kernel.errors import BadInput
from zhian.kernel.exchange import Row, RowError
from zhian.kernel.use_cases import record, use_case
from zhian.registry.standards import packs, policies
from zhian.registry.standards.models import Article, Regulation, RegulationVersion
from zhian.registry.standards.vocabulary import Grade, RegulationKind


@use_case("standards.regulations.loaded")
def load_regulations(*, acting_user: User) -> int:
    """Write the laws of the rule pack that are not known yet; what people changed stays."""
    made = 0
    for pack in rules.packs(packs.REGULATIONS, "cn"):
        for facts in pack.content.regulations:
            if not Regulation.objects.filter(code=facts.code).exists():
                _write(facts)
                made += 1
    record("standards:regulations", made=made)
    return made


def _write(facts: packs.RegulationFacts) -> None:
    regulation = Regulation.objects.create(
        code=facts.code,
        name_zh=facts.name.zh,
        name_en=facts.name.en,
        kind=facts.kind,
        issuer_zh=facts.issuer,
        document=facts.document,
        names=list(dict.fromkeys([facts.name.zh, *facts.names])),
    )
    for one in facts.versions:
        version = RegulationVersion.objects.create(
            regulation=regulation,
            label=f"{one.label.zh} / {one.label.en}" if one.label.zh != one.label.en
            else one.label.zh,
            effective_from=one.start,
            effective_to=one.end,
            grade=one.grade,
            source=one.source,
        )  # fmt: skip
        Article.objects.bulk_create(
            Article(
                version=version,
                number=article.number,
                text_zh=article.zh,
                text_en=article.en,
                grade=article.grade,
            )
            for article in one.articles
        )


@use_case("standards.regulations.imported")
def import_regulations(*, acting_user: User, rows: Sequence[Row]) -> int:
    """Add laws, versions and articles of a workbook; a known article gets the new words.

    A version that begins ends its predecessor the day before, as editions do.
    """
    policies.require_clerk(acting_user)
    errors = checked_regulations(rows)
    if errors:
        raise BadInput(f"{errors[0].row}: {errors[0]}")
    for row in rows:
        version = _version(_regulation(row), row)
        if row.values.get("article") is not None:
            Article.objects.update_or_create(
                version=version,
                number=row.values["article"],
                defaults={
                    "text_zh": row.values["text_zh"],
                    "text_en": row.values.get("text_en") or "",
                    "grade": row.values.get("grade") or Grade.M,
                },
            )
    record("standards:regulations", rows=len(rows))
    return len(rows)


def checked_regulations(rows: Sequence[Row]) -> list[RowError]:
    """What is wrong with rows of law: an article without words, an end before the beginning."""
    errors = []
    for row in rows:
        values = row.values
        if values.get("article") is not None and not values.get("text_zh"):
            errors.append(RowError(row.number, str(_("Chinese text")), str(_("must be filled in"))))
        if values.get("effective_to") and values["effective_to"] < values["effective_from"]:
            message = _("lies before the beginning")
            errors.append(RowError(row.number, str(_("in force to")), str(message)))
    return errors


def _regulation(row: Row) -> Regulation:
    values = row.values
    names = [name.strip() for name in (values.get("names") or "").split("；") if name.strip()]
    found, made = Regulation.objects.get_or_create(
        code=values["code"],
        defaults={
            "name_zh": values["name_zh"],
            "name_en": values.get("name_en") or values["name_zh"],
            "kind": RegulationKind(values["kind"]),
            "issuer_zh": values.get("issuer") or "",
            "document": values.get("document") or "",
            "names": list(dict.fromkeys([values["name_zh"], *names])),
        },
    )
    fresh = [name for name in names if name not in found.names]
    if not made and fresh:
        found.names = [*found.names, *fresh]
        found.save(update_fields=["names"])
    return found


def _version(regulation: Regulation, row: Row) -> RegulationVersion:
    values = row.values
    version, made = RegulationVersion.objects.get_or_create(
        regulation=regulation,
        effective_from=values["effective_from"],
        defaults={
            "label": values.get("version") or str(values["effective_from"]),
            "effective_to": values.get("effective_to"),
            "grade": values.get("grade") or Grade.M,
            "source": values.get("source") or "",
        },
    )
    if made:
        _end(_predecessors(version), version.effective_from - timedelta(days=1))
    return version


def _predecessors(version: RegulationVersion) -> Iterable[RegulationVersion]:
    return (
        RegulationVersion.objects.select_for_update()
        .filter(regulation=version.regulation, effective_from__lt=version.effective_from)
        .order_by("pk")
    )


def _end(versions: Iterable[RegulationVersion], last_day: date) -> None:
    for one in versions:
        if one.effective_to is None or one.effective_to > last_day:
            one.effective_to = last_day
            one.save(update_fields=["effective_to"])
