"""How a name is found: as written, by pinyin, by pinyin initials."""

from collections.abc import Iterable

from zhian.kernel.pinyin import initials, spoken


def search_text(names: Iterable[str], codes: Iterable[str | None] = ()) -> str:
    """One lower-case line holding every way somebody may look for the operator."""
    words: dict[str, None] = {}
    for name in names:
        if name.strip():
            words.update(dict.fromkeys((name.casefold(), initials(name), spoken(name))))
    words.update(dict.fromkeys(code.casefold() for code in codes if code))
    return " ".join(words)
