"""The rooms of the house, floor by floor, bottom first. `ls zhian/` shows the same."""

from pathlib import Path

_ALL = (
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
_ROOT = Path(__file__).resolve().parents[1]
ROOMS = tuple(room for room in _ALL if (_ROOT / room.replace(".", "/") / "apps.py").exists())
