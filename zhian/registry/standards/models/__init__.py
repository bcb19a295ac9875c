"""What the limit library stores; see each file."""

from zhian.registry.standards.models.editions import Edition, Standard
from zhian.registry.standards.models.foods import FoodNode
from zhian.registry.standards.models.limits import Limit
from zhian.registry.standards.models.programme import (
    AdoptedStandard,
    Comment,
    Project,
    ProjectStep,
)
from zhian.registry.standards.models.questions import (
    Comparison,
    ComparisonLine,
    FoodMapping,
    UnlimitedItem,
)
from zhian.registry.standards.models.regulations import Article, Regulation, RegulationVersion
from zhian.registry.standards.models.rules import FunctionalClass, InspectionItem
from zhian.registry.standards.models.substances import (
    ResidueComponent,
    Substance,
    SubstanceName,
)

__all__ = [
    "AdoptedStandard",
    "Article",
    "Comment",
    "Comparison",
    "ComparisonLine",
    "Edition",
    "FoodMapping",
    "FoodNode",
    "FunctionalClass",
    "InspectionItem",
    "Limit",
    "Project",
    "ProjectStep",
    "Regulation",
    "RegulationVersion",
    "ResidueComponent",
    "Standard",
    "Substance",
    "SubstanceName",
    "UnlimitedItem",
]
