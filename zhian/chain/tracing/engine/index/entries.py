"""From where on a link that stands in a segment may be used at its target."""

import numpy as np

from zhian.chain.tracing.engine.index.kernels import kernel, whole
from zhian.chain.tracing.engine.index.nouns import BARRED, I8, TARGET, U4
from zhian.chain.tracing.engine.index.rows import find


@kernel
def entries(offsets: U4, pairs: U4, skip_links: U4, skips: U4, sources: I8, targets: I8) -> U4:
    """How many links each link's target bars for it; 0 when it does not stand there.

    Of several links between the same two nodes the last one counts.
    """
    found = np.zeros(len(sources), np.uint32)
    for row in range(len(sources)):
        source = sources[row]
        if source + 1 >= len(offsets):
            continue
        for link in range(whole(offsets[source]), whole(offsets[source + 1])):
            word = whole(pairs[2 * link])
            if word >= BARRED and word & TARGET == targets[row]:
                found[row] = skips[find(skip_links, link)]
    return found
