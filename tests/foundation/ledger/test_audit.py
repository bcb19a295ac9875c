"""Whatever is done to an exported file is found and named."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from tests.foundation.ledger.test_chain import chain_of
from zhian.foundation.ledger.engine import merkle, slowly
from zhian.foundation.ledger.engine.audit import FORMAT, Audit, audit, digest
from zhian.foundation.ledger.engine.chain import canonical, chained
from zhian.foundation.ledger.keys import public_key, signed

KEY = Ed25519PrivateKey.from_private_bytes(b"\x01" * 32)
OTHER = Ed25519PrivateKey.from_private_bytes(b"\x02" * 32)
Entries = list[dict[str, Any]]


def root_of(entries: Entries) -> str:
    return merkle.root(bytes.fromhex(entry["hash"]) for entry in entries).hex()


def file_of(entries: Entries, *, sizes: tuple[int, ...] = (2, 5), key: Any = KEY) -> list[str]:
    header = {"type": "header", "format": FORMAT, "at": "2026-11-21T02:00:00.000000+00:00"}
    points = [
        signed(
            {
                "type": "checkpoint",
                "seq": seq,
                "size": size,
                "root": root_of(entries[:size]),
                "at": "2026-11-21T02:00:00.000000+00:00",
            },
            key,
        )
        for seq, size in enumerate(sizes, start=1)
    ]
    trailer = signed(
        {
            "type": "trailer",
            "entries": len(entries),
            "head": entries[-1]["hash"],
            "root": root_of(entries),
            "checkpoints": len(points),
            "header": digest(header),
        },
        key,
    )
    lines = [header, *({"type": "entry", **entry} for entry in entries), *points, trailer]
    return [canonical(line).decode() for line in lines]


@pytest.fixture
def lines() -> list[str]:
    return file_of(chain_of(6))


def check(lines: list[str]) -> Audit:
    return audit(lines, public_keys=[public_key(KEY)])


def faults(lines: list[str]) -> list[str]:
    return [str(fault) for fault in check(lines).faults]


def changed(line: str, **values: Any) -> str:
    return canonical({**json.loads(line), **values}).decode()


def test_an_untouched_file_is_intact(lines: list[str]) -> None:
    found = check(lines)
    assert found.intact
    assert (found.entries, found.checkpoints) == (6, 2)
    assert audit(lines).keys == {public_key(KEY)}


def test_a_changed_entry_is_named(lines: list[str]) -> None:
    lines[3] = changed(lines[3], actor_name="李四")
    assert faults(lines) == ["line 4: changed: entry 3 does not match its hash"]


def test_a_changed_spelling_is_named(lines: list[str]) -> None:
    lines[3] = lines[3].replace(":", ": ", 1)
    assert faults(lines) == ["line 4: changed: entry 3 is not spelled as it was written"]


def test_a_changed_and_rehashed_entry_is_named_by_the_next(lines: list[str]) -> None:
    entry = json.loads(lines[3])
    forged = chained([{**entry, "actor_name": "李四"}], size=2, head=entry["prev_hash"])[0]
    lines[3] = canonical(forged).decode()
    assert faults(lines) == [
        "line 5: changed: entry 4 was chained to another entry 3 than the one here"
    ]


def test_a_wholly_rewritten_tail_is_named_by_the_checkpoint(lines: list[str]) -> None:
    entries = chain_of(6)
    forged = chained(
        [{**entry, "actor_name": "李四"} for entry in entries[3:]],
        size=3,
        head=entries[2]["hash"],
    )
    lines[4:7] = [canonical({"type": "entry", **entry}).decode() for entry in forged]
    assert faults(lines) == [
        "line 9: rewritten: entries 3 to 5 are not those checkpoint 2 was signed over",
        "line 10: rewritten: the entries are not those the file was signed over",
    ]


def test_a_file_signed_anew_with_another_key_is_refused() -> None:
    found = faults(file_of(chain_of(6), key=OTHER))
    assert found == [
        "line 8: unsigned: checkpoint 1 is signed by an unknown key",
        "line 9: unsigned: checkpoint 2 is signed by an unknown key",
        "line 10: unsigned: trailer is signed by an unknown key",
    ]


@pytest.mark.parametrize(
    ("edit", "expected"),
    [
        (lambda f: f.pop(2), ["dropped: entry 2 is missing"]),
        (lambda f: f.__delitem__(slice(2, 4)), ["dropped: entry 2 to 3 are missing"]),
        (lambda f: f.pop(1), ["dropped: entry 1 is missing"]),
        (lambda f: f.pop(6), ["dropped: entry 6 to 6 are missing"]),
        (
            lambda f: f.insert(3, f.pop(4)),
            ["line 5: reordered: entry 3 stands after entry 4"],
        ),
        (lambda f: f.insert(5, f[2]), ["line 6: inserted: entry 2 stands twice"]),
        (lambda f: f.insert(3, "hello"), ["line 4: unreadable: not a line of an export"]),
        (lambda f: f.insert(3, "[1]"), ["line 4: unreadable: not a line of an export"]),
        (
            lambda f: f.insert(3, '{"type":"entry"}'),
            ["line 4: unreadable: not a line of an export"],
        ),
        (
            lambda f: f.insert(3, changed(f[2], seq="2")),
            ["line 4: unreadable: not a line of an export"],
        ),
        (lambda f: f.pop(7), ["dropped: checkpoint 1 is missing"]),
        (lambda f: f.pop(8), ["dropped: checkpoint 2 to 2 are missing"]),
        (
            lambda f: f.insert(7, f.pop(8)),
            ["line 9: reordered: checkpoint 1 stands after checkpoint 2"],
        ),
        (
            lambda f: f.insert(6, f.pop(7)),
            ["line 8: reordered: entry 6 stands after its section of the file"],
        ),
        (lambda f: f.insert(8, f[7]), ["line 9: inserted: checkpoint 1 stands twice"]),
        (
            lambda f: f.__setitem__(7, changed(f[7], size=3)),
            ["line 8: changed: checkpoint 1 does not match its signature"],
        ),
        (
            lambda f: f.__setitem__(7, changed(f[7], public_key="zz")),
            ["line 8: changed: checkpoint 1 does not match its signature"],
        ),
        (lambda f: f.pop(), ["dropped: the end of the file is missing"]),
        (
            lambda f: f.__setitem__(9, changed(f[9], entries=5)),
            ["line 10: changed: trailer does not match its signature"],
        ),
        (
            lambda f: f.__setitem__(0, changed(f[0], at="2025")),
            ["line 1: changed: the header is not the one signed"],
        ),
        (lambda f: f.pop(0), ["line 1: changed: the header is not the first line"]),
        (
            lambda f: f.append(f[0]),
            [
                "line 1: changed: the header is not the first line",
                "line 11: inserted: a line after the end",
            ],
        ),
    ],
)
def test_each_tampering_is_found_and_named(
    lines: list[str], edit: Callable[[list[str]], Any], expected: list[str]
) -> None:
    edit(lines)
    assert faults(lines) == expected


def test_an_entry_added_at_the_end_is_named(lines: list[str]) -> None:
    last = json.loads(lines[6])
    added = chained([last], size=6, head=last["hash"])[0]
    lines.insert(7, canonical(added).decode())
    assert faults(lines) == ["line 8: inserted: entry 7 came after the 6 that were signed"]


def test_an_entry_numbered_below_one_is_named(lines: list[str]) -> None:
    added = chained([json.loads(lines[1])], size=-1)[0]
    lines.insert(1, canonical(added).decode())
    assert faults(lines) == ["line 2: inserted: entry 0: numbers begin with 1"]


@given(st.data())
def test_no_change_of_one_line_goes_unseen(draw: st.DataObject) -> None:
    lines = file_of(chain_of(6))
    place = draw.draw(st.integers(0, len(lines) - 1))
    way = draw.draw(st.sampled_from(["drop", "double", "swap", "letter"]))
    tampered = list(lines)
    if way == "drop":
        del tampered[place]
    elif way == "double":
        tampered.insert(draw.draw(st.integers(0, len(lines))), lines[place])
    elif way == "swap":
        other = (place + 1) % len(lines)
        tampered[place], tampered[other] = tampered[other], tampered[place]
    else:
        at = draw.draw(st.integers(0, len(lines[place]) - 1))
        letter = draw.draw(st.sampled_from('0a9z"{，'))
        tampered[place] = lines[place][:at] + letter + lines[place][at + 1 :]
    assert check(tampered).intact == (tampered == lines)


@given(st.lists(st.integers(0, 5), max_size=6))
def test_the_audit_agrees_with_the_slow_chain(order: list[int]) -> None:
    entries = chain_of(6)
    picked = [entries[place] for place in order]
    lines = file_of(entries)
    lines[1:7] = [canonical({"type": "entry", **entry}).decode() for entry in picked]
    whole = slowly.chain_holds(picked) and len(picked) == 6
    assert check(lines).intact == whole
