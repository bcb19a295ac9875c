"""Rooms are entered by their doors; what happened is told, never wired by hand."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.tree import DOORS, FLOORS, PACKAGE, imports_of, parsed, python_files, where

# the command line starts fast; Django wants what `ready()` needs imported late
MAY_IMPORT_LATE = {"commands.py", "apps.py"}
READS_OR_WRITES = {"objects", "_default_manager", "_base_manager"}


def own_room(path: Path) -> tuple[str, str] | None:
    """Floor and room of a file; none for the kernel and config."""
    if not path.is_relative_to(PACKAGE):
        return None
    parts = path.relative_to(PACKAGE).parts
    return (parts[0], parts[1]) if parts[0] in FLOORS and len(parts) > 2 else None


def foreign_imports(path: Path, tree: ast.AST) -> Iterator[tuple[str, str, int]]:
    """Part of another room, imported name and line for each import from another room."""
    home = own_room(path)
    for found in imports_of(tree):
        # `from zhian.chain.events import selectors` names its part as the imported name
        dotted = f"{found.module}.{found.name}".split(".")
        if len(dotted) < 4 or dotted[0] != "zhian" or dotted[1] not in FLOORS:
            continue
        if home != (dotted[1], dotted[2]):
            yield dotted[3], found.name, found.line


def trespasses(path: Path, tree: ast.Module) -> list[str]:
    """Imports of another room's inside, and uses of its tables."""
    found = []
    models: set[str] = set()
    for part, name, line in foreign_imports(path, tree):
        if part == "models" and name[:1].isupper():
            models.add(name)
        elif part not in DOORS:
            found.append(f"{where(path, line)} enters another room by {part}.{name}")
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Attribute)
            and node.attr in READS_OR_WRITES
            and isinstance(node.value, ast.Name)
            and node.value.id in models
        ):
            found.append(f"{where(path, node.lineno)} reaches the table of {node.value.id}")
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id in models
        ):
            found.append(f"{where(path, node.lineno)} makes a {node.func.id} past its service")
    return found


def room_files() -> list[Path]:
    """Modules inside rooms; config puts the rooms together and may see more."""
    return [path for path in python_files() if own_room(path) is not None]


def test_other_rooms_are_entered_by_their_four_doors() -> None:
    # another room's model may be named as a type or a foreign key, going down;
    # its rows are read by selectors and policies and written by services
    found = [line for path in room_files() for line in trespasses(path, parsed(path))]
    assert not found, "\n".join(found)


def test_the_check_of_doors_sees_what_it_should() -> None:
    path = PACKAGE / "chain" / "events" / "services.py"
    good = """
from zhian.foundation.offices import selectors
from zhian.foundation.offices.models import User
from zhian.chain.events.engine.keys import key
def capture(acting_user: User) -> None: ...
"""
    bad = """
from zhian.foundation.offices.models import User, table_name
from zhian.foundation.offices.engine import tree
from zhian.foundation.offices.web.views import work
User.objects.get(pk=1)
User(username="x")
"""
    assert trespasses(path, ast.parse(good)) == []
    assert len(trespasses(path, ast.parse(bad))) == 5


# modules that read the compiler: two seconds that only who opens or writes the trace index waits
READ_LATE = {
    "zhian.chain.tracing.engine.index.base",
    "zhian.chain.tracing.engine.index.compacting",
    "zhian.chain.tracing.engine.index.opened",
}


def test_no_import_hides_in_a_function() -> None:
    found = [
        where(path, found.line)
        for path in room_files()
        if path.name not in MAY_IMPORT_LATE and path.parent.name != "commands"
        for found in imports_of(parsed(path))
        if found.inside_function
        and found.module.startswith("zhian")
        and found.module not in READ_LATE
    ]
    assert not found, f"an import in a function hides a circle: {found}"


def test_no_star_no_get_model_no_receiver() -> None:
    found = []
    for path in python_files():
        tree = parsed(path)
        found += [where(path, i.line) for i in imports_of(tree) if i.name in {"*", "receiver"}]
        found += [
            where(path, node.lineno)
            for node in ast.walk(tree)
            if isinstance(node, ast.Attribute) and node.attr == "get_model"
        ]
    assert not found, f"imports and wiring no tool can see: {found}"


def test_engines_know_no_django() -> None:
    found = [
        where(path, found.line)
        for path in python_files()
        if "engine" in path.parts
        for found in imports_of(parsed(path))
        if found.module.split(".")[0] in {"django", "ninja", "procrastinate"}
    ]
    assert not found, f"an engine is plain Python: {found}"
