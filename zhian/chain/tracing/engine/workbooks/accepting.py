"""Applies to a model exactly the proposals that a person confirmed."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from zhian.chain.tracing.engine.problems import ModelError, Problem
from zhian.chain.tracing.engine.workbooks.doubts import Doubt, Proposal


def accept(
    model: Mapping[str, Any], doubts: Iterable[Doubt], confirmed: Collection[str]
) -> dict[str, Any]:
    """The model with the confirmed proposals applied; ModelError for an id nobody proposed."""
    offered = {d.proposal.id: d.proposal for d in doubts if d.proposal}
    unknown = [id_ for id_ in confirmed if id_ not in offered]
    if unknown:
        text = "nothing of this id is proposed"
        raise ModelError([Problem("error", "unknown_proposal", id_, text) for id_ in unknown])
    chosen = [proposal for id_, proposal in offered.items() if id_ in confirmed]
    return _Applying(model).apply(chosen)


class _Applying:
    """Applies proposals to a copy; what was merged away leads to what stands for it."""

    def __init__(self, model: Mapping[str, Any]) -> None:
        self.model = model
        self.stations = {str(row["id"]): dict(row) for row in model.get("stations") or []}
        self.deliveries = {str(row["id"]): dict(row) for row in model.get("deliveries") or []}
        self.gone: dict[str, dict[str, str]] = {"same_station": {}, "same_delivery": {}}

    def apply(self, proposals: Iterable[Proposal]) -> dict[str, Any]:
        for proposal in proposals:
            getattr(self, f"_{proposal.action}")(proposal)
        links = dict.fromkeys(
            (self._now("same_delivery", str(a)), self._now("same_delivery", str(b)))
            for a, b in self.model.get("links") or []
        )
        return (
            dict(self.model)
            | self._evidence()
            | {
                "stations": list(self.stations.values()),
                "deliveries": list(self.deliveries.values()),
                "links": [list(pair) for pair in links if pair[0] != pair[1]],
                "settings": self._settings(),
                "forms": self._forms(),
            }
        )

    def _now(self, action: str, id_: str) -> str:
        while id_ in self.gone[action]:
            id_ = self.gone[action][id_]
        return id_

    def _same_station(self, proposal: Proposal) -> None:
        keep, other = (self._now("same_station", i) for i in (proposal.keep, proposal.other))
        if keep == other:
            return
        self.stations[keep] = self.stations.pop(other) | self.stations[keep]
        self.gone["same_station"][other] = keep
        for row in self.deliveries.values():
            for end in ("from", "to"):
                row[end] = keep if str(row[end]) == other else row[end]

    def _same_delivery(self, proposal: Proposal) -> None:
        keep, other = (self._now("same_delivery", i) for i in (proposal.keep, proposal.other))
        if keep == other:
            return
        self.deliveries[keep] = self.deliveries.pop(other) | self.deliveries[keep]
        self.gone["same_delivery"][other] = keep

    def _same_lot(self, proposal: Proposal) -> None:
        """Every delivery of the other's lot gets the lot text that is kept."""
        keep, other = (
            self.deliveries[self._now("same_delivery", i)] for i in (proposal.keep, proposal.other)
        )
        wrong = (other["from"], other.get("product"), other.get("lot"))
        for row in self.deliveries.values():
            if (row["from"], row.get("product"), row.get("lot")) == wrong:
                row["lot"] = keep["lot"]

    def _correct(self, proposal: Proposal) -> None:
        self.deliveries[self._now("same_delivery", proposal.keep)].update(dict(proposal.changes))

    def _settings(self) -> dict[str, Any]:
        """Settings name what stands for the merged; weights add up."""
        settings = dict(self.model.get("settings") or {})
        for key, value in settings.items():
            action = "same_delivery" if "elivery" in key or "eliveries" in key else "same_station"
            if isinstance(value, dict):
                sums: dict[str, float] = {}
                for id_, weight in value.items():
                    now = self._now(action, id_)
                    sums[now] = sums.get(now, 0) + weight
                settings[key] = sums
            elif isinstance(value, list):
                settings[key] = list(dict.fromkeys(self._now(action, str(i)) for i in value))
        return settings

    def _evidence(self) -> dict[str, Any]:
        """Cases, sales shares and merged stations under the names that are left."""
        found: dict[str, Any] = {}
        for key in ("cases", "salesShare", "mergedStations"):
            value = self.model.get(key)
            if isinstance(value, list):
                found[key] = [
                    row | {"station": self._now("same_station", str(row["station"]))}
                    for row in value
                ]
            elif isinstance(value, dict):
                found[key] = {self._now("same_station", i): v for i, v in value.items()}
        return found

    def _forms(self) -> dict[str, Any]:
        def now(id_: str) -> str:
            return self._now("same_delivery", id_)

        return {
            name: {
                "deliveries": list(dict.fromkeys(map(now, form["deliveries"]))),
                "links": [[now(a), now(b)] for a, b in form["links"]],
            }
            for name, form in (self.model.get("forms") or {}).items()
        }
