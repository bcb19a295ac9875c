"""What is supposed, as chips with their way back, and what can be supposed where."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.http import HttpRequest
from django.utils.functional import Promise

from zhian.chain.tracing.web.asking import ONLY_OF_A_MODEL, SUPPOSED, Supposed, without
from zhian.chain.tracing.web.presenting import lot_text

_OF_A_MODEL = ("case", "negative", "kill", "mix", "follow")


def chips_of(
    request: HttpRequest, supposed: Iterable[Supposed], names: Mapping[str, str]
) -> list[dict[str, Any]]:
    """One chip for each supposition."""
    return [
        {
            "word": one.word,
            "about": " · ".join(
                part for part in (names.get(one.site, one.site), lot_text(one.lot)) if part
            ),
            "at": one.at,
            "number": one.number if one.kind == "case" else None,
            "without": without(request.GET, one),
        }
        for one in supposed
    ]


def kinds_for_lot() -> list[tuple[str, Promise]]:
    """Everything that can be supposed of a lot's trace."""
    return [(kind, word) for kind, word in SUPPOSED.items() if kind not in ONLY_OF_A_MODEL]


def kinds_for_model() -> list[tuple[str, Promise]]:
    """What a neutral model knows: cases, negatives, kill steps, mixing."""
    return [(kind, SUPPOSED[kind]) for kind in _OF_A_MODEL]
