"""Every address of the site, walked off the URL resolver, so that none can be forgotten."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from django.urls import URLPattern, URLResolver, get_resolver


@dataclass(frozen=True)
class Address:
    """One pattern: its full name (the route where it has none) and the parameters it wants."""

    name: str
    route: str
    pattern: URLPattern

    @cached_property
    def parameters(self) -> tuple[str, ...]:
        """Names of the parameters."""
        return tuple(self.pattern.pattern.converters)

    @property
    def is_public(self) -> bool:
        """Whether strangers may see it."""
        return bool(getattr(self.pattern.callback, "is_public", False))

    @property
    def is_for_machines(self) -> bool:
        """Whether programs use it, with a bearer token."""
        return self.route.startswith(("api/", "epcis/"))

    def path(self, values: dict[str, object]) -> str:
        """The address with its parameters filled in."""
        found = self.route
        for name in self.parameters:
            converter = self.pattern.pattern.converters[name]
            marks = [mark for mark in _marks(found) if mark.rpartition(":")[2] == name]
            assert len(marks) == 1, self.route
            found = found.replace(f"<{marks[0]}>", str(converter.to_url(values[name])))
        return f"/{found}"


def _marks(route: str) -> Iterator[str]:
    for part in route.split("<")[1:]:
        yield part.partition(">")[0]


def every_address() -> list[Address]:
    """All of them, by name."""
    found = sorted(_walk(get_resolver(), "", ""), key=lambda one: one.name)
    names = [one.name for one in found]
    assert len(names) == len(set(names)), "two addresses of one name"
    return found


def _walk(resolver: URLResolver, namespace: str, route: str) -> Iterator[Address]:
    for entry in resolver.url_patterns:
        here = route + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from _walk(entry, entry.namespace or namespace, here)
        elif entry.name:
            yield Address(f"{namespace}:{entry.name}".lstrip(":"), here, entry)
        else:
            yield Address(here, here, entry)
