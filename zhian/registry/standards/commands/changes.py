"""`zhian standards diff A B`: what got stricter, looser, new or gone between two editions."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from zhian.registry.standards.commands.group import data_option, opened, standards

if TYPE_CHECKING:
    from zhian.registry.standards.models import Edition


@standards.command("diff")
@click.argument("old")
@click.argument("new")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="an Excel file")
@click.option("--json", "as_json", is_flag=True, help="counts and rows as JSON")
@click.option("--language", type=click.Choice(["zh", "en"]), default="zh", show_default=True)
@data_option
def diff(old: str, new: str, out: Path | None, as_json: bool, language: str, data: Path) -> None:
    """What changed from edition OLD to NEW (printed codes; CODE#2 names the second import)."""
    opened(data)
    click.echo(report(old, new, out=out, as_json=as_json, language=language))


def report(
    old: str, new: str, *, out: Path | None = None, as_json: bool = False, language: str = "zh"
) -> str:
    """The report on the open library as text or JSON; the file is written when asked for."""
    from django.utils import translation

    from zhian.kernel.exchange import write_table
    from zhian.registry.standards.selectors import differences

    with translation.override("en" if language == "en" else "zh-hans"):
        found = differences.changes_between(_edition(old), _edition(new))
        headers, rows = differences.headers(), differences.cells(found)
        if out is not None:
            with write_table(f"{old} → {new}", headers, rows) as stream:
                out.write_bytes(stream.read())
        if as_json:
            counts = {change.value: number for change, _label, number in found.counts}
            keys = ("change", "substance", "food", "before", "now", "clause_before", "clause_now",
                    "remark")  # fmt: skip
            listed = [dict(zip(keys, row, strict=True)) for row in rows]
            return json.dumps({"counts": counts, "rows": listed}, ensure_ascii=False, indent=1)
        counted = [f"{label} {number}" for _change, label, number in found.counts]
        lines = ["\t".join(row) for row in rows]
        return "\n".join([" · ".join(counted), "\t".join(headers), *lines])


def _edition(text: str) -> "Edition":
    from zhian.registry.standards.selectors import differences

    found = differences.edition_named(text)
    if found is None:
        raise click.ClickException(f"no edition {text} is loaded")
    return found
