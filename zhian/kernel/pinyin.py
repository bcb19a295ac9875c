"""Chinese as it is said, in Latin letters.

The dictionary takes a quarter of a second to read: a process that never asks does not wait for it.
"""


def syllables(text: str) -> list[str]:
    """One word for each sign, without tones: 吕布 → lü, bu; what is not Chinese as it is."""
    from pypinyin import Style, lazy_pinyin

    return list(lazy_pinyin(text, style=Style.NORMAL, v_to_u=True))


def spoken(text: str) -> str:
    """In one small word, as it is typed: 益昌乳业 → yichangruye, 绿 → lv."""
    from pypinyin import lazy_pinyin

    return "".join(lazy_pinyin(text)).casefold()


def initials(text: str) -> str:
    """The first letters: 益昌乳业 → ycry; what is not Chinese stays as it is."""
    from pypinyin import Style, lazy_pinyin

    return "".join(lazy_pinyin(text, style=Style.FIRST_LETTER)).casefold()
