"""The clock's work for duties."""

from procrastinate.contrib.django import app

from zhian.foundation.duties import services
from zhian.foundation.offices.selectors import system_user


@app.periodic(cron="*/5 * * * *")
@app.task(name="duties.escalate_overdue", queue="clock", queueing_lock="duties.escalate_overdue")
def escalate_overdue(timestamp: int) -> None:
    """Every five minutes, tell the superior office of what ran out."""
    services.escalate_overdue(acting_user=system_user())


@app.periodic(cron="30 17 * * *")
@app.task(name="duties.settle_pending", queue="clock", queueing_lock="duties.settle_pending")
def settle_pending(timestamp: int) -> None:
    """Every night (01:30 Beijing), fix due moments of a year announced meanwhile."""
    services.settle_pending(acting_user=system_user())
