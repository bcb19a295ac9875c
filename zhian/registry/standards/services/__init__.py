"""The writes of the limit library: starter limits, imported tables, editions put in force."""

from zhian.registry.standards.selectors import starter_limits_loaded
from zhian.registry.standards.selectors.regulations import regulations_loaded
from zhian.registry.standards.services.comments import answer_comment, send_comment
from zhian.registry.standards.services.editions import activate_edition, discard_edition
from zhian.registry.standards.services.importing import checked_rows, import_table
from zhian.registry.standards.services.programme import (
    Proposal,
    StepFacts,
    checked_adoptions,
    checked_projects,
    import_adoptions,
    import_programme,
    move_project,
    propose_project,
)
from zhian.registry.standards.services.questions import (
    checked_mappings,
    compare_market,
    map_foods,
    note_items_without_limit,
    unmap_foods,
)
from zhian.registry.standards.services.regulations import (
    checked_regulations,
    import_regulations,
    load_regulations,
)
from zhian.registry.standards.services.starter import load_starter_limits

__all__ = [
    "Proposal",
    "StepFacts",
    "activate_edition",
    "answer_comment",
    "checked_adoptions",
    "checked_mappings",
    "checked_projects",
    "checked_regulations",
    "checked_rows",
    "compare_market",
    "discard_edition",
    "import_adoptions",
    "import_programme",
    "import_regulations",
    "import_table",
    "load_regulations",
    "load_starter_limits",
    "map_foods",
    "move_project",
    "note_items_without_limit",
    "propose_project",
    "regulations_loaded",
    "send_comment",
    "starter_limits_loaded",
    "unmap_foods",
]
