"""`zhian trace export`: a model in the form another authority asks for; needs no database."""

from pathlib import Path
from typing import Any

import click

from zhian.chain.tracing.commands.answering import MODEL, OUT, problems_told, read_json
from zhian.chain.tracing.commands.group import trace
from zhian.chain.tracing.engine.dates import parse_date
from zhian.chain.tracing.engine.exports.formats import FORMATS, Order, export_model
from zhian.chain.tracing.engine.exports.fsma import Span
from zhian.chain.tracing.engine.exports.tables import LANGUAGES


def _day(_context: click.Context, _option: click.Parameter, text: str) -> str:
    try:
        if text:
            parse_date(text)
    except ValueError as error:
        raise click.BadParameter(str(error)) from error
    return text


@trace.command("export")
@MODEL
@OUT
@click.option("--format", "name", type=click.Choice(list(FORMATS)), required=True)
@click.option("--language", type=click.Choice(LANGUAGES), default="en", show_default=True)
@click.option("--traced", is_flag=True, help="Only what the observed elements reach or come from.")
@click.option("--from", "first_day", default="", callback=_day, help="fsma204: first day.")
@click.option("--until", "last_day", default="", callback=_day, help="fsma204: last day.")
@click.option("--from-lot", "first_code", default="", help="fsma204: first lot code.")
@click.option("--until-lot", "last_code", default="", help="fsma204: last lot code.")
def export_command(
    model: Path, out: Path, name: str, language: str, *, traced: bool, **span: Any
) -> None:
    """Write a model as 24-hour spreadsheet, EU or iRASFF list, All-in-One, GraphML or GeoJSON."""
    with problems_told(model):
        order = Order(language, Span(**span))
        out.write_bytes(export_model(read_json(model), name, order, only_traced=traced))
