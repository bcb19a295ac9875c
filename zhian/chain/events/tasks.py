"""The clock's and the queue's work for the events: partitions, deliveries, scheduled reports."""

from datetime import datetime, timedelta

from procrastinate.contrib.django import app

from zhian.chain.events.services import bundling, lay_months, posting, subscribing
from zhian.chain.events.vocabulary.problems import NoSuchQuery
from zhian.foundation.offices import selectors as offices
from zhian.kernel import clock

AHEAD = timedelta(seconds=60)


@app.periodic(cron="17 3 1 * *")
@app.task(name="events.lay_months", queue="clock", queueing_lock="events.lay_months")
def lay_months_ahead(timestamp: int) -> None:
    """Once a month, see that the coming two years have their partitions."""
    lay_months()


@app.task(name="events.catch_up", queue="subscriptions")
def catch_up(*, subscription: int) -> None:
    """What a new subscriber wants of what is there already; an ended one wants nothing."""
    try:
        bundling.catch_up(acting_user=offices.system_user(), subscription_pk=subscription)
    except NoSuchQuery:
        return


@app.task(name="events.deliver", queue="subscriptions")
def deliver(*, delivery: int) -> None:
    """Send one bundle; what fails is tried again later by a job of its own."""
    posting.send(acting_user=offices.system_user(), delivery_pk=delivery)


@app.periodic(cron="* * * * *")
@app.task(name="events.due_reports", queue="clock", queueing_lock="events.due_reports")
def queue_due_reports(timestamp: int) -> None:
    """Every minute, queue the scheduled reports of the coming minute at their second."""
    for pk, due in subscribing.due_before(clock.now() + AHEAD):
        queue_report(pk, due)


def queue_report(pk: int, due: datetime) -> None:
    """Queue one report at its moment; one that is late runs at once."""
    report.configure(schedule_at=due).defer(subscription=pk, due=due.isoformat())


@app.task(name="events.report", queue="subscriptions")
def report(*, subscription: int, due: str) -> None:
    """Report, and queue the next time if it comes within the minute."""
    try:
        subscribing.report(
            acting_user=offices.system_user(),
            subscription_pk=subscription,
            due=datetime.fromisoformat(due),
        )
    except NoSuchQuery:
        return
    for pk, following in subscribing.due_before(clock.now() + AHEAD):
        if pk == subscription:
            queue_report(pk, following)
