"""A set of node numbers that gives its smallest in constant time: bits, and bits over bits."""

import numpy as np

from zhian.chain.tracing.engine.index.kernels import kernel, whole
from zhian.chain.tracing.engine.index.nouns import I8, U4

_LOW_BIT = np.array(
    [0, 1, 28, 2, 29, 14, 24, 3, 30, 22, 20, 15, 25, 17, 4, 8, 31, 27, 13, 23, 21, 19, 16, 7, 26,
     12, 18, 6, 11, 5, 10, 9],
    dtype=np.int64,
)  # fmt: skip


def levels_for(nodes: int) -> tuple[U4, I8]:
    """The empty set over so many numbers, and where each level of it begins."""
    starts = [0]
    words = max(1, (nodes + 31) >> 5)
    size = words
    while words > 1:
        starts.append(size)
        words = (words + 31) >> 5
        size += words
    return np.zeros(size, np.uint32), np.array(starts, np.int64)


@kernel
def low_bit(word: int) -> int:
    """The number of the lowest bit that is set, of 32 (De Bruijn's sequence)."""
    alone = word & -word
    return whole(_LOW_BIT[((alone * 0x077CB531) & 0xFFFFFFFF) >> 27])


@kernel
def add(bits: U4, starts: I8, number: int) -> None:
    """Put a number in; the levels above know already when its word was not empty."""
    for level in range(len(starts)):
        word = starts[level] + (number >> 5)
        before = whole(bits[word])
        bits[word] = before | (1 << (number & 31))
        if before != 0:
            return
        number >>= 5


@kernel
def take_lowest(bits: U4, starts: I8, last: int) -> int:
    """Take the smallest number out, -1 when there is none; none is below `last`, taken before."""
    word = whole(bits[last >> 5])
    if word != 0:
        number = ((last >> 5) << 5) | low_bit(word)
    else:
        number = 0
        for level in range(len(starts) - 1, -1, -1):
            word = whole(bits[starts[level] + number])
            if word == 0:
                return -1
            number = (number << 5) | low_bit(word)
    rest = number
    for level in range(len(starts)):
        at = starts[level] + (rest >> 5)
        left = whole(bits[at]) & ~(1 << (rest & 31))
        bits[at] = left
        if left != 0:
            break
        rest >>= 5
    return number
