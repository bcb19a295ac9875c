"""`zhian bench trace`: the index measured beside what others use, on one graph in one run."""

import json
import os
import tempfile
from pathlib import Path
from typing import Any

import click
import numpy as np
from numpy.typing import NDArray

from zhian.chain.tracing.commands import deep
from zhian.chain.tracing.engine.index import measuring
from zhian.chain.tracing.engine.index.generated import invented
from zhian.chain.tracing.engine.index.walking import Walker

MOST_FOR_OTHERS = 10_000_000  # above, loading takes longer and more memory than all the rest
SQL_LOTS = 25
REFERENCE_LOTS = 3
ROUNDS = 5  # of the same lots by the index; PostgreSQL is asked once
WARM_LOTS = 100  # farm lots walked before the clock counts: caches as in a running service


@click.command()
@click.option(
    "--links",
    "sizes",
    multiple=True,
    type=int,
    default=(1_000_000,),
    show_default=True,
    help="links of the invented country; given several times, one result after the other",
)
@click.option("--json", "as_json", is_flag=True, help="one JSON object instead of lines")
@click.option("--references/--no-references", default=True, help="PostgreSQL, igraph and SciPy too")
@click.option(
    "--plot",
    "plots",
    nargs=2,
    type=click.Path(path_type=Path),
    default=None,
    help="a file of earlier results, one JSON a line, and the SVG to draw of them",
)
@click.option("--append", "captures", default=0, help="captures of each kind until they show")
@click.option("--hub-events", default=20_000, show_default=True, help="--append: of the bulk lot")
@click.option("--deep", "hops", default=0, help="chains and loops of so many hops, every engine")
def bench_trace(
    sizes: tuple[int, ...],
    as_json: bool,
    references: bool,
    plots: tuple[Path, Path] | None,
    captures: int,
    hub_events: int,
    hops: int,
) -> None:
    """Measure build, size and walks of the trace index."""
    if hops:
        _print(deep.measured(hops), as_json=as_json)
        return
    if plots:
        from zhian.chain.tracing.commands.plotting import plot

        results = [json.loads(line) for line in plots[0].read_text().splitlines() if line.strip()]
        plots[1].write_text(plot(results), encoding="utf-8")
        return
    for links in sizes:
        with tempfile.TemporaryDirectory() as folder:
            if captures:
                found = _appended(Path(folder), links, captures, hub_events)
            else:
                found = measure(links, Path(folder), references=references)
        _print(found, as_json=as_json)


def _print(found: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(found))
        return
    for name, value in found.items():
        click.echo(f"{name:>20}  {value}")


def _appended(data: Path, links: int, captures: int, hub_events: int) -> dict[str, Any]:
    """On a database of its own: from a commit to an index that answers with it."""
    from zhian.kernel import postgres
    from zhian.kernel.command_line import open_data

    if os.environ.get("ZHIAN_DATABASE_URL"):
        raise click.ClickException("the benchmark uses a database of its own: unset the address")
    open_data(data)
    try:
        # Django must be set up before this is imported
        from zhian.chain.tracing.commands import appending

        return appending.measured(links, captures, hub_events)
    finally:
        postgres.stop(data)


def measure(links: int, folder: Path, *, references: bool) -> dict[str, Any]:
    """All figures; milliseconds, nanoseconds, bytes."""
    measuring.warm_up(folder)
    country = invented(links)
    index = measuring.built(country, folder / "trace.seg")
    walker = Walker(index.graph)
    farms, hubs = (index.ranks[lots].tolist() for lots in (country.farms, country.hubs))
    measuring.walk(walker, farms[:WARM_LOTS])
    measured = farms[WARM_LOTS:]
    forward = measuring.walk(walker, measured)
    backward = measuring.walk(walker, _ends(index.graph.nodes.totals, len(measured)), forward=False)
    hub = measuring.walk(walker, hubs)
    found = {
        "links": links,
        "nodes": len(index.graph.nodes.totals),
        "build_s": round(index.seconds, 3),
        "build_links_per_s": round(links / index.seconds),
        "build_cpu_s": round(index.busy, 3),
        "bytes_per_link": round(index.size / links, 3),
        "forward_ms": _spread(forward.milliseconds),
        "forward_cpu_ms": _spread(forward.busy),
        "reached": _spread(forward.reached, 0),
        "backward_ms": _spread(backward.milliseconds),
        "backward_reached": _spread(backward.reached, 0),
        "hub_ms": round(float(np.median(hub.milliseconds)), 3),
        "hub_cpu_ms": round(float(np.median(hub.busy)), 3),
        "hub_reached": int(np.median(hub.reached)),
        "ns_per_link": round(1e6 * forward.milliseconds.sum() / forward.links.sum(), 1),
        "cpu_ns_per_link": round(1e6 * forward.busy.sum() / forward.links.sum(), 1),
        "hub_ns_per_link": round(1e6 * hub.milliseconds.sum() / hub.links.sum(), 1),
        "random_access_ns": round(measuring.random_access_ns(len(index.graph.nodes.totals)), 1),
    }
    lots = farms[:WARM_LOTS], measured[:SQL_LOTS]
    return found | _beside(links, country, index, walker, *lots, folder, references)


def _beside(links: int, country: Any, index: measuring.Built, walker: Walker, warm: list[int],
            lots: list[int], folder: Path, references: bool) -> dict[str, Any]:  # fmt: skip
    """The same lots asked of PostgreSQL, igraph and SciPy."""
    from zhian.chain.tracing.commands import references as others

    empty = dict.fromkeys(
        ("postgres_cte_ms", "postgres_reach_ms", "ratio_cte", "igraph_ms", "scipy_ms")
    )
    if not references:
        return empty | {"postgres_why_not": "not asked for"}
    found: dict[str, Any] = empty | {
        "scipy_ms": others.scipy_ms(index.graph, lots[:REFERENCE_LOTS])
    }
    if links > MOST_FOR_OTHERS:
        why = f"loaded up to {MOST_FOR_OTHERS} links only, for time and memory"
        return found | {"postgres_why_not": why, "igraph_why_not": why}
    found["igraph_ms"] = others.igraph_ms(index.graph, lots[:REFERENCE_LOTS])
    same = np.concatenate(
        [_anew(index, country, walker, warm, lots).milliseconds for _round in range(ROUNDS)]
    )
    return found | _sql(country, index, walker, lots, folder, float(np.median(same)))


def _anew(index: measuring.Built, country: Any, walker: Walker, warm: list[int],
          lots: list[int]) -> measuring.Walked:  # fmt: skip
    """Walk lots whose memory a hub has driven out of the caches, in a service that is running."""
    measuring.walk(walker, index.ranks[country.hubs[:1]].tolist())
    measuring.walk(walker, warm)
    return measuring.walk(walker, lots)


def _sql(country: Any, index: measuring.Built, walker: Walker, lots: list[int], folder: Path,
         ours: float) -> dict[str, Any]:  # fmt: skip
    import psycopg

    from zhian.chain.tracing.commands import references as others
    from zhian.kernel import postgres

    address = postgres.start(folder)
    try:
        with psycopg.connect(address, autocommit=True) as database:
            others.load(database, country.links, index.graph.nodes.totals.astype(np.float64))
            others.asked(database, others.SHARES, lots[:2])
            shares, answers = others.asked(database, others.SHARES, lots)
            reach, _sets = others.asked(database, others.REACH, lots)
    finally:
        postgres.stop(folder)
    agrees = all(
        {row[0] for row in answer} == set(walker.forward([lot]).nodes.tolist())
        for lot, answer in zip(lots, answers, strict=True)
    )
    median = float(np.median(shares))
    return {
        "postgres_cte_ms": _spread(shares),
        "postgres_reach_ms": _spread(reach),
        "postgres_agrees": agrees,
        "same_lots_ms": round(ours, 4),
        "ratio_cte": round(median / ours, 1),
        "ratio_reach_only": round(float(np.median(reach)) / ours, 1),
    }


def _ends(totals: NDArray[np.uint32], count: int) -> list[int]:
    """Lots of the last tenth, most of them in shops."""
    chance = np.random.default_rng(42)
    lots: list[int] = chance.integers(len(totals) * 9 // 10, len(totals), count).tolist()
    return lots


def _spread(values: NDArray[np.float64], digits: int = 4) -> dict[str, float]:
    """Median, 95th percentile and the largest."""
    p50, p95 = np.percentile(values, [50, 95])
    found = {"p50": p50, "p95": p95, "max": values.max()}
    return {name: round(float(value), digits) for name, value in found.items()}
