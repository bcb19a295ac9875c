"""Several workbooks into one trace model."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from zhian.chain.tracing.engine.problems import Clipboard, ModelError, Problem
from zhian.chain.tracing.engine.reading import read_model
from zhian.chain.tracing.engine.workbooks.all_in_one import is_all_in_one, read_all_in_one
from zhian.chain.tracing.engine.workbooks.cells import read_workbook
from zhian.chain.tracing.engine.workbooks.draft import Draft
from zhian.chain.tracing.engine.workbooks.requests import is_request, read_request


def import_workbooks(paths: Iterable[Path], into: Any = None) -> tuple[dict[str, Any], Clipboard]:
    """The model with what the workbooks say, in the order given; and what was wrong in them."""
    draft = read_workbooks(paths, into)
    return draft.as_json(), draft.notes


def read_workbooks(paths: Iterable[Path], into: Any = None) -> Draft:
    """The model in the making, with what the forms would correct.

    ModelError when a file is no workbook of a known form or the model added to is broken.
    """
    if into is not None:
        read_model(into)
    draft = Draft(dict(into or {}))
    for path in paths:
        sheets = read_workbook(path)
        if is_all_in_one(sheets):
            read_all_in_one(sheets, draft, path.name)
            continue
        requests = {name: grid for name, grid in sheets.items() if is_request(grid)}
        if not requests:
            text = "neither an All-in-One workbook nor a request form"
            raise ModelError([Problem("error", "unknown_workbook", path.name, text)])
        for name, grid in requests.items():
            read_request(grid, draft, f"{path.name}:{name}")
    return draft
