"""A Chinese name as people type it on a keyboard: whole pinyin and its first letters."""

from functools import lru_cache

from pypinyin import Style, lazy_pinyin

LONGEST = 400


@lru_cache(maxsize=8192)
def typed(name: str) -> str:
    """`三聚氰胺` → `sanjuqingan sjqa`; what is not Chinese stays as it is, small."""
    whole = "".join(lazy_pinyin(name)).casefold()
    first = "".join(lazy_pinyin(name, style=Style.FIRST_LETTER)).casefold()
    return f"{whole} {first}"[:LONGEST]
