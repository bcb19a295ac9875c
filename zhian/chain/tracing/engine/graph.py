"""Graph searches that never recurse: chains of a million hops and cycles are legal input."""

from collections.abc import Callable, Iterable, Sequence


def reach(starts: Iterable[int], neighbours: Callable[[int], Iterable[int]]) -> set[int]:
    """Everything reachable from the starts, the starts included."""
    seen = set(starts)
    stack = list(seen)
    while stack:
        for node in neighbours(stack.pop()):
            if node not in seen:
                seen.add(node)
                stack.append(node)
    return seen


def strong_components(successors: Sequence[Sequence[int]]) -> list[list[int]]:
    """Strongly connected components, every component after all those it leads to."""
    search = _Tarjan(successors)
    for root in range(len(successors)):
        if not search.order[root]:
            search.explore(root)
    return search.components


class _Tarjan:
    """Tarjan's search with its own stack instead of recursion."""

    def __init__(self, successors: Sequence[Sequence[int]]) -> None:
        self.successors = successors
        self.order = [0] * len(successors)  # 0 = not visited yet
        self.components: list[list[int]] = []
        self._low = [0] * len(successors)
        self._waiting: list[int] = []
        self._is_waiting = bytearray(len(successors))
        self._clock = 0

    def _enter(self, node: int) -> None:
        self._clock += 1
        self.order[node] = self._low[node] = self._clock
        self._waiting.append(node)
        self._is_waiting[node] = 1

    def explore(self, root: int) -> None:
        """Find every component that is reachable from here and not found yet."""
        self._enter(root)
        path = [(root, iter(self.successors[root]))]
        order, low = self.order, self._low
        while path:
            node, rest = path[-1]
            for nxt in rest:
                if not order[nxt]:
                    self._enter(nxt)
                    path.append((nxt, iter(self.successors[nxt])))
                    break
                if self._is_waiting[nxt] and order[nxt] < low[node]:
                    low[node] = order[nxt]
            else:
                path.pop()
                if path:
                    low[path[-1][0]] = min(low[path[-1][0]], low[node])
                if low[node] == order[node]:
                    self._close(node)

    def _close(self, root: int) -> None:
        """Take the finished component with this root off the stack of waiting nodes."""
        start = len(self._waiting) - 1
        while self._waiting[start] != root:
            start -= 1
        component = self._waiting[start:]
        del self._waiting[start:]
        for node in component:
            self._is_waiting[node] = 0
        self.components.append(component)
