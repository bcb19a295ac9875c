"""How the figures of the benchmark grow, drawn as one SVG without any package."""

import math
from collections.abc import Iterable, Sequence
from typing import Any

Point = tuple[float, float]
WIDTH, HEIGHT, LEFT, BOTTOM, TOP = 760, 420, 70, 360, 40
COLOURS = ("#206bc4", "#2fb344", "#d63939", "#f59f00", "#6574cd", "#0ca678")
# label → where the figure stands in a result
CURVES: dict[str, tuple[str, ...]] = {
    "random farm lot, median": ("forward_ms", "p50"),
    "95 %, processor time": ("forward_cpu_ms", "p95"),
    "a hub, processor time": ("hub_cpu_ms",),
    "recursive SQL, median": ("postgres_cte_ms", "p50"),
    "recursive SQL, reach only": ("postgres_reach_ms", "p50"),
    "igraph, reach only": ("igraph_ms",),
}


def plot(results: Sequence[dict[str, Any]]) -> str:
    """Milliseconds over links, both on logarithmic scales."""
    curves = {label: list(_points(results, path)) for label, path in CURVES.items()}
    every = [point for points in curves.values() for point in points]
    across = _Scale([x for x, _y in every], LEFT, WIDTH - 210)
    upwards = _Scale([y for _x, y in every], BOTTOM, TOP)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
        'font-family="sans-serif" font-size="12" role="img">',
        "<title>Milliseconds per trace over links in the index</title>",
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>',
        *_grid(across, upwards),
    ]
    for number, (label, points) in enumerate(curves.items()):
        parts += _curve(label, [(across.at(x), upwards.at(y)) for x, y in points], number)
    return "\n".join([*parts, "</svg>"]) + "\n"


class _Scale:
    """Powers of ten laid out between two places."""

    def __init__(self, values: Sequence[float], start: float, end: float) -> None:
        self.low = math.floor(math.log10(min(values)))
        self.high = max(self.low + 1, math.ceil(math.log10(max(values))))
        self._start, self._end = start, end

    def at(self, value: float) -> float:
        """The place of a value."""
        share = (math.log10(value) - self.low) / (self.high - self.low)
        return round(self._start + share * (self._end - self._start), 1)

    def powers(self) -> Iterable[int]:
        """The exponents that get a line."""
        return range(self.low, self.high + 1)


def _points(results: Sequence[dict[str, Any]], path: tuple[str, ...]) -> Iterable[Point]:
    for result in sorted(results, key=lambda one: float(one["links"])):
        value: Any = result
        for key in path:
            value = value.get(key) if value else None
        if value:
            yield float(result["links"]), float(value)


def _grid(across: _Scale, upwards: _Scale) -> Iterable[str]:
    right = WIDTH - 210
    for power in upwards.powers():
        y = upwards.at(10.0**power)
        yield f'<line x1="{LEFT}" y1="{y}" x2="{right}" y2="{y}" stroke="#dce1e7"/>'
        yield f'<text x="{LEFT - 8}" y="{y + 4}" text-anchor="end">{10.0**power:g} ms</text>'
    for power in across.powers():
        x = across.at(10.0**power)
        yield f'<line x1="{x}" y1="{TOP}" x2="{x}" y2="{BOTTOM}" stroke="#dce1e7"/>'
        yield (
            f'<text x="{x}" y="{BOTTOM + 18}" text-anchor="middle">10'
            f'<tspan dy="-5" font-size="9">{power}</tspan></text>'
        )
    yield f'<text x="{(LEFT + right) / 2}" y="{BOTTOM + 42}" text-anchor="middle">links</text>'


def _curve(label: str, points: Sequence[Point], number: int) -> Iterable[str]:
    colour = COLOURS[number % len(COLOURS)]
    line = " ".join(f"{x},{y}" for x, y in points)
    yield f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="2"/>'
    for x, y in points:
        yield f'<circle cx="{x}" cy="{y}" r="3" fill="{colour}"/>'
    y = TOP + 10 + 20 * number
    yield f'<rect x="{WIDTH - 195}" y="{y - 9}" width="10" height="10" fill="{colour}"/>'
    yield f'<text x="{WIDTH - 180}" y="{y}">{label}</text>'
