"""init, serve, worker: the processes of one installation."""

import secrets
import time
from pathlib import Path

import click

from config import processes
from zhian.kernel import postgres
from zhian.kernel.command_line import data_option, needs_database, open_data


@click.command()
@data_option
@click.option("--admin-password", default=None, help="password of `admin`; made up when absent")
@click.option("--divisions/--no-divisions", default=True, help="load the administrative divisions")
def init(data: Path, admin_password: str | None, divisions: bool) -> None:
    """Lay the database out and make the user `admin`. Running it again changes nothing."""
    open_data(data)
    password = lay_out(admin_password, divisions=divisions)
    click.echo(f"initialised {data.resolve()}")
    if password:
        click.echo(f"user admin  password {password}")


def lay_out(admin_password: str | None, *, divisions: bool) -> str | None:
    """Migrate, make the platform's and the administrator's accounts, load regions and limits.

    Returns the administrator's password when the account is new.
    """
    from django.conf import settings
    from django.core.management import call_command

    from zhian.foundation.ledger import services as ledger
    from zhian.foundation.offices import selectors as offices
    from zhian.foundation.offices import services as office_services
    from zhian.foundation.regions import selectors as regions
    from zhian.foundation.regions import services as region_services
    from zhian.kernel.use_cases import unguarded
    from zhian.registry.standards import services as standards

    with unguarded("schema"):
        call_command("migrate", verbosity=0, interactive=False)
    ledger.ensure_checkpoint_key()
    system = office_services.ensure_system_user()
    password = admin_password or secrets.token_urlsafe(12)
    made = offices.user_by_name("admin") is None
    if made:
        office_services.create_admin(acting_user=system, username="admin", password=password)
    if divisions and not regions.any_loaded():
        folder = settings.ZHIAN_BUILD / "divisions"
        region_services.load_divisions(acting_user=system, folder=folder)
    if not standards.starter_limits_loaded():
        standards.load_starter_limits(acting_user=system)
    if not standards.regulations_loaded():
        standards.load_regulations(acting_user=system)
    return password if made else None


@click.command(context_settings={"ignore_unknown_options": True})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
@needs_database
def manage(arguments: tuple[str, ...]) -> None:
    """Django's own commands on this data folder, for developers."""
    from django.core.management import execute_from_command_line

    from zhian.kernel.use_cases import unguarded

    with unguarded("management command"):
        execute_from_command_line(["zhian manage", *arguments])


@click.command()
@needs_database
def worker() -> None:
    """Run reactions and scheduled jobs until told to stop."""
    from config import queue

    queue.work()


@click.command()
@data_option
@click.option("--port", default=8000, show_default=True, help="port on this machine")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--workers", default=2, show_default=True, help="web processes")
def serve(data: Path, port: int, host: str, workers: int) -> None:
    """Web, worker and database together, started again when they die; Ctrl-C stops them all."""
    open_data(data)
    _refuse_unready(data)
    try:
        processes.supervise(data.resolve(), host, port, workers)
    except processes.AlreadyServed as error:
        raise click.ClickException(str(error)) from error


def _refuse_unready(data: Path) -> None:
    from django.db import OperationalError

    until = time.monotonic() + postgres.PATIENCE
    while True:
        try:
            return _refuse_without_tables()
        except OperationalError:  # the database died while we came up
            if time.monotonic() > until:
                raise
            time.sleep(0.5)
            postgres.ensure_running(data)


def _refuse_without_tables() -> None:
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    connection.close()
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise click.ClickException("the database is not laid out: run `zhian init` first")
    connection.close()
