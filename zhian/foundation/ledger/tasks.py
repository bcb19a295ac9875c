"""The clock's work for the ledger."""

from procrastinate.contrib.django import app

from zhian.foundation.ledger import selectors, services
from zhian.foundation.offices.selectors import system_user


@app.periodic(cron="*/10 * * * *")
@app.task(name="ledger.sign_checkpoint", queue="clock", queueing_lock="ledger.sign_checkpoint")
def sign_checkpoint(timestamp: int) -> None:
    """Every ten minutes, when there is news, sign the ledger as it stands."""
    if selectors.checkpoint_is_due():
        services.sign_checkpoint(acting_user=system_user())
