"""Where the reference data lies, and an honest skip where it is absent."""

from pathlib import Path

import pytest

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"


def shared(path: str) -> Path:
    """A file or folder of the reference data; skips the test where the folder is absent."""
    found = SHARED / path
    if not found.exists():
        pytest.skip(f"reference data absent: {path}")
    return found
