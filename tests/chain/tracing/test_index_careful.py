"""The careful walk: a holding that is reached again, earlier, opens only what was still closed."""

from types import SimpleNamespace

import numpy as np

from zhian.chain.tracing.engine.index import careful


def test_a_node_marked_again_opens_the_links_in_between_only() -> None:
    half = SimpleNamespace(
        offsets=np.array([0, 3], np.uint32), pairs=np.array([5, 0, 6, 0, 7, 0], np.uint32)
    )
    todo: list[tuple[int, float]] = []
    careful._look_at.py_func(half, 0, careful.OPEN, careful.OPEN - 2, todo)  # type: ignore[attr-defined]
    assert [target for target, _entry in todo] == [5, 6]
