"""What the limit library stores; see each file."""

from zhian.registry.standards.models.editions import Edition, Standard
from zhian.registry.standards.models.foods import FoodNode
from zhian.registry.standards.models.limits import Limit
from zhian.registry.standards.models.substances import Substance, SubstanceName

__all__ = [
    "Edition",
    "FoodNode",
    "Limit",
    "Standard",
    "Substance",
    "SubstanceName",
]
