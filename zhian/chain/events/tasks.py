"""The clock's work for the events: partitions ahead of time."""

from procrastinate.contrib.django import app

from zhian.chain.events.services import lay_months


@app.periodic(cron="17 3 1 * *")
@app.task(name="events.lay_months", queue="clock", queueing_lock="events.lay_months")
def lay_months_ahead(timestamp: int) -> None:
    """Once a month, see that the coming two years have their partitions."""
    lay_months()
