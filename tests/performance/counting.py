"""Count the queries of a page and hold them against the table."""

import json
import os
from dataclasses import dataclass
from pathlib import Path

from django.core.cache import cache
from django.db import connection
from django.http import StreamingHttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.incident import Incident
from zhian.response.recalls.models import Order

TABLE = Path(__file__).with_name("query_counts.json")
LOT = (("lot", "the bad one"),)
# Deeds of the recall, asked before they are done: they have a module of their own.
PROPOSED_KEY = "recalls:confirm"
EXTENDED_KEY = "recalls:confirm_extension"
MOST_ON_A_DESK = 25


@dataclass(frozen=True)
class Page:
    """One page, asked by whom for what."""

    name: str
    user: str = "wang"
    wants: tuple[str, ...] = ()
    query: tuple[tuple[str, str], ...] = ()

    @property
    def key(self) -> str:
        """Its name in the table."""
        asked = "&".join(f"{name}={value}" for name, value in self.query if name != "lot")
        return f"{self.name}?{asked}" if asked else self.name


def things_of(found: Incident) -> dict[str, object]:
    """What the pages are asked for."""
    order = Order.objects.filter(
        operator_id=found.seeded.register.operator["shop0012"], recall=found.recall
    ).first()
    notice = getattr(found.recall, "public_notice", None)
    extension = found.recall.extensions.first()
    return {
        "alert": found.alert.pk,
        "case": found.alert.cases.order_by("pk")[0].pk,
        "extension": extension.pk if extension else None,
        "notice": notice.pk if notice else None,
        "operator": found.seeded.register.operator["mixer0"],
        "order": order.pk if order else None,
        "recall": found.recall.pk,
        "report": found.seeded.report.pk,
        "sample": found.seeded.report.sample_id,
    }


def queries_of(page: Page, found: Incident) -> list[str]:
    """The SQL of one request, asked twice: the first warms what is kept for good."""
    things = things_of(found)
    client = Client()
    if page.user:
        client.force_login(found.users[page.user])
    url = reverse(page.name, args=[things[name] for name in page.wants])
    query = {**dict(page.query), **({"lot": found.alert.lot_key} if page.query == LOT else {})}
    for _turn in range(2):
        cache.clear()
        with CaptureQueriesContext(
            connection,
        ) as captured:
            answer = client.get(url, query)
            if isinstance(answer, StreamingHttpResponse):
                list(answer)
        assert answer.status_code == 200, (page.key, answer.status_code)
    return [one["sql"] for one in captured.captured_queries]


def check(counted: dict[str, list[str]]) -> None:
    """Compare with the table, or write it anew."""
    known: dict[str, int] = json.loads(TABLE.read_text()) if TABLE.exists() else {}
    if os.environ.get("UPDATE_QUERY_COUNTS") == "1":
        known |= {key: len(found) for key, found in counted.items()}
        TABLE.write_text(json.dumps(known, indent=1, sort_keys=True) + "\n")
    for key, found in counted.items():
        assert len(found) == known.get(key), "\n".join([f"{key}: {len(found)}", *found])
