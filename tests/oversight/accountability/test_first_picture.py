"""Who answers, as far as it is known before anybody confirmed the scope of the recall."""

from tests.incident import Incident
from zhian.oversight.accountability import selectors
from zhian.oversight.accountability.vocabulary import Column, Deed


def test_the_first_picture_is_there_before_anybody_confirms(incident: Incident) -> None:
    trace = selectors.latest_trace(incident.alert)
    assert trace is not None
    assert not trace.lines.filter(deed=Deed.KNEW, column=Column.OPERATOR).exists()
