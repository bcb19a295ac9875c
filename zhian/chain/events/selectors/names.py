"""Under which keys an extension field may stand in stored events."""

from zhian.chain.events.engine.grammar.predicates import Name
from zhian.chain.events.engine.grammar.spelling import STANDARD_PREFIXES, namespace_of
from zhian.chain.events.models import KnownName, NameKind

_JOINTS = "#/:"


def spellings(name: Name) -> dict[str, bool]:
    """Key → whether it certainly means the field; else the event's own context decides."""
    if name.namespace is None:
        return {name.written: True}
    found = {f"{name.namespace}{joint}{name.local}": True for joint in _JOINTS}
    declared = KnownName.objects.filter(kind=NameKind.PREFIX)
    known = list(declared.values_list("value", "namespace"))
    redefined = {prefix for prefix, _ in known}
    for prefix, namespace in STANDARD_PREFIXES.items():
        if namespace_of(namespace) == name.namespace:
            found[f"{prefix}:{name.local}"] = prefix not in redefined
    for prefix, namespace in known:
        if namespace_of(namespace) == name.namespace:
            found.setdefault(f"{prefix}:{name.local}", False)
    return found


def private_words(kind: NameKind) -> list[str]:
    """Words beside the standard's own that events use."""
    return list(
        KnownName.objects.filter(kind=kind).order_by("value").values_list("value", flat=True)
    )
