"""What may be read of the limit library; see each file."""

from zhian.registry.standards.selectors.editions import edition_counts
from zhian.registry.standards.selectors.foods import food_nodes, node_choices, node_named, node_path
from zhian.registry.standards.selectors.judging import Judgement, judge
from zhian.registry.standards.selectors.library import (
    limits_for,
    limits_matching,
    places_of,
    starter_limits_loaded,
    stored,
    stored_limits,
    substance_named,
)
from zhian.registry.standards.selectors.limits import (
    foods_bound_by,
    foods_released_from,
    same_substance,
)

__all__ = [
    "Judgement",
    "edition_counts",
    "food_nodes",
    "foods_bound_by",
    "foods_released_from",
    "judge",
    "limits_for",
    "limits_matching",
    "node_choices",
    "node_named",
    "node_path",
    "places_of",
    "same_substance",
    "starter_limits_loaded",
    "stored",
    "stored_limits",
    "substance_named",
]
