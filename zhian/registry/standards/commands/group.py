"""`zhian standards`: what its commands share."""

import os
from pathlib import Path

import click

data_option = click.option(
    "--data",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("data"),
    show_default=True,
    help="the folder that holds everything this installation owns",
)


@click.group()
def standards() -> None:
    """The limit library."""


def opened(data: Path) -> None:
    """Open the installation's database."""
    # at the top this would load the database server, and `zhian judge` answers in a second
    from zhian.kernel.command_line import open_data

    open_data(data)


def set_up() -> None:
    """Django without a database, for commands that only need its words."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django

    django.setup()
