"""The part of `zhian bench judge` that needs PostgreSQL: comparison, import and look-up page.

Everything is wall clock on a database of its own: the comparison of an invented market as large as
Japan's positive list (rows written), the import of the published tables, the look-up page.
"""

import time
from collections.abc import Sequence
from datetime import date
from itertools import cycle, islice
from pathlib import Path
from typing import Any

import click
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from zhian.foundation.ledger import services as ledger
from zhian.foundation.offices import selectors as offices
from zhian.foundation.offices import services as office_services
from zhian.kernel import clock
from zhian.kernel.use_cases import unguarded
from zhian.registry.standards import services
from zhian.registry.standards.commands.comparing import compared, invented
from zhian.registry.standards.commands.files import Wishes, import_into_library, table_of
from zhian.registry.standards.engine.questions import MarketLimit, Trees
from zhian.registry.standards.models import (
    Edition,
    FoodMapping,
    FoodNode,
    Limit,
    Standard,
    Substance,
    SubstanceName,
)
from zhian.registry.standards.services.library import columns
from zhian.registry.standards.vocabulary import EditionState, Table

Facts = dict[str, Any]
MARKET = "bench"
ADDITIVE_TABLE = "a1_additive"
BATCH = 5_000


def measured(tables: Path | None, requests: int, foreign: int) -> Facts:
    """Every figure of one run on the open, empty database."""
    with unguarded("schema"):
        call_command("migrate", verbosity=0, interactive=False)
    ledger.ensure_checkpoint_key()
    office_services.ensure_system_user()
    with unguarded("benchmark"):
        _fill(*invented(foreign))
    _analyse()
    return {
        "comparison": compared(MARKET),
        "import": imported(sorted(tables.glob("gb27*.csv")))
        if tables
        else "skipped: no --tables DIR with the real files",
        "look_up": _looked_up(requests),
        "limits_loaded": Limit.objects.count(),
    }


def _fill(ours: Sequence[MarketLimit], theirs: Sequence[MarketLimit], trees: Trees) -> None:
    """The invented limits of both sides as rows, with their trees and mappings."""
    substances = {one.substance for one in (*ours, *theirs)}
    made = Substance.objects.bulk_create(
        Substance(key=f"bench{key}", name_zh=f"测试物质{key}", name_en=f"substance {key}")
        for key in sorted(substances)
    )
    by_key = dict(zip(sorted(substances), made, strict=True))
    SubstanceName.objects.bulk_create(
        SubstanceName(substance=one, name=one.name_zh, folded=one.name_zh, pinyin="ceshiwuzhi")
        for one in made
    )
    nodes: dict[int, FoodNode] = {}
    for side, limits in ((0, ours), (1, theirs)):
        edition = _edition(side)
        own = [node for node in trees.paths if node // 1_000_000 == side]
        for depth in (1, 2, 3):
            level = [node for node in own if len(trees.paths[node]) == depth]
            made_nodes = FoodNode.objects.bulk_create(
                FoodNode(
                    standard=edition.standard,
                    code=str(node),
                    name_zh=f"测试食品{node}",
                    parent=nodes[trees.paths[node][1]] if depth > 1 else None,
                )
                for node in level
            )
            nodes |= dict(zip(level, made_nodes, strict=True))
        Limit.objects.bulk_create(
            [
                Limit(
                    edition=edition,
                    substance=by_key[one.substance],
                    node=nodes[one.node],
                    demand=one.demand,
                    grade="L",
                    **columns(one.demand),
                )
                for one in limits
            ],
            batch_size=BATCH,
        )
    FoodMapping.objects.bulk_create(
        FoodMapping(ours=nodes[here], theirs=nodes[there], entered_at=clock.now())
        for here, there in trees.pairs
    )


def _edition(side: int) -> Edition:
    market = MARKET if side else "cn"
    standard = Standard.objects.create(code=f"bench {market}", name_zh=market, market=market)
    return Edition.objects.create(
        standard=standard,
        code=f"bench {market}",
        effective_from=date(2000, 1, 1),
        state=EditionState.ACTIVE,
        grade="L",
        imported_at=clock.now(),
    )


def imported(files: Sequence[Path]) -> Facts:
    """Seconds of each published table, that of the additives named, then put in force."""
    seconds: Facts = {}
    order = list(Table)
    for file in sorted(files, key=lambda one: order.index(table_of(one))):
        started = time.perf_counter()
        try:
            import_into_library([file], None, Wishes(keep_valid=True))
        except click.ClickException as error:
            seconds[file.name] = f"refused: {error.message}"
            continue
        seconds[file.name] = round(time.perf_counter() - started, 3)
    main = next((value for name, value in seconds.items() if ADDITIVE_TABLE in name), None)
    return {"additive_levels_s": main, "tables_s": seconds, **_in_force()}


def _in_force() -> Facts:
    started = time.perf_counter()
    drafts = Edition.objects.filter(state=EditionState.DRAFT)
    for key in list(drafts.values_list("pk", flat=True)):
        services.activate_edition(acting_user=offices.system_user(), edition_id=key)
    return {"put_in_force_s": round(time.perf_counter() - started, 3)}


def _analyse() -> None:
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


QUERIES: tuple[dict[str, str], ...] = (
    {},
    {"q": "铅"},
    {"q": "山梨酸"},
    {"q": "sorbic"},
    {"q": "shanli"},
    {"q": "面包"},
    {"q": "测试物质77"},
    {"q": "07.02"},
    {"food": "糕点"},
    {"on": "2026-10-01", "q": "苯甲酸"},
    {"sort": "-edition", "page": "7"},
    {"standard": "bench cn"},
)


def _looked_up(requests: int) -> Facts:
    """Milliseconds and queries of the look-up page, every kind of question in turn."""
    _analyse()
    client = Client(SERVER_NAME="localhost")
    with unguarded("benchmark"):
        client.force_login(offices.system_user())
    address = reverse("standards:list")
    for query in QUERIES:
        assert client.get(address, query).status_code == 200, query
    took: list[float] = []
    for query in islice(cycle(QUERIES), requests):
        started = time.perf_counter()
        client.get(address, query)
        took.append(1000 * (time.perf_counter() - started))
    counts = [_queries_of(client, address, query) for query in QUERIES]
    took.sort()
    return {
        "requests": requests,
        "p50_ms": round(took[len(took) // 2], 1),
        "p95_ms": round(took[min(len(took) - 1, len(took) * 95 // 100)], 1),
        "max_ms": round(took[-1], 1),
        "most_queries": max(counts),
    }


def _queries_of(client: Client, address: str, query: dict[str, str]) -> int:
    with CaptureQueriesContext(connection) as captured:
        client.get(address, query)
    return len(captured)
