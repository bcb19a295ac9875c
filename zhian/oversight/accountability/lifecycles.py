"""The life of a signal: the platform opens it, a person decides it."""

from zhian.kernel.lifecycles import Lifecycle, Step
from zhian.oversight.accountability.vocabulary import SignalState

SIGNAL = Lifecycle(
    "signal",
    Step("confirm", {SignalState.OPEN}, SignalState.CONFIRMED, by="supervision organ"),
    Step("dismiss", {SignalState.OPEN}, SignalState.DISMISSED, by="supervision organ"),
)
