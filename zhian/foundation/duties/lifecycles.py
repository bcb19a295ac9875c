"""How a duty goes on."""

from zhian.foundation.duties.vocabulary import DutyState
from zhian.kernel.lifecycles import Lifecycle, Step

_UNFINISHED = (DutyState.OPEN, DutyState.STOPPED)

DUTY = Lifecycle(
    "duty",
    Step("stop", {DutyState.OPEN}, DutyState.STOPPED, by="office"),
    Step("resume", {DutyState.STOPPED}, DutyState.OPEN, by="office"),
    Step("finish", _UNFINISHED, DutyState.DONE, by="bearer"),
    Step("cancel", _UNFINISHED, DutyState.CANCELLED, by="office"),
)
