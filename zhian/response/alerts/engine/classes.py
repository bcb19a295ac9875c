"""Which recall class a hazard proposes, and what each class means (Order 12 of 2015, rules 3.7)."""

from collections.abc import Iterable
from dataclasses import dataclass

from zhian.kernel import rules
from zhian.kernel.rules import Content, Example, Text


class RecallClassRule(Content, frozen=True):
    """One class: its harm and its two periods."""

    number: int
    harm: Text
    start_hours: int
    finish_working_days: int


class RecallClasses(Content, frozen=True):
    """Content of a pack of kind `recall_classes`."""

    classes: tuple[RecallClassRule, ...]
    start_from: Text
    finish_from: Text
    plan_fields: tuple[Text, ...]
    notice_fields: tuple[Text, ...]
    records_years: int

    def of(self, number: int) -> RecallClassRule:
        """The rule of one class; StopIteration never, LookupError when the pack has no such."""
        for rule in self.classes:
            if rule.number == number:
                return rule
        raise LookupError(f"no recall class {number}")


class Hazard(Content, frozen=True):
    """One kind of hazard: words that name it, the class it proposes, what a case is about."""

    category: str
    name: Text
    items: tuple[str, ...]
    recall_class: int
    about: str


class RecallProposals(Content, frozen=True):
    """Content of a pack of kind `recall_proposals`; the last hazard catches what no word names."""

    hazards: tuple[Hazard, ...]


@dataclass(frozen=True)
class Proposed:
    """The most serious hazard among the failed items, and the item that decided."""

    hazard: Hazard
    item: str


def hazard_of(item: str, proposals: RecallProposals) -> Hazard:
    """The first kind of hazard with a word in the item's name; else the last one."""
    for hazard in proposals.hazards:
        if any(word in item for word in hazard.items):
            return hazard
    return proposals.hazards[-1]


def propose(items: Iterable[str], proposals: RecallProposals) -> Proposed:
    """The lowest class number wins, the earlier item on a tie; ValueError without items."""
    found = [Proposed(hazard_of(item, proposals), item) for item in items]
    if not found:
        raise ValueError("no failed item, no class")
    return min(found, key=lambda one: one.hazard.recall_class)


def _class_holds(content: RecallClasses, example: Example) -> bool:
    rule = content.of(example["class"])
    return (rule.start_hours, rule.finish_working_days) == (
        example["start_hours"],
        example["finish_working_days"],
    )


def _proposal_holds(content: RecallProposals, example: Example) -> bool:
    hazard = hazard_of(example["item"], content)
    return (hazard.category, hazard.recall_class) == (example["category"], example["class"])


CLASSES = rules.kind("recall_classes", RecallClasses, check=_class_holds)
PROPOSALS = rules.kind("recall_proposals", RecallProposals, check=_proposal_holds)
