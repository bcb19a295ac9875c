"""The `zhian` command line. Each command imports what it needs when it is called, so that the
commands without a database answer in a second."""

import importlib
import sys

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
    "bench": ("config.cli", "bench"),
}
# what `zhian bench` measures → the room that measures it
_BENCHMARKS: dict[str, tuple[str, str]] = {
    "capture": ("zhian.chain.events.commands.bench", "bench_capture"),
    "compare": ("zhian.registry.standards.commands", "bench_compare"),
    "judge": ("zhian.registry.standards.commands", "bench_judge"),
    "trace": ("zhian.chain.tracing.commands.bench", "bench_trace"),
}


class _Lazy(click.Group):
    """Loads a command's module only when it is asked for."""

    commands_by_name: dict[str, tuple[str, str]] = _COMMANDS

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(self.commands_by_name)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.commands_by_name:
            return None
        module, function = self.commands_by_name[cmd_name]
        command: click.Command = getattr(importlib.import_module(module), function)
        return command


class _Benchmarks(_Lazy):
    """The measurements of all rooms."""

    commands_by_name = _BENCHMARKS


@click.group(cls=_Benchmarks)
def bench() -> None:
    """Measure, beside a reference in the same run."""


@click.command(cls=_Lazy)
@click.version_option("0.1.0", prog_name="zhian")
def main() -> None:
    """zhian (质安): supervision of product quality and food safety."""


if __name__ == "__main__":
    sys.exit(main())
