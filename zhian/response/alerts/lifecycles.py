"""From the failed sample to the shut file (S098; rules 0 no. 6: no closing without disposal)."""

from zhian.kernel.lifecycles import Lifecycle, Step
from zhian.response.alerts.vocabulary import AlertState

ALERT = Lifecycle(
    "alert",
    Step("take", {AlertState.OPEN}, AlertState.HANDLING, by="owner office"),
    Step("close", {AlertState.HANDLING}, AlertState.CLOSED, by="owner office"),
)
