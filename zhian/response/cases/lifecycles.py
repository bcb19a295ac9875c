"""From the opened file to the closed case (rules 3.5)."""

from zhian.kernel.lifecycles import Lifecycle, Step
from zhian.response.cases.vocabulary import CaseState

CASE = Lifecycle(
    "case",
    Step("file", {CaseState.OPENED}, CaseState.FILED, by="owner office"),
    Step("investigate", {CaseState.FILED}, CaseState.INVESTIGATING, by="case officer"),
    Step("decide", {CaseState.INVESTIGATING}, CaseState.DECIDED, by="case officer"),
    Step("close", {CaseState.DECIDED}, CaseState.CLOSED, by="owner office"),
)
