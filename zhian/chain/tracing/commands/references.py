"""The same question asked of what others use: a recursive SQL query, igraph, SciPy."""

import importlib
import importlib.util
import time
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import psycopg
from numpy.typing import NDArray

from zhian.chain.tracing.engine.index.nouns import Graph, Links

_AT_ONCE = 200_000
_TABLES = """
CREATE UNLOGGED TABLE link (source int, target int, grams int, departed int, arrived int);
CREATE UNLOGGED TABLE node (id int, total float8);
"""
_READY = """
CREATE INDEX ON link (source);
CREATE INDEX ON node (id);
VACUUM ANALYZE link;
VACUUM ANALYZE node;
"""
# what the index answers: every lot in the order of time, with its share (all paths added up)
SHARES = """
WITH RECURSIVE walk (node, share, arrived) AS (
    SELECT %s::int, 1::float8, -1
    UNION ALL
    SELECT link.target, walk.share * link.grams / node.total, link.arrived
    FROM walk JOIN link ON link.source = walk.node AND link.departed >= walk.arrived
    JOIN node ON node.id = link.target)
SELECT node, sum(share) FROM walk GROUP BY node
"""
# reach alone, without time and kilograms
REACH = """
WITH RECURSIVE walk (node) AS (
    SELECT %s::int UNION SELECT link.target FROM walk JOIN link ON link.source = walk.node)
SELECT node FROM walk
"""


def load(database: psycopg.Connection[Any], links: Links, totals: NDArray[np.float64]) -> None:
    """Fill the tables of the recursive query, with the indexes it wants."""
    for statement in filter(str.strip, _TABLES.split(";")):
        database.execute(statement)
    columns = [links.sources, links.targets, links.grams, links.departed, links.arrived]
    _copy(database, "link", np.column_stack(columns).astype(">i4"))
    rows = zip(range(len(totals)), totals.tolist(), strict=True)
    with database.cursor().copy("COPY node FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)
    for statement in filter(str.strip, _READY.split(";")):
        database.execute(statement)


def _copy(database: psycopg.Connection[Any], table: str, rows: NDArray[Any]) -> None:
    """Rows of whole numbers in PostgreSQL's binary form."""
    width = rows.shape[1]
    fields = [("count", ">i2")]
    for number in range(width):
        fields += [(f"size{number}", ">i4"), (f"value{number}", ">i4")]
    with database.cursor().copy(f"COPY {table} FROM STDIN (FORMAT BINARY)") as copy:
        copy.write(b"PGCOPY\n\xff\r\n\0" + bytes(8))
        for start in range(0, len(rows), _AT_ONCE):
            some = rows[start : start + _AT_ONCE]
            block = np.zeros(len(some), dtype=fields)
            block["count"] = width
            for number in range(width):
                block[f"size{number}"] = 4
                block[f"value{number}"] = some[:, number]
            copy.write(block.tobytes())
        copy.write(b"\xff\xff")


def asked(
    database: psycopg.Connection[Any], query: str, lots: Sequence[int]
) -> tuple[NDArray[np.float64], list[list[tuple[Any, ...]]]]:
    """Milliseconds for each lot, and the answers."""
    took, answers = [], []
    for lot in lots:
        started = time.perf_counter()
        rows = database.execute(query, [lot]).fetchall()
        took.append(1000 * (time.perf_counter() - started))
        answers.append(rows)
    return np.array(took), answers


def scipy_ms(graph: Graph, lots: Sequence[int]) -> float:
    """Median milliseconds of SciPy's breadth-first order, without time and kilograms."""
    from scipy import sparse
    from scipy.sparse.csgraph import breadth_first_order

    size = len(graph.nodes.totals)
    targets = (graph.forward.pairs[0::2] & 0x7FFFFFFF).astype(np.int32)
    ones = np.ones(len(targets), np.int8)
    matrix = sparse.csr_matrix((ones, targets, graph.forward.offsets), shape=(size, size))
    return _median(lambda lot: breadth_first_order(matrix, lot, return_predecessors=False), lots)


def igraph_ms(graph: Graph, lots: Sequence[int]) -> float | None:
    """Median milliseconds of igraph's reach, None where igraph is not installed."""
    if importlib.util.find_spec("igraph") is None:
        return None
    igraph = importlib.import_module("igraph")
    size = len(graph.nodes.totals)
    offsets: NDArray[np.int64] = graph.forward.offsets.astype(np.int64)
    sources = np.repeat(np.arange(size), offsets[1:] - offsets[:-1])
    pairs = np.column_stack([sources, graph.forward.pairs[0::2] & 0x7FFFFFFF])
    whole = igraph.Graph(n=size, edges=pairs, directed=True)
    return _median(lambda lot: whole.subcomponent(lot, mode="out"), lots)


def _median(ask: Any, lots: Sequence[int]) -> float:
    return float(np.median(list(_timed(ask, lots))))


def _timed(ask: Any, lots: Sequence[int]) -> Iterator[float]:
    for lot in lots:
        started = time.perf_counter()
        ask(int(lot))
        yield 1000 * (time.perf_counter() - started)
