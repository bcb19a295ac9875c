"""Every shipped pack loads, is cited, and gives the answers its own examples state."""

from typing import Any

import pytest

import config.urls
from zhian.kernel import rules

# the addresses import every room, and with the rooms every kind of pack is declared
assert config.urls.urlpatterns


def shipped() -> list[tuple[rules.Kind[Any], rules.Pack[Any]]]:
    return [(kind, pack) for kind in rules.kinds() for pack in rules.packs(kind)]


def test_every_file_belongs_to_a_declared_kind() -> None:
    assert {pack.file for pack in rules.load_all(strict=True)} == set(
        rules.RULES_FOLDER.glob("*/*.yaml")
    )


def test_every_pack_has_examples_and_its_kind_a_check() -> None:
    bare = [pack.id for kind, pack in shipped() if not pack.examples or kind.check is None]
    assert bare == []


@pytest.mark.parametrize(
    ("kind", "pack", "number"),
    [
        pytest.param(kind, pack, number, id=f"{pack.jurisdiction}-{pack.id}-{number}")
        for kind, pack in shipped()
        for number in range(len(pack.examples))
    ],
)
def test_every_example_holds(kind: rules.Kind[Any], pack: rules.Pack[Any], number: int) -> None:
    assert rules.holds(kind, pack, pack.examples[number])
