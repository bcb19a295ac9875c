"""The writes of the register, by noun: operators, sites, supervision, clerks, imports."""

from zhian.registry.subjects.services.clerks import add_clerk
from zhian.registry.subjects.services.importing import check_rows, import_operators
from zhian.registry.subjects.services.operators import (
    OperatorFacts,
    correct_operator,
    record_licence_states,
    register_operator,
    register_operators,
)
from zhian.registry.subjects.services.sites import SiteFacts, close_site, open_site, open_sites
from zhian.registry.subjects.services.supervision import (
    SupervisionFacts,
    assign_supervision,
    assign_supervisions,
)

__all__ = [
    "OperatorFacts",
    "SiteFacts",
    "SupervisionFacts",
    "add_clerk",
    "assign_supervision",
    "assign_supervisions",
    "check_rows",
    "close_site",
    "correct_operator",
    "import_operators",
    "open_site",
    "open_sites",
    "record_licence_states",
    "register_operator",
    "register_operators",
]
