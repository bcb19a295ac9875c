"""Fail when an engine or a service has an untested line or branch (coverage's JSON report)."""

import json
import sys
from pathlib import Path


def must_be_complete(path: str) -> bool:
    """Engines and services decide and write: each of their branches is tested."""
    parts = Path(path).parts
    room = parts[3:] if len(parts) > 3 else ()
    return bool(room) and (room[0] in {"engine", "services"} or room[0] == "services.py")


def gaps(report: dict[str, dict[str, dict[str, list[object]]]]) -> list[str]:
    """One line for each file that must be complete and is not."""
    found = []
    for path, file in sorted(report["files"].items()):
        lines, branches = file["missing_lines"], file.get("missing_branches", [])
        if must_be_complete(path) and (lines or branches):
            found.append(f"{path}: untested lines {lines}, branches {branches}")
    return found


def main(path: str) -> int:
    """Print the gaps; silent when there are none."""
    found = gaps(json.loads(Path(path).read_text()))
    for line in found:
        print(line, file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
