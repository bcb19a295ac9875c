"""The workbook in which other systems hand over their sampling records, to be examined (T5)."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from zhian.kernel.clock import BEIJING
from zhian.kernel.exchange import Column, Sheet, decimal_number, text


def moment(raw: str) -> datetime:
    """A time of Beijing, 2026-09-01 10:30; ValueError for anything else."""
    try:
        return datetime.strptime(raw.strip()[:16], "%Y-%m-%d %H:%M").replace(tzinfo=BEIJING)
    except ValueError:
        raise ValueError(_("Write the time as 2026-09-01 10:30.")) from None


RECORDS = Sheet(
    "sampling_records",
    Column("number", _("Number"), parse=text, required=True, example="2026-001"),
    Column("officer", _("First officer"), parse=text, required=True, example="王建国"),
    Column("second_officer", _("Second officer"), parse=text, example="李秀英"),
    Column("drawn_at", _("Drawn"), parse=moment, required=True, example="2026-09-01 10:30"),
    Column("seal", _("Seal number"), parse=text, required=True, example="S-0001"),
    Column("longitude", _("Longitude"), parse=decimal_number, example="114.57"),
    Column("latitude", _("Latitude"), parse=decimal_number, example="38.14"),
    title=_("Sampling records"),
)
