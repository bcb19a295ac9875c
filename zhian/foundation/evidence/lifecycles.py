"""A seal is affixed once and broken once."""

from zhian.foundation.evidence.vocabulary import SealState
from zhian.kernel.lifecycles import Lifecycle, Step

SEAL = Lifecycle("seal", Step("break", {SealState.AFFIXED}, SealState.BROKEN, by="officer"))
