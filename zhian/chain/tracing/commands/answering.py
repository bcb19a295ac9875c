"""How every command answers: files in, files out, problems as JSON lines on stderr."""

import json
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

import click

from zhian.chain.tracing.engine.problems import ModelError, Problem

MODEL = click.argument("model", type=click.Path(exists=True, dir_okay=False, path_type=Path))
OUT = click.option(
    "--out", required=True, type=click.Path(dir_okay=False, writable=True, path_type=Path)
)


class Told(Protocol):
    """Whatever can be one JSON line."""

    def as_json(self) -> dict[str, Any]:
        """The line."""
        ...


def tell(lines: Iterable[Told]) -> None:
    """One JSON line each, on stderr."""
    for line in lines:
        click.echo(json.dumps(line.as_json(), ensure_ascii=False), err=True)


@contextmanager
def problems_told(source: object) -> Iterator[None]:
    """Errors of the input become JSON lines and exit code 1."""
    try:
        yield
    except ModelError as error:
        tell(error.problems)
        sys.exit(1)
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        tell([Problem("error", "not_json", str(source), str(error))])
        sys.exit(1)


def read_json(path: Path) -> Any:
    """A JSON file, with or without a byte-order mark."""
    return json.loads(path.read_text(encoding="utf-8-sig"))


def answer(model: Path | None, out: Path, work: Callable[[Any], dict[str, Any]]) -> None:
    """Read, work, write."""
    with problems_told(model):
        result = work(read_json(model) if model else None)
    out.write_text(json.dumps(result, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
