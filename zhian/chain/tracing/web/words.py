"""Texts of the explorer's scripts in the reader's language."""

from typing import Any

from django.utils.translation import gettext as _


def script_words() -> dict[str, Any]:
    """Everything the scripts say."""
    return {
        "kg": _("kg"),
        "sites": _("sites"),
        "unknownOrigin": _("Unknown origin"),
        "country": _("Country"),
        "ofSource": _("of the source lot"),
        "events": _("events"),
        "nothing": _("Nothing selected: every site of the trace is shown."),
        "selected": _("selected"),
        "found": _("places found"),
        "notFound": _("Nothing in this trace is called so."),
        "returned": _("returned"),
        "notRecorded": _("one end not recorded"),
        "tier": _("tier"),
        "until": _("Goods moved until"),
        "whole": _("the whole time"),
        "movements": _("movements"),
        "otherOffices": _("other offices"),
        "noOffice": _("no office in charge"),
        "noScore": _("no case is marked"),
        "licence": {
            "COMPLETE": _("licences complete"),
            "INCOMPLETE": _("licences incomplete"),
            "NONE": _("no licence or not registered"),
            "UNKNOWN": _("licences not yet computed"),
        },
        "gap": _("something is open"),
        "noGap": _("nothing is open"),
    }
