"""The events room's part of the `zhian` command line; each file holds one noun's commands."""

from zhian.chain.events.commands.bench import bench_capture
from zhian.chain.events.commands.files import epcis, gs1

__all__ = ["bench_capture", "epcis", "gs1"]
