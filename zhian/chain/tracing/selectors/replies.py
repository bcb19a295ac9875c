"""A reply held against its investigation: what it would change, and what is doubtful in it."""

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from zhian.chain.tracing.engine.problems import ModelError, Problem
from zhian.chain.tracing.engine.workbooks.doubts import Doubt, doubts_of
from zhian.chain.tracing.engine.workbooks.draft import Correction, Draft
from zhian.chain.tracing.engine.workbooks.importing import read_workbooks
from zhian.chain.tracing.engine.workbooks.merging import Line, lines_between
from zhian.chain.tracing.models import Reply
from zhian.foundation.evidence import selectors as evidence
from zhian.kernel import clock


@dataclass(frozen=True)
class LookedAt:
    """Everything a person decides about: lines, doubts that concern them, and the model after."""

    before: Mapping[str, Any]
    after: Mapping[str, Any]
    lines: list[Line]
    doubts: list[Doubt]
    findings: list[Problem]
    corrections: list[Correction]

    def doubts_within(self, model: Mapping[str, Any]) -> list[Doubt]:
        """The doubts of a model that took only some of the lines."""
        return doubts_of(model, self.corrections, today=clock.today().isoformat())


def read_reply(model: Mapping[str, Any], filename: str, data: bytes) -> Draft:
    """A workbook read into a copy of the model; ModelError when it is none of a known form."""
    name = "".join(c if c.isalnum() or c in "-_. " else "_" for c in filename)[-100:].strip(" .")
    with TemporaryDirectory(prefix="zhian-reply-") as folder:
        path = Path(folder) / (name or "reply.xlsx")
        path.write_bytes(data)
        return read_workbooks([path], deepcopy(dict(model)))


def looked_at(reply: Reply) -> LookedAt:
    """The reply as it stands against the investigation now."""
    before = reply.investigation.model
    data = evidence.read(evidence.item(reply.item_id))
    today = clock.today().isoformat()
    try:
        draft = read_reply(before, reply.filename, data)
    except ModelError as error:
        return LookedAt(before, before, [], [], list(error.problems), [])
    after = draft.as_json()
    known = {doubt.proposal for doubt in doubts_of(before, today=today)}
    fresh = [
        doubt
        for doubt in doubts_of(after, draft.corrections, today=today)
        if doubt.proposal is None or doubt.proposal not in known
    ]
    lines = lines_between(before, after)
    return LookedAt(before, after, lines, fresh, draft.notes.findings, draft.corrections)
