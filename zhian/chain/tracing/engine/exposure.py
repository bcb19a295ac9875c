"""How far each delivery's contamination spreads into the portions of each place (trace 3.13).

Every delivery is a mixture of what fed it, in proportion to the amounts: the share of delivery d
in a later delivery e is the sum over all paths from d to e of the products of the shares on the
way (Horn & Friedrich 2019: all paths, not the shortest). Portions count, not kilograms of one
ingredient: a trace of a spice makes the whole sausage suspect, so a share turns into exposure by
a curve that rises fast and saturates.
"""

import math
from collections import defaultdict
from collections.abc import Iterable
from statistics import median

import numpy as np
import numpy.typing as npt

from zhian.chain.tracing.engine.graph import strong_components
from zhian.chain.tracing.engine.model import Model
from zhian.chain.tracing.engine.network import Network

Matrix = npt.NDArray[np.float64]

HALF = 0.02  # share of the source at which half of the portions count as exposed
LEAK = 0.999  # a closed loop hands on a little less than everything, so that sums stay finite
_KG = {"kg": 1.0, "g": 0.001, "t": 1000.0, "mg": 1e-6, "l": 1.0, "litre": 1.0, "ml": 0.001}


def portions(model: Model) -> list[float]:
    """Comparable size of every delivery; unknown amounts at the median of the supplier's others.

    Amounts in units that are no mass (pieces, boxes) are taken relative to the median of their
    unit; without any amount all deliveries are alike.
    """
    kilos: list[float | None] = []
    other: dict[str, list[float]] = defaultdict(list)
    for d in model.deliveries:
        factor = _KG.get(d.unit.lower() or "kg")
        if d.amount and factor is None:
            other[d.unit.lower()].append(d.amount)
        kilos.append(d.amount * factor if d.amount and factor else None)
    known = [k for k in kilos if k]
    typical = median(known) if known else 1.0
    sizes = [
        d.amount / median(other[d.unit.lower()]) * typical if d.amount and not k else k
        for d, k in zip(model.deliveries, kilos, strict=True)
    ]
    by_supplier: dict[str, list[float]] = defaultdict(list)
    for d, size in zip(model.deliveries, sizes, strict=True):
        if size:
            by_supplier[d.origin].append(size)
    return [
        size or median(by_supplier.get(d.origin) or [typical])
        for d, size in zip(model.deliveries, sizes, strict=True)
    ]


class Spread:
    """Shares of every delivery in chosen later ones."""

    def __init__(self, net: Network, sizes: list[float]) -> None:
        self.count = net.count
        fed = [sorted(net.fed_by(i)) for i in range(net.count)]
        inflow = [0.0] * net.count
        for i, nexts in enumerate(fed):
            for nxt in nexts:
                inflow[nxt] += sizes[i]
        self._out = [[(nxt, sizes[i] / inflow[nxt]) for nxt in fed[i]] for i in range(net.count)]
        self._components = strong_components(fed)

    def into(self, columns: list[int]) -> Matrix:
        """For each delivery (row) its share in each of the columns; 1 in itself."""
        share = np.zeros((self.count, len(columns)))
        for column, delivery in enumerate(columns):
            share[delivery, column] = 1.0
        return self._passed_back(share)

    def _passed_back(self, share: Matrix) -> Matrix:
        """To what each delivery holds itself add its part of everything it went into."""
        for component in self._components:
            if len(component) > 1:
                self._mix_loop(component, share)
                continue
            node = component[0]
            for nxt, part in self._out[node]:
                share[node] += part * share[nxt]
        np.minimum(share, 1.0, out=share)
        return share

    def _mix_loop(self, component: list[int], share: Matrix) -> None:
        """Deliveries that feed each other in a loop: all rounds at once."""
        place = {node: row for row, node in enumerate(component)}
        inner = np.zeros((len(component), len(component)))
        for node, row in place.items():
            for nxt, part in self._out[node]:
                if nxt in place:
                    inner[row, place[nxt]] += LEAK * part
                else:
                    share[node] += part * share[nxt]
        share[component] = np.linalg.solve(np.eye(len(component)) - inner, share[component])


class Walk(Spread):
    """Where a kilogram of each delivery is eaten: a random walk along the flow of the goods.

    The base case of Horn & Friedrich 2019: all paths, absorbed where goods come to rest.
    """

    def __init__(self, net: Network, sizes: list[float], places: dict[str, int]) -> None:
        super().__init__(net, sizes)
        self._rest = np.zeros((net.count, len(places)))
        for i, nexts in enumerate(self._out):
            flows = [(nxt, part * sizes[nxt]) for nxt, part in nexts]
            onward = math.fsum(flow for _, flow in flows)
            place = None if net.is_killed[i] else places.get(net.recipient[i])
            rests = 0.0 if place is None else max(sizes[i] - onward, 0.0)
            total = onward + rests
            self._out[i] = [(nxt, flow / total) for nxt, flow in flows]
            if place is not None and rests > 0:
                self._rest[i, place] = rests / total

    def eaten(self) -> Matrix:
        """For each delivery (row) the part of it that is eaten at each place."""
        return self._passed_back(self._rest.copy())


def joined(share: Matrix, groups: Iterable[list[int]]) -> Matrix:
    """Shares of groups of deliveries that are contaminated together."""
    rows = [share[group].sum(axis=0) if group else np.zeros(share.shape[1]) for group in groups]
    found: Matrix = np.array(rows, dtype=np.float64).reshape(len(rows), share.shape[1])
    return found.clip(max=1.0)


def exposed(share: Matrix) -> Matrix:
    """Part of the portions that count as exposed."""
    return np.asarray(share * (1 + HALF) / (share + HALF))
