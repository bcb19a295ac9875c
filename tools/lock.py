"""Compile requirements/*.in into hashed requirements/*.txt without download addresses."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FLAGS = [
    "--universal",
    "--python-version=3.11",
    "--generate-hashes",
    "--no-emit-index-url",
    "--no-header",
    "--quiet",
]
# dev is compiled against base, so that both lists agree on every version
LISTS = {"base": [], "dev": ["-c", "requirements/base.txt"], "bootstrap": [], "node": []}


def main() -> int:
    """Compile each list in its order; extra arguments (e.g. --upgrade) go to uv."""
    for name, constraints in LISTS.items():
        paths = [f"requirements/{name}.in", "-o", f"requirements/{name}.txt"]
        uv = str(ROOT / ".venv" / "bin" / "uv")
        command = [uv, "pip", "compile", *FLAGS, *constraints, *paths, *sys.argv[1:]]
        subprocess.run(command, cwd=ROOT, check=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
