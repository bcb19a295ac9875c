"""Names and texts are kept in two languages; a reader gets the one of the page."""

from collections.abc import Iterable

from django.utils.translation import get_language


def in_reader_language(zh: str, en: str) -> str:
    """The English text for readers of English, else the Chinese; the other where one is empty."""
    english = (get_language() or "zh").startswith("en")
    return (en or zh) if english else (zh or en)


def enumerated(names: Iterable[object]) -> str:
    """Several names after one another: 甲、乙 for readers of Chinese, a, b for those of English."""
    return in_reader_language("、", ", ").join(str(name) for name in names)
