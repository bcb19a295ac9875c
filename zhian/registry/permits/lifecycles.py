"""An instrument's life (S023); revoked, withdrawn and cancelled are ends."""

from zhian.kernel.lifecycles import Lifecycle
from zhian.kernel.lifecycles import Step as LifeStep
from zhian.registry.permits.vocabulary import InstrumentState, Step

VALID, SUSPENDED = InstrumentState.VALID, InstrumentState.SUSPENDED

INSTRUMENT = Lifecycle(
    "instrument",
    LifeStep(Step.SUSPEND, {VALID}, SUSPENDED, by="issuing office"),
    LifeStep(Step.RESUME, {SUSPENDED}, VALID, by="issuing office"),
    # 吊销: a sanction for what the holder did
    LifeStep(Step.REVOKE, {VALID, SUSPENDED}, InstrumentState.REVOKED, by="issuing office"),
    # 撤销: it should not have been granted
    LifeStep(Step.WITHDRAW, {VALID, SUSPENDED}, InstrumentState.WITHDRAWN, by="issuing office"),
    # 注销: the holder gave it up or ceased to exist
    LifeStep(Step.CANCEL, {VALID, SUSPENDED}, InstrumentState.CANCELLED, by="issuing office"),
)
