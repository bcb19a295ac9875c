"""The Merkle tree agrees with the RFC's recursive definitions and refuses forged proofs."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from zhian.foundation.ledger.engine import merkle, slowly

leaves = st.lists(st.binary(max_size=4), max_size=40)
one_of_leaves = st.lists(st.binary(max_size=4), min_size=1, max_size=40).flatmap(
    lambda data: st.tuples(st.just(data), st.integers(0, len(data) - 1))
)
older_and_newer = leaves.flatmap(lambda data: st.tuples(st.just(data), st.integers(0, len(data))))
FIVE = [b"a", b"b", b"c", b"d", b"e"]
EVIL = b"\xff" * 32


@given(leaves)
def test_both_ways_to_the_root_are_the_definition(data: list[bytes]) -> None:
    assert merkle.root(data) == merkle.Tree(data).root == slowly.root(data)


def test_the_roots_of_rfc_6962_test_vectors() -> None:
    data = [bytes.fromhex(h) for h in ("", "00", "10", "2021", "3031", "40414243")]
    assert merkle.root([]).hex().startswith("e3b0c44298fc1c149afbf4c8996fb924")
    assert merkle.root(data[:1]).hex().startswith("6e340b9cffb37a989ca544e6bb780a2c")
    assert merkle.root(data[:2]).hex().startswith("fac54203e7cc696cf0dfcb42c92a1d9d")
    assert merkle.root(data[:3]).hex().startswith("aeb6bcfe274b70a14fb067a5e5578264")


@given(one_of_leaves)
@example((FIVE, 4))  # it has no neighbour on two levels
@example((FIVE, 2))
def test_every_leaf_is_proved_and_no_other(one: tuple[list[bytes], int]) -> None:
    data, index = one
    tree = merkle.Tree(data)
    path = tree.inclusion(index)
    assert path == slowly.inclusion(index, data)
    fact = {"root": tree.root, "size": len(data), "index": index, "path": path}
    assert merkle.includes(data=data[index], **fact)
    assert not merkle.includes(data=data[index] + b"!", **fact)
    assert not merkle.includes(data=data[index], **{**fact, "path": [*path, EVIL]})
    assert not merkle.includes(data=data[index], **{**fact, "index": len(data)})
    assert not merkle.includes(data=data[index], **{**fact, "root": EVIL})
    if path:
        assert not merkle.includes(data=data[index], **{**fact, "path": path[:-1]})


@given(older_and_newer)
@example((FIVE, 0))
@example((FIVE, 3))
@example((FIVE, 5))
def test_a_grown_tree_proves_its_older_self(grown: tuple[list[bytes], int]) -> None:
    data, old_size = grown
    tree = merkle.Tree(data)
    path = tree.consistency(old_size)
    assert path == slowly.consistency(old_size, data)
    old_root = slowly.root(data[:old_size])
    fact = {"old_root": old_root, "old_size": old_size, "root": tree.root, "size": len(data)}
    assert merkle.extends(path=path, **fact)
    assert not merkle.extends(path=[*path, EVIL], **fact)
    assert not merkle.extends(path=path, **{**fact, "old_size": len(data) + 1})
    assert not merkle.extends(path=path, **{**fact, "old_root": EVIL})
    if path:
        assert not merkle.extends(path=path[:-1], **fact)
        assert not merkle.extends(path=path, **{**fact, "root": EVIL})


def test_proofs_outside_the_tree_are_refused() -> None:
    tree = merkle.Tree([b"a", b"b"])
    with pytest.raises(IndexError, match="leaf 2 of 2"):
        tree.inclusion(2)
    with pytest.raises(ValueError, match="0 to 2 leaves, not 3"):
        tree.consistency(3)


@pytest.mark.parametrize(("old_size", "size"), [(1, 2), (2, 4), (3, 7), (5, 6), (5, 8), (9, 10)])
def test_a_proof_too_long_or_too_short_proves_nothing(old_size: int, size: int) -> None:
    data = [bytes([number]) for number in range(size)]
    tree = merkle.Tree(data)
    fact = {"old_root": slowly.root(data[:old_size]), "old_size": old_size}
    fact |= {"root": tree.root, "size": size}
    path = tree.consistency(old_size)
    assert merkle.extends(path=path, **fact)
    for wrong in ([*path, EVIL], [*path, EVIL, EVIL], path[:-1], []):
        assert not merkle.extends(path=wrong, **fact)
