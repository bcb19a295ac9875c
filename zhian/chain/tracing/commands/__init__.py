"""`zhian trace …`: one module per noun; each adds its commands to the group."""

from zhian.chain.tracing.commands import models
from zhian.chain.tracing.commands.group import trace

__all__ = ["models", "trace"]
