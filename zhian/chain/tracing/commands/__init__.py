"""`zhian trace …`: one module per noun; each adds its commands to the group."""

from zhian.chain.tracing.commands import calibrate, exporting, forms, index, models
from zhian.chain.tracing.commands.group import trace

__all__ = ["calibrate", "exporting", "forms", "index", "models", "trace"]
