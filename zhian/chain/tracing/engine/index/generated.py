"""An invented country of goods for measuring: farms, dairies, makers, stores, shops, and hubs.

Five stages over two years. Most goods stay in their region; ingredient makers sell one lot to a
whole region, and a few bulk lots (salt, sugar) go into a large part of all that is made. Some
receipts come in several consignments, some goods leave before the last of them, some go back.
"""

from typing import NamedTuple

import numpy as np

from zhian.chain.tracing.engine.index.kernels import kernel, whole
from zhian.chain.tracing.engine.index.nouns import U4, Links, Supply, no_f8

PERIOD = 2 * 365 * 86_400  # seconds of the invented history
BLOCK = 20  # lots of one moment and region: 3 of farms, 2 raw, 2 made, 4 in stores, 9 in shops
BLOCK_LINKS = 50
FIRST = np.array([0, 3, 5, 7, 11, 20], np.int64)  # where each stage begins in a block
BACK = np.array([0, 4, 6, 10, 10], np.int64)  # how many blocks of its region a lot draws on
BULK = 256  # of so many blocks of a region one is an ingredient maker's bulk lot
HUBS = 16  # lots that the whole country draws on, one after the other
RETURN = 2_000  # of so many sales to a shop one comes back


class Country(NamedTuple):
    """The invented links and nodes, numbered without any order, and who is worth tracing."""

    links: Links
    supply: Supply
    farms: U4
    hubs: U4


@kernel
def _next(seed: U4) -> int:
    """Numbers that look like chance (xorshift)."""
    x = whole(seed[0])
    x ^= (x << 13) & 0xFFFFFFFF
    x ^= x >> 17
    x ^= (x << 5) & 0xFFFFFFFF
    seed[0] = x
    return x


@kernel
def _scrambled(number: int, size: int) -> int:
    """A number without the order of time: records come in as they are sent."""
    return (number * 2_654_435_761 + 12_345) % size


@kernel
def _stage(slot: int) -> int:
    """The stage of a place in a block: 0 farm to 4 shop."""
    stage = 0
    while slot >= FIRST[stage + 1]:
        stage += 1
    return stage


@kernel
def _child(step: int) -> int:
    """Which lot of its block the link goes into: raw 6 each, made 6, stores 2, shops 2."""
    if step < 12:
        return 3 + step // 6
    if step < 24:
        return 5 + (step - 12) // 6
    return 7 + (step - 24) // 2


@kernel
def _earlier(seed: U4, block: int, regions: int, stage: int, everywhere: int) -> int:
    """A lot of a stage in an earlier block, of the same region but for one in `everywhere`."""
    back = regions * (1 + _next(seed) % whole(BACK[stage + 1]))
    if everywhere > 0 and _next(seed) % everywhere == 0:
        back += _next(seed) % regions
    slot = whole(FIRST[stage]) + _next(seed) % whole(FIRST[stage + 1] - FIRST[stage])
    return max(0, block - back) * BLOCK + slot


@kernel
def _bulk(block: int, regions: int) -> int:
    """The region's bulk lot of that time."""
    turn = block // regions
    return (block - (turn % BULK) * regions) * BLOCK + 3


@kernel
def _hub(block: int, blocks: int) -> int:
    """The country's hub lot of that time."""
    return (block * HUBS // blocks) * blocks // HUBS * BLOCK + 4


@kernel
def _ends(seed: U4, block: int, blocks: int, regions: int, step: int) -> tuple[int, int]:
    """The two lots of one link."""
    child = block * BLOCK + _child(step)
    stage = _stage(_child(step))
    if stage == 1 and _next(seed) % 32 == 0:
        later = _bulk(block, regions) + BULK * regions * BLOCK
        if later < blocks * BLOCK:
            child = later
    parent = _earlier(seed, block, regions, stage - 1, (0, 0, 20, 5, 20)[stage])
    if stage == 2 and step % 6 == 0:
        parent = _bulk(block, regions)
    if stage == 2 and step % 6 == 1 and _next(seed) % 2 == 0:
        parent = _hub(block, blocks)
    return parent, child


@kernel
def _fill(links: Links, blocks: int, regions: int) -> None:
    """Invent every link, block by block."""
    seed = np.array([2_014_1121], np.uint32)
    count, nodes = len(links.sources), blocks * BLOCK
    for row in range(count):
        block = row * blocks // count
        step = (row - block * count // blocks) % BLOCK_LINKS
        parent, child = _ends(seed, block, blocks, regions, step)
        began, made = _moment(parent, blocks), _moment(child, blocks)
        late = _next(seed) % 172_800 if _next(seed) % 10 == 0 else 0
        arrived = made + late
        departed = began + (arrived - began) * (_next(seed) % 900) // 1000
        if step >= 32 and _next(seed) % RETURN == 0:
            parent, child = child, parent
            departed, arrived = arrived + 86_400, arrived + 172_800
        links.sources[row] = _scrambled(parent, nodes)
        links.targets[row] = _scrambled(child, nodes)
        links.grams[row] = 1_000 + _next(seed) % 2_000_000
        links.departed[row] = departed
        links.arrived[row] = arrived


@kernel
def _moment(lot: int, blocks: int) -> int:
    """When a lot came to be, in seconds of the history."""
    return (lot // BLOCK) * (PERIOD // 1024) // blocks * 1024 + lot % BLOCK


@kernel
def _begin(born: U4, outside: U4) -> None:
    """Moments of all lots, and the kilograms the farms produce."""
    nodes = len(born)
    for lot in range(nodes):
        place = _scrambled(lot, nodes)
        born[place] = _moment(lot, nodes // BLOCK)
        outside[place] = 100_000 + (lot % 977) * 3_000 if lot % BLOCK < 3 else 0


def invented(links: int) -> Country:
    """A country with so many links (2.5 to a lot); the same every time."""
    blocks = max(64, links // BLOCK_LINKS)
    regions = max(1, blocks // 2_000)
    room = [np.empty(links, np.uint32) for _column in range(5)]
    made = Links(room[0], room[1], room[2], room[3], room[4], no_f8())
    _fill(made, blocks, regions)
    born, outside = np.empty(blocks * BLOCK, np.uint32), np.empty(blocks * BLOCK, np.uint32)
    _begin(born, outside)
    chance = np.random.default_rng(2014)
    nodes = blocks * BLOCK
    picked = chance.integers(blocks // 20, blocks * 19 // 20, 400) * BLOCK
    farms = [_scrambled(int(lot), nodes) for lot in picked]
    hubs = [_scrambled(turn * blocks // HUBS * BLOCK + 4, nodes) for turn in range(1, HUBS - 1)]
    return Country(
        made, Supply(born, outside, no_f8()), np.array(farms, np.uint32), np.array(hubs, np.uint32)
    )
