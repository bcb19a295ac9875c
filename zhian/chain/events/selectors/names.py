"""Under which keys an extension field may stand in stored events."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from zhian.chain.events.engine.grammar.predicates import Name
from zhian.chain.events.engine.grammar.spelling import STANDARD_PREFIXES, namespace_of
from zhian.chain.events.models import KnownName, NameKind

_JOINTS = "#/:"
_remembered: ContextVar[list[tuple[str, str]] | None] = ContextVar("_remembered", default=None)


@contextmanager
def remembered() -> Iterator[None]:
    """Read the declared prefixes once for many queries."""
    mark = _remembered.set(_read())
    try:
        yield
    finally:
        _remembered.reset(mark)


def _declared() -> list[tuple[str, str]]:
    """Prefix and namespace, as captured events declare them."""
    known = _remembered.get()
    return _read() if known is None else known


def _read() -> list[tuple[str, str]]:
    rows = KnownName.objects.filter(kind=NameKind.PREFIX)
    return list(rows.values_list("value", "namespace"))


def spellings(name: Name) -> dict[str, bool]:
    """Key → whether it certainly means the field; else the event's own context decides."""
    if name.namespace is None:
        return {name.written: True}
    found = {f"{name.namespace}{joint}{name.local}": True for joint in _JOINTS}
    known = _declared()
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
