"""The limits shipped with the platform, written from their rule pack into the library."""

from zhian.foundation.offices.models import User
from zhian.kernel import clock, rules
from zhian.kernel.use_cases import record, use_case
from zhian.registry.standards import packs
from zhian.registry.standards.engine.choosing import bare_name
from zhian.registry.standards.engine.tables import TableNode
from zhian.registry.standards.models import Edition, FoodNode, Limit, Standard, Substance
from zhian.registry.standards.services.library import (
    Substances,
    columns,
    keep_nodes,
    standard_named,
)
from zhian.registry.standards.vocabulary import EditionState

SOURCE = "rules/cn/limits_starter.yaml"
STARTER = "STARTER"


@use_case("standards.starter.loaded")
def load_starter_limits(*, acting_user: User) -> int:
    """Write the starter limits where they are absent; editions already known stay as they are."""
    pack = rules.packs(packs.STARTER_LIMITS, "cn")[0]
    content = pack.content
    editions = _editions(content)
    substances = _substances(content)
    _nodes(content)
    nodes = {
        (standard, code): key
        for standard, code, key in FoodNode.objects.values_list("standard__code", "code", "pk")
    }
    made = Limit.objects.bulk_create(
        Limit(
            edition=editions[limit.edition],
            substance_id=substances[limit.substance],
            node_id=nodes[(editions[limit.edition].standard.code, limit.food)],
            demand=limit.demand,
            clause=limit.clause,
            note=limit.note,
            grade=limit.grade,
            table=STARTER,
            **columns(limit.demand),
        )
        for limit in content.limits
        if limit.edition in editions
    )
    record("standards:starter", pack=pack.id, limits=len(made), editions=sorted(editions))
    return len(made)


def _editions(content: packs.StarterLimits) -> dict[str, Edition]:
    """The editions this call makes; those somebody imported or loaded before are left alone."""
    made: dict[str, Edition] = {}
    filled = {limit.edition for limit in content.limits}
    for facts in content.editions:
        if facts.code not in filled:  # only its dates are known: an import will need them
            continue
        standard: Standard = standard_named(facts.standard, facts.title)
        if Edition.objects.filter(code=facts.code).exists():
            continue
        made[facts.code] = Edition.objects.create(
            standard=standard,
            code=facts.code,
            effective_from=facts.effective_from,
            effective_to=facts.effective_to,
            state=EditionState.ACTIVE,
            grade=facts.grade,
            source=facts.source or SOURCE,
            tables=[STARTER],
            imported_at=clock.now(),
        )
    return made


def _substances(content: packs.StarterLimits) -> dict[str, int]:
    known = Substances()
    found: dict[str, int] = {}
    for facts in content.substances:
        substance, _made = Substance.objects.get_or_create(
            key=facts.key,
            defaults={
                "name_zh": facts.name.zh,
                "name_en": facts.name.en,
                "cas": facts.cas,
                "kind": facts.kind,
            },
        )
        names = (facts.name.zh, facts.name.en, *facts.synonyms)
        known.name(substance, {bare_name(name): name for name in names})
        found[facts.key] = substance.pk
    known.keep()
    return found


def _nodes(content: packs.StarterLimits) -> None:
    for code in dict.fromkeys(food.standard for food in content.foods):
        standard = standard_named(code)
        foods = [food for food in content.foods if food.standard == code]
        keep_nodes(
            standard, [TableNode(f.code, f.name.zh, f.parent, f.words, f.name.en) for f in foods]
        )
