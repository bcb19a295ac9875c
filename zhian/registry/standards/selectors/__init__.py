"""What may be read of the limit library; see each file."""

from zhian.registry.standards.engine.sums import Finding
from zhian.registry.standards.selectors.blocks import Block, blocks_for
from zhian.registry.standards.selectors.editions import edition_counts
from zhian.registry.standards.selectors.foods import (
    binding_at,
    categories_below,
    food_nodes,
    food_trees,
    node_by_key,
    node_choices,
    node_named,
    node_path,
)
from zhian.registry.standards.selectors.judging import Judgement, judge, judgement_of
from zhian.registry.standards.selectors.library import (
    library_for,
    limits_for,
    limits_matching,
    places_of,
    starter_limits_loaded,
    stored,
    stored_limits,
    substance_named,
    whole_library,
)
from zhian.registry.standards.selectors.limits import (
    foods_bound_by,
    foods_released_from,
    same_substance,
)
from zhian.registry.standards.selectors.programme import (
    comments_of,
    draft_shown,
    open_for_comment,
)
from zhian.registry.standards.selectors.proof import Proven, proof_pdf
from zhian.registry.standards.selectors.questions import (
    Demand,
    ExportDemands,
    Standing,
    export_demands,
    markets,
    standing_on_markets,
)
from zhian.registry.standards.selectors.rejudging import (
    JudgedCase,
    Rejudged,
    binding_editions,
    edition_by_key,
    rejudge,
)
from zhian.registry.standards.selectors.samples import Together, judge_together

__all__ = [
    "Block",
    "Demand",
    "ExportDemands",
    "Finding",
    "JudgedCase",
    "Judgement",
    "Proven",
    "Rejudged",
    "Standing",
    "Together",
    "binding_at",
    "binding_editions",
    "blocks_for",
    "categories_below",
    "comments_of",
    "draft_shown",
    "edition_by_key",
    "edition_counts",
    "export_demands",
    "food_nodes",
    "food_trees",
    "foods_bound_by",
    "foods_released_from",
    "judge",
    "judge_together",
    "judgement_of",
    "library_for",
    "limits_for",
    "limits_matching",
    "markets",
    "node_by_key",
    "node_choices",
    "node_named",
    "node_path",
    "open_for_comment",
    "places_of",
    "proof_pdf",
    "rejudge",
    "same_substance",
    "standing_on_markets",
    "starter_limits_loaded",
    "stored",
    "stored_limits",
    "substance_named",
    "whole_library",
]
