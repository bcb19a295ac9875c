"""How a delivery goes on; a notice counts only once served."""

from zhian.foundation.notices.vocabulary import DeliveryState
from zhian.kernel.lifecycles import Lifecycle, Step

DELIVERY = Lifecycle(
    "delivery",
    Step("serve", {DeliveryState.ISSUED}, DeliveryState.SERVED, by="office"),
    Step("refuse", {DeliveryState.ISSUED}, DeliveryState.REFUSED, by="office"),
    Step("acknowledge", {DeliveryState.SERVED}, DeliveryState.ACKNOWLEDGED, by="addressee"),
)
