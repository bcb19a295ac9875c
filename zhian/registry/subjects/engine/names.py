"""How a name is found: as written, by pinyin, by pinyin initials."""

from collections.abc import Iterable

from pypinyin import Style, lazy_pinyin


def initials(name: str) -> str:
    """First letters of the pinyin: 益昌乳业 → ycry; what is not Chinese stays as it is."""
    return "".join(lazy_pinyin(name, style=Style.FIRST_LETTER)).casefold()


def pinyin(name: str) -> str:
    """The pinyin without tones and spaces: 益昌乳业 → yichangruye."""
    return "".join(lazy_pinyin(name)).casefold()


def search_text(names: Iterable[str], codes: Iterable[str | None] = ()) -> str:
    """One lower-case line holding every way somebody may look for the operator."""
    words: dict[str, None] = {}
    for name in names:
        if name.strip():
            words.update(dict.fromkeys((name.casefold(), initials(name), pinyin(name))))
    words.update(dict.fromkeys(code.casefold() for code in codes if code))
    return " ".join(words)
