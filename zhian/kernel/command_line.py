"""What the commands that need the database share: the data folder, the server, Django."""

import functools
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from zhian.kernel import postgres


def open_data(data: Path, *, stop_with_us: bool = True) -> None:
    """Start or join the database of this data folder and set Django up in this process."""
    data = data.resolve()
    data.mkdir(parents=True, exist_ok=True)
    os.environ["ZHIAN_DATA"] = str(data)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    os.environ["ZHIAN_DATABASE_ADDRESS"] = postgres.start(data, stop_with_us=stop_with_us)
    import django

    django.setup()


def data_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """`--data DIR`: the folder that holds everything this installation owns."""
    return click.option(
        "--data",
        type=click.Path(file_okay=False, path_type=Path),
        default=Path("data"),
        show_default=True,
        help="the folder that holds everything this installation owns",
    )(function)


def needs_database(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add `--data` and open it before the command runs; import models inside the command."""

    @data_option
    @functools.wraps(function)
    def run(*, data: Path, **arguments: Any) -> Any:
        open_data(data)
        return function(**arguments)

    return run
