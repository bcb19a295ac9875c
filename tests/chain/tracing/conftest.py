"""The compiled walks are compiled by one worker; the others wait and read them from disk."""

import fcntl
import os
import tempfile
from functools import cache
from pathlib import Path

import pytest

from tests.chain.tracing.index_models import graph_of
from zhian.chain.tracing.engine.index import folder
from zhian.chain.tracing.engine.index.deriving import tell
from zhian.chain.tracing.engine.index.twin import PlainLink
from zhian.chain.tracing.engine.index.walking import Walker

LINKS = [PlainLink(0, 1, 1.0, 0, 1), PlainLink(1, 0, None, 1, 2), PlainLink(0, 2, 2.0, 3, 3)]


@pytest.fixture(scope="module", autouse=True)
def compiled(request: pytest.FixtureRequest) -> None:
    """Before any test of the index, that none compiles what another worker is compiling."""
    if request.module.__name__.rpartition(".")[2].startswith("test_index"):
        _compile()


@cache
def _compile() -> None:
    lock = Path(tempfile.gettempdir()) / f"zhian-compiling-{os.getuid()}"
    with lock.open("w") as held, tempfile.TemporaryDirectory() as place:
        fcntl.flock(held, fcntl.LOCK_EX)
        walker = Walker(graph_of(LINKS, {2: 1.0}, 3))
        walker.forward([0])
        walker.backward([2])
        folder.rebuild(Path(place), tell([]), 0)
