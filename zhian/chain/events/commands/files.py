"""`zhian epcis` and `zhian gs1`: judge, hash, convert and translate files, without a database."""

import json
import sys
from pathlib import Path

import click

from zhian.chain.events.engine.conversion import Form, convert, convertible
from zhian.chain.events.engine.documents import Document, examine
from zhian.chain.events.engine.hashing import canonical_text, hash_ids
from zhian.chain.events.engine.profiles import ProfileKind, judge_document, names
from zhian.chain.events.engine.translation import translate
from zhian.kernel import clock


@click.group()
def epcis() -> None:
    """EPCIS documents in JSON 2.0 and XML 2.0, 1.2, 1.1: validate, hash, convert."""


FILE = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))


@epcis.command()
@click.option("--profile", help="an industry profile too, such as fsma204-harvesting or ledgers")
@click.option("--strict", is_flag=True, help="warnings count as errors")
@FILE
def validate(file: Path, *, profile: str | None, strict: bool) -> None:
    """Judge a document; a JSON list of its errors on stdout, exit 1 when there are any."""
    found = examine(file.read_bytes())
    errors = list(found.errors)
    if profile is not None and found.document is not None:
        errors += judge_document(found.document, _profile(profile))
    if strict:
        errors += found.warnings
    click.echo(_json([error.as_dict() for error in errors]))
    for warning in found.warnings if not strict else ():
        click.echo(json.dumps(warning.as_dict(), ensure_ascii=False), err=True)
    sys.exit(1 if errors else 0)


def _profile(name: str) -> list[ProfileKind]:
    known = names(clock.today())
    if name not in known:
        raise click.BadParameter(f"known are {', '.join(sorted(known))}", param_hint="--profile")
    return known[name]


@epcis.command("hash")
@click.option("--canonical", is_flag=True, help="the canonical text instead of its hash")
@FILE
def hash_command(file: Path, *, canonical: bool) -> None:
    """The CBV 2.0 event hash id of every event, one a line; errors as for validate."""
    document = _accepted(file)
    if canonical:
        lines = [canonical_text(event, document.prefixes) for event in document.events]
    else:
        lines = hash_ids(document)
    for line in lines:
        click.echo(line)


@epcis.command("convert")
@click.option("--to", "form", type=click.Choice([form.value for form in Form]), required=True)
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="instead of stdout")
@FILE
def convert_command(file: Path, form: str, out: Path | None) -> None:
    """The document in another form, nothing lost; faults of content are told, not mended."""
    found = examine(file.read_bytes())
    document = convertible(found)
    if document is None:
        click.echo(_json([error.as_dict() for error in found.errors]))
        sys.exit(1)
    for fault in (*found.errors, *found.warnings):
        click.echo(json.dumps(fault.as_dict(), ensure_ascii=False), err=True)
    written = convert(document, Form(form))
    if out is None:
        click.echo(written, nl=False)
    else:
        out.write_bytes(written)


def _accepted(file: Path) -> Document:
    found = examine(file.read_bytes())
    if found.document is None:
        click.echo(_json([error.as_dict() for error in found.errors]))
        sys.exit(1)
    return found.document


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2)


@click.command()
@FILE
def gs1(file: Path) -> None:
    """Spell every GS1 key of a file (one URI a line) as URN, Digital Link and element string."""
    for line in file.read_text("utf-8-sig").splitlines():
        if line.strip():
            click.echo(json.dumps(_spelled(line.strip()), ensure_ascii=False))


def _spelled(text: str) -> dict[str, object]:
    found = translate(text)
    return {
        "input": found.input,
        "valid": found.valid,
        "error": found.error,
        "urn": found.urn,
        "digitalLink": found.digital_link,
        "elementString": found.element_string,
    }
