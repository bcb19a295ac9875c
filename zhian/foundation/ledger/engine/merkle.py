"""Merkle tree hashes and proofs after RFC 6962 section 2.1; verification after RFC 9162 2.1.3–4.

Leaves are byte strings; every hash is a SHA-256 digest of 32 bytes.
"""

import hashlib
from collections.abc import Iterable, Sequence

EMPTY = hashlib.sha256(b"").digest()


def leaf_hash(data: bytes) -> bytes:
    """Hash of one leaf; the prefix keeps a leaf from passing for a node."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash of an inner node."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def root(leaves: Iterable[bytes]) -> bytes:
    """The tree hash in one pass with O(log n) memory."""
    stack: list[tuple[int, bytes]] = []
    for data in leaves:
        height, found = 0, leaf_hash(data)
        while stack and stack[-1][0] == height:
            found = node_hash(stack.pop()[1], found)
            height += 1
        stack.append((height, found))
    if not stack:
        return EMPTY
    found = stack.pop()[1]
    while stack:
        found = node_hash(stack.pop()[1], found)
    return found


class Tree:
    """All levels of one tree; an odd last node is carried up as it is."""

    def __init__(self, leaves: Iterable[bytes]) -> None:
        level = [leaf_hash(data) for data in leaves]
        self.size = len(level)
        self._levels = [level]
        while len(level) > 1:
            above = [node_hash(level[i], level[i + 1]) for i in range(0, len(level) - 1, 2)]
            if len(level) % 2:
                above.append(level[-1])
            self._levels.append(above)
            level = above

    @property
    def root(self) -> bytes:
        """The tree hash."""
        return self._levels[-1][0] if self.size else EMPTY

    def inclusion(self, index: int) -> list[bytes]:
        """The audit path of leaf `index` (0 = first); IndexError outside the tree."""
        if not 0 <= index < self.size:
            raise IndexError(f"leaf {index} of {self.size}")
        path = []
        for level in self._levels[:-1]:
            if (index ^ 1) < len(level):
                path.append(level[index ^ 1])
            index >>= 1
        return path

    def consistency(self, old_size: int) -> list[bytes]:
        """Proof that the first `old_size` leaves are the old tree; ValueError outside 0…size."""
        if not 0 <= old_size <= self.size:
            raise ValueError(f"an older tree has 0 to {self.size} leaves, not {old_size}")
        if old_size in (0, self.size):
            return []
        path: list[bytes] = []
        low, high, whole = 0, self.size, True
        while low + old_size != high:
            split = 1 << (high - low - 1).bit_length() - 1
            if old_size <= split:
                path.append(self._node(low + split, high))
                high = low + split
            else:
                path.append(self._node(low, low + split))
                low, old_size, whole = low + split, old_size - split, False
        return path[::-1] if whole else [self._node(low, high), *path[::-1]]

    def _node(self, low: int, high: int) -> bytes:
        level = (high - low - 1).bit_length()
        return self._levels[level][low >> level]


def includes(*, root: bytes, size: int, index: int, data: bytes, path: Sequence[bytes]) -> bool:
    """Whether the path proves that leaf `index` of the tree with this root is `data`."""
    if not 0 <= index < size:
        return False
    last, found = size - 1, leaf_hash(data)
    for sibling in path:
        if last == 0:
            return False
        if index % 2 or index == last:
            found = node_hash(sibling, found)
            while index and not index % 2:
                index, last = index >> 1, last >> 1
        else:
            found = node_hash(found, sibling)
        index, last = index >> 1, last >> 1
    return last == 0 and found == root


def extends(
    *, old_root: bytes, old_size: int, root: bytes, size: int, path: Sequence[bytes]
) -> bool:
    """Whether the path proves that the newer tree keeps every leaf of the older one in place."""
    if not 0 <= old_size <= size:
        return False
    if old_size == 0:
        return not path and old_root == EMPTY
    if old_size == size:
        return not path and old_root == root
    nodes = list(path)
    if old_size & (old_size - 1) == 0:
        nodes.insert(0, old_root)
    return bool(nodes) and _climb(nodes, old_size - 1, size - 1) == (old_root, root)


def _climb(nodes: Sequence[bytes], index: int, last: int) -> tuple[bytes, bytes] | None:
    """Old and new root as the proof's nodes give them; None when it has too many or too few."""
    while index % 2:
        index, last = index >> 1, last >> 1
    old = new = nodes[0]
    for node in nodes[1:]:
        if last == 0:
            return None
        if index % 2 or index == last:
            old, new = node_hash(node, old), node_hash(node, new)
            while index and not index % 2:
                index, last = index >> 1, last >> 1
        else:
            new = node_hash(new, node)
        index, last = index >> 1, last >> 1
    return (old, new) if last == 0 else None
