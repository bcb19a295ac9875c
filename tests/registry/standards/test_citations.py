"""Laws and articles found in the citations of rule packs."""

import pytest

from zhian.registry.standards.engine.citations import Reference, articles_in, references, whole

NAMES = {
    "食品安全法": "fsl",
    "食品安全法实施条例": "fsl_rules",
    "行政处罚法": "penalty",
    "Order 12": "recall",
}


@pytest.mark.parametrize(
    ("text", "value"),
    [("7", 7), ("十", 10), ("十五", 15), ("二十", 20), ("一百零五", 105), ("一百二十四", 124)],
)
def test_numbers_in_words_and_digits(text: str, value: int) -> None:
    assert whole(text) == value


@pytest.mark.parametrize(
    ("text", "articles"),
    [
        ("第14、20、21条", (14, 20, 21)),
        ("第四十二条、第八十二条", (42, 82)),
        ("(2021 text) Art. 122–124 (rules 3.2)", (122, 123, 124)),
        ("第二十至", ()),
        ("Art. 13, 15, 13", (13, 15)),
    ],
)
def test_articles_are_read_in_both_languages(text: str, articles: tuple[int, ...]) -> None:
    assert articles_in(text) == articles


def test_the_longest_name_wins_and_keeps_its_own_articles() -> None:
    text = "《食品安全法实施条例》第9条；《行政处罚法》第六十条；食品安全法第3条，"
    text += "又《行政处罚法》第1条"
    assert references(text, NAMES) == (
        Reference("fsl_rules", (9,)),
        Reference("penalty", (60, 1)),
        Reference("fsl", (3,)),
    )
    assert references("平台默认", NAMES) == ()
