"""A lot that very many events name grows by what a capture changed, and is never told wrong."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.casting import Cast
from tests.chain.tracing.captured_stories import MILK, capture, event, make, receive, ship, site
from zhian.chain.tracing import tasks
from zhian.chain.tracing.engine.index import folder
from zhian.chain.tracing.engine.index.deriving import Told
from zhian.chain.tracing.selectors import growing, indexing
from zhian.kernel import outbox
from zhian.registry.subjects.models import Site
from zhian.registry.subjects.vocabulary import OperatorKind

pytestmark = pytest.mark.django_db
SALT = MILK
CANDY = "urn:epc:class:lgtin:6901234.000055.K1"
PALLET = "urn:epc:id:sscc:6901234.0000000015"
PAPER = "urn:epcglobal:cbv:bt:6901234000016:77"


@pytest.fixture(autouse=True)
def crowd(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A data folder of the test's own; more than one event is a crowd."""
    settings.ZHIAN_DATA = tmp_path
    monkeypatch.setattr(growing, "CROWDED", 1)


@pytest.fixture
def sites(cast: Cast) -> dict[str, Site]:
    """A salt works that sold to one shop, indexed; a store, shops, a workshop."""
    kinds = {"works": OperatorKind.FARM, "store": OperatorKind.MIXER, "mill": OperatorKind.WORKSHOP}
    found = {name: site(name, kind) for name, kind in kinds.items()}
    found |= {f"shop{n}": site(f"shop{n}", OperatorKind.SHOP) for n in range(3)}
    works, shop = found["works"], found["shop0"]
    capture(cast.wang, event(0, "commissioning", works, (SALT, 1000)))
    capture(cast.wang, ship(1, works, shop, (SALT, 10)), receive(1.5, works, shop, (SALT, 10)))
    outbox.drain()
    tasks.rebuild_index()
    return found


def pieces() -> Iterator[Told]:
    manifest = folder.read_manifest(indexing.folder())
    assert manifest is not None
    yield from folder.read_told(indexing.folder(), manifest)


def shares() -> dict[tuple[str, str, str], dict[tuple[str, str], float]]:
    answers = {}
    for lot in (SALT, CANDY, PALLET):
        for way in ("forward", "backward"):
            found = indexing.reach([lot], way)
            assert found is not None
            answers[lot, way, ""] = {(one.site, one.lot): one.value for one in found.holdings}
    return answers


def grows(cast: Cast, *events: Any) -> bool:
    """Capture, let the reaction run, compare with an index built anew; whether it only grew."""
    before = len(list(pieces()))
    capture(cast.wang, *events)
    outbox.drain()
    told = list(pieces())[before:]
    grown = shares()
    tasks.rebuild_index()
    anew = shares()
    assert grown.keys() == anew.keys()
    for asked, answer in grown.items():
        assert answer == pytest.approx(anew[asked], rel=1e-12), asked
    return all(SALT in one.grown and SALT not in one.lots for one in told)


def test_a_consignment_tells_only_where_it_went(cast: Cast, sites: dict[str, Site]) -> None:
    works, shop = sites["works"], sites["shop1"]
    assert grows(cast, ship(2, works, shop, (SALT, 7)), receive(2.5, works, shop, (SALT, 7)))
    assert grows(cast, ship(3, works, sites["shop2"], (SALT, 5)))
    assert grows(cast, receive(3.5, works, sites["shop2"], (SALT, 4)))
    assert grows(cast, event(4, "retail_selling", shop, (SALT, 1)))


def test_what_is_made_of_it_is_told_and_not_the_lot(cast: Cast, sites: dict[str, Site]) -> None:
    works, mill = sites["works"], sites["mill"]
    assert grows(
        cast,
        ship(2, works, mill, (SALT, 8)),
        receive(2.5, works, mill, (SALT, 8)),
        make(3, mill, [(SALT, 2)], [(CANDY, 4)]),
    )
    assert grows(cast, make(4, mill, [(SALT, 2), (CANDY, 1)], [(CANDY + "2", 4)]))
    assert grows(cast, make(5, mill, [(CANDY, 1)], [(SALT, 1)]))  # rework


def test_a_store_on_the_way_is_told_whole_where_it_matters(
    cast: Cast, sites: dict[str, Site]
) -> None:
    works, store, shop = sites["works"], sites["store"], sites["shop1"]
    assert grows(cast, ship(2, works, store, (SALT, 20)), receive(3, works, store, (SALT, 20)))
    assert grows(cast, ship(4, store, shop, (SALT, 9)), receive(5, store, shop, (SALT, 9)))
    assert grows(cast, receive(3.2, works, store, (SALT, 1)))
    # the works names the last receiver: the store was only on the way
    assert not grows(cast, ship(2.5, works, shop, (SALT, 9)))
    assert not grows(cast, receive(3.5, works, store, (SALT, 9)))
    on_paper = {"bizTransactionList": [{"type": "desadv", "bizTransaction": PAPER}]}
    assert not grows(
        cast,
        ship(6, works, sites["shop2"], (SALT, 3)) | on_paper,
        receive(7, works, sites["mill"], (SALT, 3)) | on_paper,
        ship(8, sites["mill"], sites["shop2"], (SALT, 3)) | on_paper,
    )


def test_goods_that_are_hard_to_follow_are_told_whole(
    cast: Cast, sites: dict[str, Site], monkeypatch: pytest.MonkeyPatch
) -> None:
    works, shop = sites["works"], sites["shop1"]
    monkeypatch.setattr(growing, "MOST", 0)
    assert not grows(cast, ship(2, works, shop, (SALT, 1)), receive(3, works, shop, (SALT, 1)))
    monkeypatch.setattr(growing, "MOST", 2_000)
    monkeypatch.setattr(growing, "MOST_PAPERS", -1)
    assert not grows(cast, receive(4, works, shop, (SALT, 1)))
    monkeypatch.setattr(growing, "MOST_PAPERS", 2_000)
    packed = event(5, "packing", works)
    del packed["quantityList"]
    goods = [{"epcClass": SALT, "quantity": 5, "uom": "KGM"}]
    packed |= {"type": "AggregationEvent", "action": "ADD", "parentID": PALLET}
    assert not grows(cast, packed | {"childQuantityList": goods})
    moved = ship(6, works, shop) | {"epcList": [PALLET]}
    del moved["quantityList"]
    grows(cast, moved)
