"""`zhian ledger`: export with the database, verify without."""

import json
import os
import sys
from pathlib import Path

import click

from zhian.foundation.ledger.engine.audit import audit
from zhian.kernel.command_line import data_option, open_data


@click.group()
def ledger() -> None:
    """What is remembered: export it, prove it."""


@ledger.command("export")
@data_option
@click.option(
    "--out",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="the file to write, one JSON object a line",
)
def export_ledger(data: Path, out: Path) -> None:
    """Write every entry and checkpoint, signed at the end, for anybody to verify."""
    open_data(data)
    from zhian.foundation.ledger import keys, selectors

    key = keys.load_key(data)
    made = out.with_name(f".{out.name}.{os.getpid()}")
    count = 0
    with made.open("w", encoding="utf-8", newline="\n") as file:
        for line in selectors.exported(key):
            file.write(line + "\n")
            count += 1
    made.replace(out)
    click.echo(f"{out}: {count} lines, public key {keys.public_key(key)}")


@ledger.command("key")
@data_option
def show_key(data: Path) -> None:
    """Print the public key of this installation; keep it somewhere else than the export."""
    from zhian.foundation.ledger import keys

    click.echo(keys.public_key(keys.load_key(data)))


@ledger.command("verify")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--public-key", "public_keys", multiple=True, help="the key you trust, hexadecimal")
@click.option("--json", "as_json", is_flag=True, help="the result as one JSON object")
def verify(file: Path, public_keys: tuple[str, ...], as_json: bool) -> None:
    """Name every changed, dropped, reordered or inserted line; needs no database."""
    with file.open(encoding="utf-8", errors="surrogateescape", newline="\n") as lines:
        found = audit(lines, public_keys=[key.lower() for key in public_keys])
    if as_json:
        faults = [{"kind": f.kind, "what": f.what, "line": f.line} for f in found.faults]
        result = {"intact": found.intact, "entries": found.entries, "faults": faults}
        click.echo(json.dumps({**result, "checkpoints": found.checkpoints}, ensure_ascii=False))
    else:
        for fault in found.faults:
            click.echo(str(fault))
        word = "intact" if found.intact else f"{len(found.faults)} faults"
        click.echo(f"{word}: {found.entries} entries, {found.checkpoints} checkpoints")
        if not public_keys:
            keys = ", ".join(sorted(found.keys))
            click.echo(f"signed by {keys} as the file itself says; compare with --public-key")
    sys.exit(0 if found.intact else 1)
