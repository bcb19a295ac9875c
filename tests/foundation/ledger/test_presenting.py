"""What an entry recorded, as people read it."""

from typing import Any

import pytest

from zhian.foundation.ledger.web.presenting import as_words, presented


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("2026-12-11T15:59:59Z", "2026-12-11 23:59"),
        ("2026-12-11T15:59:59", "2026-12-11T15:59:59"),
        ("2026-12-11 is no moment T", "2026-12-11 is no moment T"),
        ("2026-12-11Tnot a moment", "2026-12-11Tnot a moment"),
        (True, "Yes"),
        (False, "No"),
        (None, "–"),
        ([], "–"),
        (0, "0"),
        (["a", 1], "a, 1"),
        (list(range(20)), "0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 … (20 in all)"),
        ({"reason": "late", "lot_key": "x"}, "Reason: late; Lot key: x"),
    ],
)
def test_values_are_read_as_words(value: Any, words: str) -> None:
    assert as_words(value) == words


def test_names_without_words_are_made_readable() -> None:
    assert presented({"due_at": "", "recall_class": 1}) == [("Due", "–"), ("Recall class", "1")]
