"""Serial numbers of documents: one series a body, kind and year, without gaps, 〔2026〕第 1 号."""

from typing import Any

from django.db import connection
from django.db.models import Max, QuerySet


def next_serial(series: QuerySet[Any], *, lock: str) -> int:
    """The number after the highest of a series that has a `serial` column.

    The series is locked by its name until the transaction ends, so two people who number at the
    same time get two numbers, and a number that was rolled back is given again.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [lock])
    highest: int | None = series.aggregate(highest=Max("serial"))["highest"]
    return (highest or 0) + 1


def printed(word: str, year: int, serial: int) -> str:
    """The number as printed: the word of the body and matter, year in 〔〕, serial."""
    return f"{word}〔{year}〕第 {serial} 号"
