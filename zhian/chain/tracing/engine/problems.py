"""What is wrong with a trace input: errors stop the run, findings are reported (trace 3.2)."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with one row; `where` names the row (`deliveries[3]`)."""

    level: Literal["error", "finding"]
    code: str
    where: str
    message: str

    def as_json(self) -> dict[str, str]:
        """The problem as one flat JSON object."""
        return asdict(self)


class ModelError(ValueError):
    """The input cannot be traced; carries every error found."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(f"{p.where}: {p.message}" for p in self.problems))


class Clipboard:
    """Collects errors and findings while an input is read."""

    def __init__(self) -> None:
        self.errors: list[Problem] = []
        self.findings: list[Problem] = []

    def error(self, code: str, where: str, message: str) -> None:
        """Note something that stops the run."""
        self.errors.append(Problem("error", code, where, message))

    def finding(self, code: str, where: str, message: str) -> None:
        """Note something that is reported and does not stop the run."""
        self.findings.append(Problem("finding", code, where, message))

    def stop_on_errors(self) -> None:
        """Raise ModelError with all errors noted so far, if any."""
        if self.errors:
            raise ModelError(self.errors)
