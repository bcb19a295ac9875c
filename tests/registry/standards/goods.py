"""Goods and rows of the limit template for the tests of this room."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from zhian.foundation.offices.models import User
from zhian.kernel.exchange import Row
from zhian.registry.standards import services
from zhian.registry.standards.models import Edition
from zhian.registry.standards.vocabulary import Table


@dataclass
class Goods:
    """A product as far as the library needs one."""

    name_zh: str
    category_zh: str = ""
    nodes: Sequence[tuple[str, str]] = field(default_factory=tuple)

    def food_nodes(self) -> Sequence[tuple[str, str]]:
        return self.nodes


def general(number: int = 2, **values: object) -> Row:
    """One row of the template: chlorpyrifos in leek unless said otherwise."""
    row: dict[str, object] = {
        "standard": "GB 2763",
        "edition": "GB 2763-2021",
        "effective_from": date(2021, 9, 3),
        "effective_to": None,
        "substance": "毒死蜱",
        "substance_en": "chlorpyrifos",
        "food_path": "蔬菜 > 韭菜",
        "limit": "≤0.02mg/kg",
        "grade": "M",
    }
    return Row(number, row | values)


def activated(user: User, table: Table, rows: Sequence[Row]) -> Edition:
    """A table imported and put in force."""
    edition = services.import_table(acting_user=user, table=table, rows=rows)
    assert edition is not None
    services.activate_edition(acting_user=user, edition_id=edition.pk)
    return edition
