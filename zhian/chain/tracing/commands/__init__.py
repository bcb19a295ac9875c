"""`zhian trace …`: one module per noun; each adds its commands to the group."""

from zhian.chain.tracing.commands import exporting, forms, models
from zhian.chain.tracing.commands.group import trace

__all__ = ["exporting", "forms", "models", "trace"]
