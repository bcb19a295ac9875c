"""Every kind of entry any room writes has words; the missing ones are listed."""

import re
from pathlib import Path

from zhian.foundation.ledger.vocabulary import described, descriptions, subject_name

PACKAGE = Path(__file__).resolve().parents[3] / "zhian"
KIND = re.compile(r"@(?:use_cases\.)?use_case\(\s*\"([^\"]+)\"")


def kinds_in_the_code() -> dict[str, str]:
    return {
        kind: str(path.relative_to(PACKAGE))
        for path in sorted(PACKAGE.rglob("*.py"))
        for kind in KIND.findall(path.read_text("utf-8"))
    }


def test_every_kind_of_entry_has_words() -> None:
    missing = [
        f"{kind} ({path})" for kind, path in kinds_in_the_code().items() if not described(kind)
    ]
    assert not missing, "call ledger.vocabulary.describe in the room's apps.py:\n" + "\n".join(
        missing
    )


def test_no_words_are_left_over() -> None:
    known = set(kinds_in_the_code())
    left = [kind for kind in descriptions() if kind not in known and not kind.startswith("tests.")]
    assert not left, left


def test_subjects_are_named() -> None:
    for subject in ("regions.region", "offices.user", "duties.duty", "notices.notice"):
        assert str(subject_name(subject)) != subject
