"""What may be read about cases: the bases side by side, the file, the time left."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from zhian.kernel import rules
from zhian.kernel.languages import enumerated, in_reader_language
from zhian.kernel.rules import Pack, Text
from zhian.response.alerts import selectors as alerts
from zhian.response.alerts.models import Alert
from zhian.response.cases.engine.fines import BASES, Basis, CaseBases, FineRange, fine_for
from zhian.response.cases.models import Case
from zhian.response.cases.vocabulary import CaseCause


@dataclass(frozen=True)
class PossibleBasis:
    """One rule that may be applied, with its law, and the fine for a value of goods."""

    pack: Pack[CaseBases]
    basis: Basis
    fine: FineRange | None

    @property
    def id(self) -> str:
        """The rule's identifier, as cited."""
        return self.basis.id

    @property
    def law(self) -> str:
        return words(self.pack.content.short)

    @property
    def article(self) -> str:
        return words(self.basis.article)

    @property
    def conduct(self) -> str:
        return words(self.basis.conduct)

    @property
    def precedence(self) -> str:
        """How this law stands to the others (Order 503 Art. 2)."""
        return words(self.pack.content.precedence)

    @property
    def is_law(self) -> bool:
        """A law goes before the Special Rules where it provides (Order 503 Art. 2)."""
        return self.pack.content.rank == "law"

    @property
    def confiscate(self) -> str:
        return enumerated(words(one) for one in self.basis.confiscate)

    @property
    def measure(self) -> str:
        return words(self.basis.measure) if self.basis.measure else ""

    @property
    def severe(self) -> str:
        return words(self.basis.severe) if self.basis.severe else ""


def words(text: Text) -> str:
    """A text of a pack in the reader's language."""
    return in_reader_language(text.zh, text.en)


def about_of(alert: Alert, cause: CaseCause) -> str:
    """What the case is about, as the packs of bases call it."""
    if cause == CaseCause.REAPPEARANCE:
        return "reappearance"
    return alerts.about_of(alert)


def possible_bases(about: str, on: date, value_yuan: Decimal | None = None) -> list[PossibleBasis]:
    """Every rule of every law in force on the day of the act, laws first; nobody chooses here."""
    found = [
        PossibleBasis(pack, basis, None if value_yuan is None else fine_for(basis.fine, value_yuan))
        for pack in rules.competing(BASES, on=on)
        for basis in pack.content.rules
        if about in basis.about
    ]
    return sorted(found, key=lambda one: (not one.is_law, one.id))


def bases_of(case: Case, value_yuan: Decimal | None = None) -> list[PossibleBasis]:
    """The bases of one case, by the law of the day of the act."""
    value = case.goods_value_yuan if value_yuan is None else value_yuan
    return possible_bases(about_of(case.alert, CaseCause(case.cause)), case.act_on, value)


def as_stored(bases: list[PossibleBasis]) -> list[dict[str, Any]]:
    """What a case keeps of the bases shown to the officer, with the value they were shown for."""
    return [
        {
            "id": one.id,
            "pack": one.pack.id,
            "low": None if one.fine is None else str(one.fine.low),
            "high": None if one.fine is None else str(one.fine.high),
        }
        for one in bases
    ]


def case_of_alert(alert_id: int) -> Case | None:
    """The case the failed sample itself became."""
    return Case.objects.filter(alert_id=alert_id, cause=CaseCause.FAILED_SAMPLE).first()


def case_of_reappearance(reappearance_id: int) -> Case | None:
    """The case a reappearance became."""
    return Case.objects.filter(reappearance_id=reappearance_id).first()


def cases_of_alert(alert_id: int) -> QuerySet[Case]:
    """Every case of an incident, oldest first."""
    return (
        Case.objects.filter(alert_id=alert_id)
        .select_related("operator", "site", "office")
        .order_by("opened_at", "pk")
    )


def cases_of_operator(operator_id: int) -> QuerySet[Case]:
    """Cases against one operator, newest first (for its dossier)."""
    return Case.objects.filter(operator_id=operator_id).select_related("alert", "office")
