"""init, serve, worker: the processes of one installation."""

import asyncio
import os
import secrets
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import cast

import click

from zhian.kernel import postgres
from zhian.kernel.command_line import data_option, needs_database, open_data

STALLED_AFTER = 15.0  # seconds without a heartbeat before a dead worker's jobs run again


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
    asyncio.run(run_worker())


async def run_worker(*, wait: bool = True) -> None:
    """Work the queue; jobs of a worker that died are taken up again."""
    from procrastinate.contrib.django import app
    from procrastinate.contrib.django.django_connector import DjangoConnector

    from zhian.kernel.use_cases import unguarded

    connector = cast(DjangoConnector, app.connector).get_worker_connector()
    working = app.with_connector(connector)
    async with working.open_async():

        async def rescue() -> None:
            while True:
                stalled = await working.job_manager.get_stalled_jobs(
                    seconds_since_heartbeat=STALLED_AFTER
                )
                for job in stalled:
                    with unguarded("job queue"):
                        await working.job_manager.retry_job(job)
                await asyncio.sleep(STALLED_AFTER / 3)

        rescuer = asyncio.create_task(rescue())
        try:
            await working.run_worker_async(
                wait=wait,
                concurrency=2,
                fetch_job_polling_interval=1.0,
                update_heartbeat_interval=STALLED_AFTER / 3,
                stalled_worker_timeout=STALLED_AFTER * 2,
            )
        finally:
            rescuer.cancel()


@click.command()
@data_option
@click.option("--port", default=8000, show_default=True, help="port on this machine")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--workers", default=2, show_default=True, help="web processes")
def serve(data: Path, port: int, host: str, workers: int) -> None:
    """Web, worker and database in one process group; stops cleanly on Ctrl-C."""
    open_data(data)
    _refuse_unready()
    supervise(data.resolve(), host, port, workers)


def _refuse_unready() -> None:
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise click.ClickException("the database is not laid out: run `zhian init` first")
    connection.close()


def supervise(data: Path, host: str, port: int, workers: int) -> None:
    """Keep web, worker and database running; say `ready` once requests are accepted."""
    commands = {
        "web": [
            sys.executable, "-m", "granian", "--interface", "wsgi", "--host", host,
            "--port", str(port), "--workers", str(workers), "--blocking-threads", "4",
            "--respawn-failed-workers", "--log-level", "warning", "config.wsgi:application",
        ],
        "worker": [sys.executable, "-m", "config.cli", "worker", "--data", str(data)],
    }  # fmt: skip
    stopping = False

    def stop(_signal: int, _frame: object) -> None:
        nonlocal stopping
        stopping = True

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    running = {name: _spawn(command) for name, command in commands.items()}
    address, said = f"http://{host}:{port}", False
    try:
        while not stopping:
            postgres.ensure_running(data)
            for name, process in running.items():
                if process.poll() is not None:
                    running[name] = _spawn(commands[name])
            if not said and _answers(f"{address}/healthz"):
                print(f"ready {address}", flush=True)  # noqa: T201 — the contract's one line
                said = True
            time.sleep(0.3)
    finally:
        _end(list(running.values()))


def _end(processes: list[subprocess.Popen[bytes]]) -> None:
    for process in processes:
        process.send_signal(signal.SIGTERM)
    for process in processes:
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()


def _spawn(command: list[str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(command, env=os.environ.copy(), start_new_session=True)


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=1) as answer:  # noqa: S310 — our own address
            return bool(answer.status == 200)
    except (urllib.error.URLError, TimeoutError, ConnectionError):
        return False
