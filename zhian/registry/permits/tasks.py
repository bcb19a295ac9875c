"""Once a day permits end with time; the register's count follows."""

from procrastinate.contrib.django import app

from zhian.foundation.offices.selectors import system_user
from zhian.registry.permits import services


@app.periodic(cron="10 16 * * *")  # 00:10 in Beijing
@app.task(name="permits.recompute_licence_states", queue="schedule")
def recompute_licence_states(timestamp: int) -> None:
    """Write every operator's licence state for the new day."""
    services.recompute_licence_states(acting_user=system_user())
