"""On which line of an XML document a value of its JSON form was written."""

import re

_STEP = re.compile(r"\.([A-Za-z_][\w\-]*)|\['([^']*)'\]|\[(\d+)\]")
Key = str | int


class Lines:
    """Remembers lines by container and key; filled only when something must be located."""

    def __init__(self) -> None:
        self._known: dict[int, dict[Key, int]] = {}

    def note(self, container: object, key: Key, line: int | None) -> None:
        """The member of a container stands on a line."""
        if line is not None:
            self._known.setdefault(id(container), {}).setdefault(key, line)

    def line_of(self, root: object, path: str) -> int | None:
        """The line of the deepest known value on a JSON path."""
        value, line = root, None
        for match in _STEP.finditer(path):
            key: Key = int(match[3]) if match[3] else (match[1] or match[2])
            known = self._known.get(id(value), {})
            line = known.get(key, line)
            if isinstance(value, dict):
                value = value.get(key)
            elif isinstance(value, list) and isinstance(key, int) and key < len(value):
                value = value[key]
            else:
                break
        return line
