"""From the goods on the shelf to the signed report (S093, S094)."""

from zhian.fieldwork.sampling.vocabulary import ReportState, SampleState
from zhian.kernel.lifecycles import Lifecycle, Step

SAMPLE = Lifecycle(
    "sample",
    Step(
        "hand_over",
        {SampleState.DRAWN, SampleState.IN_TRANSIT},
        SampleState.IN_TRANSIT,
        by="sampler",
    ),
    Step("receive", {SampleState.IN_TRANSIT}, SampleState.RECEIVED, by="laboratory"),
    Step("report", {SampleState.RECEIVED, SampleState.TESTED}, SampleState.TESTED, by="laboratory"),
    Step("dispose", {SampleState.TESTED}, SampleState.DISPOSED, by="laboratory"),
)

REPORT = Lifecycle(
    "report",
    Step("sign", {ReportState.DRAFT}, ReportState.SIGNED, by="signatory"),
    Step("withdraw", {ReportState.SIGNED}, ReportState.WITHDRAWN, by="laboratory"),
)
