"""Where the evidence of a line opens."""

from collections.abc import Mapping

from django.urls import reverse

_PAGES: Mapping[str, str] = {
    "subjects.operator": "desk:dossier",
    "subjects.site": "subjects:site",
    "permits.instrument": "permits:detail",
    "sampling.sample": "sampling:detail",
    "sampling.testreport": "sampling:report",
    "duties.duty": "duties:detail",
    "notices.notice": "notices:detail",
    "offices.office": "offices:office",
}


def evidence_url(kind: str, number: str) -> str:
    """The page of a piece of evidence; empty for a place that has no page."""
    return reverse(_PAGES[kind], args=[number]) if kind in _PAGES else ""
