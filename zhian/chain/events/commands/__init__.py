"""The events room's part of the `zhian` command line; each file holds one noun's commands."""

from zhian.chain.events.commands.files import epcis, gs1

__all__ = ["epcis", "gs1"]
