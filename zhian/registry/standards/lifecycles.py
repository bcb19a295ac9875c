"""An edition: imported as a draft, put in force whole, replaced whole, never edited."""

from zhian.kernel.lifecycles import Lifecycle, Step
from zhian.registry.standards.vocabulary import EditionState

EDITION = Lifecycle(
    "edition",
    Step("activate", {EditionState.DRAFT}, EditionState.ACTIVE, by="standards clerk"),
    Step("discard", {EditionState.DRAFT}, EditionState.DISCARDED, by="standards clerk"),
    Step("replace", {EditionState.ACTIVE}, EditionState.REPLACED, by="the platform"),
)
