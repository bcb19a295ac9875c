"""Twenty queries as people ask them, each several times with other values: milliseconds."""

from typing import Any


def measured() -> dict[str, Any]:
    """p50 and p95 over all of them, and the slowest by name."""
    return {}
