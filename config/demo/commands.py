"""`zhian seed` and `zhian story`: the invented county, and its story played to the end."""

import json

import click

from zhian.kernel.command_line import needs_database

# `tiny` is the same story with eighteen shops, for tests.
SCALES = ["tiny", "county", "city", "province"]


def _say(text: str) -> None:
    click.echo(f"  {text}", err=True)


@click.command()
@click.option(
    "--scale",
    type=click.Choice(SCALES),
    default="county",
    show_default=True,
)
@click.option(
    "--today",
    type=click.DateTime(["%Y-%m-%d"]),
    default=None,
    help="day of the story; the present day when absent",
)
@needs_database
def seed(scale: str, today: object | None) -> None:
    """Fill an empty installation with an invented county and the eve of its story."""
    from django.conf import settings

    from config.demo import people
    from config.demo import seed as seeding
    from config.serve import lay_out
    from zhian.foundation.offices import selectors as offices
    from zhian.kernel import clock

    lay_out(people.PASSWORD, divisions=True)
    if offices.user_by_name("chen") is not None:
        click.echo("the county is seeded already", err=True)
    else:
        day = today.date() if today is not None else clock.today()  # type: ignore[attr-defined]
        made = seeding.seed(scale, day, _say)
        seeding.write_truth(made.world, settings.ZHIAN_DATA)
    _print_cast()


def _print_cast() -> None:
    from config.demo.people import CAST, OPERATORS, PASSWORD, PIN

    click.echo(f"密码 password: {PASSWORD}    签名PIN signing PIN of chen: {PIN}")
    for part in CAST:
        click.echo(f"  {part.username:<9}{part.name}  {part.what[0]} · {part.what[1]}")
    for username, _key, what in OPERATORS:
        click.echo(f"  {username:<9}{what[0]} · {what[1]}")
    click.echo(f"  {'admin':<9}管理员 · the administrator")


@click.command()
@click.option("--play", is_flag=True, help="play the story to its end")
@click.option("--json", "as_json", is_flag=True, help="print the report as JSON")
@click.option("--scale", type=click.Choice(SCALES), default="county")
@needs_database
def story(play: bool, as_json: bool, scale: str) -> None:
    """Play the demo's story unattended and print what each step took."""
    from config.demo import people
    from config.demo import seed as seeding
    from config.demo import story as telling
    from config.serve import lay_out
    from zhian.foundation.offices import selectors as offices
    from zhian.kernel import clock

    if not play:
        raise click.UsageError("say --play")
    lay_out(people.PASSWORD, divisions=True)
    if offices.user_by_name("chen") is None:
        seeding.seed(scale, clock.today(), _say)
    report = telling.play(_say)
    if as_json:
        click.echo(json.dumps(report, ensure_ascii=False, indent=2, default=str))
        return
    for name, seconds in report["seconds"].items():
        click.echo(f"{name:<32}{seconds:>10.2f} s")
    for name, value in report.items():
        if name != "seconds":
            click.echo(f"{name:<32}{value!s:>10}")
