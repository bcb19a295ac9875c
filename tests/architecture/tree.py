"""The project as the architecture tests see it: rooms, files, imports, templates."""

import ast
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "zhian"
FLOORS = (
    "doors",
    "oversight",
    "response",
    "fieldwork",
    "chain",
    "registry",
    "foundation",
)
DOORS = {"services", "selectors", "policies", "vocabulary"}


@dataclass(frozen=True)
class Import:
    """One imported name: the module it comes from, and whether inside a function."""

    module: str
    name: str
    line: int
    inside_function: bool


@cache
def rooms() -> tuple[Path, ...]:
    """Every room of every floor, `zhian/<floor>/<room>`, that holds Python files."""
    found = [
        room
        for floor in FLOORS
        for room in sorted((PACKAGE / floor).iterdir())
        if room.is_dir() and room.name != "__pycache__" and any(room.rglob("*.py"))
    ]
    return tuple(found)


def room_name(room: Path) -> str:
    """`chain.events` for zhian/chain/events."""
    return f"{room.parent.name}.{room.name}"


@cache
def python_files() -> tuple[Path, ...]:
    """All modules of the package and of config, migrations left out."""
    found = [*PACKAGE.rglob("*.py"), *(ROOT / "config").rglob("*.py")]
    return tuple(sorted(path for path in found if "migrations" not in path.parts))


@cache
def templates() -> tuple[Path, ...]:
    """All templates of the rooms and the kernel."""
    return tuple(sorted(PACKAGE.rglob("templates/**/*.html")))


@cache
def tracked_files() -> tuple[Path, ...]:
    """What git keeps or would keep: everything not ignored."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True, text=True).stdout
    paths = (ROOT / name for name in listed.split("\0") if name)
    return tuple(sorted(path for path in paths if path.is_file()))


def parsed(path: Path) -> ast.Module:
    """The syntax tree of a file."""
    return ast.parse(path.read_text("utf-8"), filename=str(path))


def imports_of(tree: ast.AST, inside_function: bool = False) -> Iterator[Import]:
    """All imports of a module, with the line and whether a function holds them."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield Import(alias.name, "", node.lineno, inside_function)
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                yield Import(node.module or "", alias.name, node.lineno, inside_function)
        else:
            is_function = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
            yield from imports_of(node, inside_function or is_function)


def where(path: Path, line: int = 0) -> str:
    """`zhian/chain/events/models.py:12`, for a message one can click."""
    return f"{path.relative_to(ROOT)}:{line}" if line else str(path.relative_to(ROOT))
