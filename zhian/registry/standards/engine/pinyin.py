"""A Chinese name as people type it on a keyboard: whole pinyin and its first letters."""

from functools import lru_cache

from zhian.kernel.pinyin import initials, spoken

LONGEST = 400


@lru_cache(maxsize=8192)
def typed(name: str) -> str:
    """`三聚氰胺` → `sanjuqingan sjqa`; what is not Chinese stays as it is, small."""
    return f"{spoken(name)} {initials(name)}"[:LONGEST]
