"""States are tables: which step leads from where to where, and by whom.

No status is compared in a view and none is assigned but through `Lifecycle.target`.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from zhian.kernel.errors import Conflict, Text


@dataclass(frozen=True)
class Step:
    """One allowed change: its name, the states it starts from, where it ends, who takes it."""

    name: str
    sources: frozenset[str]
    target: str
    by: str

    def __init__(self, name: str, sources: Iterable[str], target: str, *, by: str) -> None:
        object.__setattr__(self, "name", name)
        object.__setattr__(self, "sources", frozenset(sources))
        object.__setattr__(self, "target", target)
        object.__setattr__(self, "by", by)


class Lifecycle:
    """The whole table of one kind of thing."""

    def __init__(self, name: str, *steps: Step) -> None:
        self.name = name
        self.steps = {step.name: step for step in steps}
        if len(self.steps) != len(steps):
            raise ValueError(f"lifecycle {name}: a step is named twice")

    def target(self, step: str, state: str) -> str:
        """The state after the step; Conflict when the step does not start here."""
        found = self.steps[step]
        if state not in found.sources:
            raise Conflict(self._why_not(step, state))
        return found.target

    def allows(self, step: str, state: str) -> bool:
        """Whether the step starts from this state."""
        return state in self.steps[step].sources

    def open_steps(self, state: str) -> list[Step]:
        """The steps that start here, in the order of the table."""
        return [step for step in self.steps.values() if state in step.sources]

    def _why_not(self, step: str, state: str) -> Text:
        sources = ", ".join(sorted(self.steps[step].sources))
        return _("“%(step)s” is not possible from “%(state)s”, only from: %(sources)s") % {
            "step": step,
            "state": state,
            "sources": sources,
        }
