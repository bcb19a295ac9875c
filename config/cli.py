"""The `zhian` command line. Each command imports what it needs when it is called, so that the
commands without a database answer in a second."""

import importlib
import sys
from pathlib import Path

import click

# name → (module, function)
_COMMANDS: dict[str, tuple[str, str]] = {
    "init": ("config.serve", "init"),
    "serve": ("config.serve", "serve"),
    "worker": ("config.serve", "worker"),
    "manage": ("config.serve", "manage"),
    "messages": ("zhian.kernel.messages", "messages"),
    "epcis": ("zhian.chain.events.commands", "epcis"),
    "gs1": ("zhian.chain.events.commands", "gs1"),
    "trace": ("zhian.chain.tracing.commands", "trace"),
    "judge": ("zhian.registry.standards.commands", "judge"),
    "standards": ("zhian.registry.standards.commands", "standards"),
    "token": ("zhian.foundation.offices.commands", "token"),
    "ledger": ("zhian.foundation.ledger.commands", "ledger"),
    "seed": ("config.demo.commands", "seed"),
    "story": ("config.demo.commands", "story"),
}


class _Zhian(click.Group):
    """Loads a command's module only when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(name for name in _COMMANDS if _exists(name))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS or not _exists(cmd_name):
            return None
        module, function = _COMMANDS[cmd_name]
        command: click.Command = getattr(importlib.import_module(module), function)
        return command


def _exists(name: str) -> bool:
    module, _function = _COMMANDS[name]
    parts = module.split(".")
    return (Path(__file__).resolve().parents[1].joinpath(*parts)).with_suffix(".py").exists()


@click.command(cls=_Zhian)
@click.version_option("0.1.0", prog_name="zhian")
def main() -> None:
    """zhian (质安): supervision of product quality and food safety."""


if __name__ == "__main__":
    sys.exit(main())
