"""`zhian token`: bearer tokens on the command line."""

import click

from zhian.kernel.command_line import needs_database


@click.group()
def token() -> None:
    """Bearer tokens for machines."""


@token.command()
@click.argument("username")
@click.option("--label", default="zhian token issue", show_default=True, help="what it is for")
@needs_database
def issue(username: str, label: str) -> None:
    """Make a token for USERNAME and print it, once, on stdout."""
    from zhian.foundation.offices import selectors, services
    from zhian.kernel.errors import ZhianError

    user = selectors.user_by_name(username)
    if user is None:
        raise click.ClickException(f"no user is called {username}")
    try:
        _token, raw = services.issue_token(acting_user=user, user_id=user.pk, label=label)
    except ZhianError as error:
        raise click.ClickException(str(error)) from error
    click.echo(raw)
