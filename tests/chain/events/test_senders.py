"""The capture benchmark sends with as many processes as the platform captures with."""

import click

from config.serve import serve
from zhian.chain.events.commands.bench import bench_capture


def default_of(command: click.Command, name: str) -> object:
    (found,) = (one.default for one in command.params if one.name == name)
    return found


def test_as_many_senders_as_web_processes() -> None:
    assert default_of(bench_capture, "senders") == default_of(serve, "workers") == 2
