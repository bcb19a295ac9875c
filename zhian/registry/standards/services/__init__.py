"""The writes of the limit library: starter limits, imported tables, editions put in force."""

from zhian.registry.standards.selectors import starter_limits_loaded
from zhian.registry.standards.services.editions import activate_edition, discard_edition
from zhian.registry.standards.services.importing import checked_rows, import_table
from zhian.registry.standards.services.starter import load_starter_limits

__all__ = [
    "activate_edition",
    "checked_rows",
    "discard_edition",
    "import_table",
    "load_starter_limits",
    "starter_limits_loaded",
]
