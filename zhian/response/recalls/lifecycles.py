"""The recall and each holder's order (S059, S100, S101; Order 12 of 2015)."""

from zhian.kernel.lifecycles import Lifecycle, Step
from zhian.response.recalls.vocabulary import ExtensionState, OrderState, RecallState

RECALL = Lifecycle(
    "recall",
    Step("confirm", {RecallState.PROPOSED}, RecallState.RUNNING, by="owner office"),
    Step("finish", {RecallState.RUNNING}, RecallState.FINISHED, by="owner office"),
    Step("close", {RecallState.FINISHED}, RecallState.CLOSED, by="owner office"),
)

_WAITING = {ExtensionState.PROPOSED}

EXTENSION = Lifecycle(
    "extension",
    Step("confirm", _WAITING, ExtensionState.CONFIRMED, by="owner office"),
    Step("decline", _WAITING, ExtensionState.DECLINED, by="owner office"),
    Step("withdraw", _WAITING, ExtensionState.WITHDRAWN, by="the platform"),
)

_ACKNOWLEDGED = {
    OrderState.ACKNOWLEDGED,
    OrderState.COUNTED,
    OrderState.RETURNED,
    OrderState.DESTROYED,
}
_COUNTED = {OrderState.COUNTED, OrderState.RETURNED, OrderState.DESTROYED}

ORDER = Lifecycle(
    "order",
    Step("serve", {OrderState.ISSUED}, OrderState.SERVED, by="owner office"),
    Step("acknowledge", {OrderState.SERVED}, OrderState.ACKNOWLEDGED, by="operator"),
    Step("count", {OrderState.ACKNOWLEDGED}, OrderState.COUNTED, by="operator"),
    Step("return", _COUNTED, OrderState.RETURNED, by="operator"),
    Step("destroy", _COUNTED, OrderState.DESTROYED, by="operator"),
    Step(
        "close",
        {OrderState.ISSUED, OrderState.SERVED, *_ACKNOWLEDGED},
        OrderState.CLOSED,
        by="owner office",
    ),
)
