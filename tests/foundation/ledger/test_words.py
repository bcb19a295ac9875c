"""What an entry is about is said in words, never in the program's own."""

import pytest
from django.utils import translation

from config.reactions import REACTIONS
from zhian.foundation.ledger import vocabulary
from zhian.kernel.outbox import handler_name

HANDLERS = sorted({handler_name(one) for handlers in REACTIONS.values() for one in handlers})


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_duty_is_named_by_its_deed(language: str) -> None:
    with translation.override(language):
        found = vocabulary.subject_title("duties.deed", "count_stock")
        assert found != "count_stock"
        assert vocabulary.subject_title("duties.deed", "unheard_of") == "unheard_of"
        assert found.isascii() == (language == "en")


@pytest.mark.parametrize("handler", HANDLERS)
def test_every_reaction_has_words(handler: str) -> None:
    with translation.override("zh-hans"):
        title = vocabulary.subject_title("reaction", handler)
        assert not title.isascii(), title


def test_a_subject_without_a_title_is_its_type_and_number() -> None:
    with translation.override("en"):
        assert vocabulary.subject_title("recalls.recall", "7") == "Recall 7"
