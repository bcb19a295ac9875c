"""The rooms of the house, floor by floor, bottom first. `ls zhian/` shows the same."""

ROOMS = (
    "zhian.foundation.regions",
    "zhian.foundation.offices",
    "zhian.foundation.ledger",
    "zhian.foundation.evidence",
    "zhian.foundation.duties",
    "zhian.foundation.notices",
    "zhian.registry.standards",
    "zhian.registry.products",
    "zhian.registry.subjects",
    "zhian.registry.permits",
    "zhian.chain.events",
    "zhian.chain.tracing",
    "zhian.fieldwork.sampling",
    "zhian.response.alerts",
    "zhian.response.recalls",
    "zhian.response.cases",
    "zhian.oversight.accountability",
    "zhian.doors.desk",
    "zhian.doors.counter",
    "zhian.doors.portal",
)
