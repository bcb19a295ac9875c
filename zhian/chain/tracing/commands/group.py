"""The group every command of the room hangs itself into."""

import click


@click.group()
def trace() -> None:
    """Trace goods forward and backward."""
