"""Use cases leave entries; the database keeps them as they are."""

import json
import uuid
from pathlib import Path

import pytest
from click.testing import CliRunner
from django.conf import LazySettings
from django.db import DatabaseError, connection, transaction

from tests.casting import Cast
from zhian.foundation.ledger import commands, keys, selectors, services, tasks, vocabulary
from zhian.foundation.ledger.engine import merkle, slowly
from zhian.foundation.ledger.engine.chain import GENESIS
from zhian.foundation.ledger.models import Entry
from zhian.foundation.ledger.vocabulary import Knowledge
from zhian.foundation.offices.models import User
from zhian.kernel import clock
from zhian.kernel.errors import NotKnown, Unavailable
from zhian.kernel.use_cases import record, unguarded, use_case


@use_case("tests.thing.done")
def do(*, acting_user: User, subject: str = "tests.thing:1", nested: int = 0) -> None:
    for _one in range(nested):
        do(acting_user=acting_user, subject=subject)
    record(subject, place=126.5, words="货证相符", nul="a\x00b")


@pytest.fixture(autouse=True)
def data_folder(settings: LazySettings, tmp_path: Path) -> Path:
    settings.ZHIAN_DATA = tmp_path
    return tmp_path


def contents() -> list[dict]:
    return [selectors.content_of(entry) for entry in Entry.objects.order_by("seq")]


def test_a_use_case_leaves_one_chained_entry(cast: Cast) -> None:
    do(acting_user=cast.wang)
    entry = Entry.objects.get()
    assert (entry.seq, entry.prev_hash, entry.kind) == (1, GENESIS, "tests.thing.done")
    assert (entry.actor_id, entry.actor_name) == (cast.wang.pk, "王建国")
    assert entry.office_code == cast.office.code
    assert entry.data == {"place": "126.5", "words": "货证相符", "nul": "ab"}
    assert selectors.hash_holds(entry)
    assert str(entry) == "#1 tests.thing.done"


def test_nested_use_cases_say_what_set_them_off(cast: Cast) -> None:
    do(acting_user=cast.wang, nested=2)
    do(acting_user=cast.dian)
    first, *others = Entry.objects.order_by("seq")
    assert [one.cause for one in others] == [first.pk, first.pk, None]
    assert others[-1].office_code == ""
    assert slowly.chain_holds(contents())
    assert list(selectors.consequences_of(first)) == others[:2]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger_entry SET actor_name = 'x'",
        "DELETE FROM ledger_entry",
        "TRUNCATE ledger_entry CASCADE",
        "TRUNCATE ledger_checkpoint",
        "UPDATE ledger_checkpoint SET size = 7",
        "DELETE FROM ledger_checkpoint",
    ],
)
def test_the_database_refuses_to_change_or_remove(cast: Cast, statement: str) -> None:
    do(acting_user=cast.wang)
    services.ensure_checkpoint_key()
    services.sign_checkpoint(acting_user=cast.system)
    before = contents()
    with (
        unguarded("an intruder"),
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    assert contents() == before


def test_an_entry_is_found_by_subject_person_and_number(cast: Cast) -> None:
    do(acting_user=cast.wang)
    do(acting_user=cast.li, subject="tests.thing:2")
    first = Entry.objects.get(seq=1)
    assert list(selectors.entries_about("tests.thing", 1)) == [first]
    assert list(selectors.entries_about(cast.office)) == []
    assert list(selectors.entries_by(cast.wang)) == [first]
    assert selectors.entry_by_id(first.pk) == first
    assert selectors.entries_by_id({first.pk}) == {first.pk: first}
    with pytest.raises(NotKnown):
        selectors.entry_by_id(NOBODYS)


NOBODYS = uuid.uuid4()


def test_a_deed_is_done_once_by_its_key(cast: Cast) -> None:
    port = services.ChainedLedger()
    assert not port.already_done("one")

    @use_case("tests.once", once=lambda **_arguments: "one")
    def once(*, acting_user: User) -> None:
        record("tests.thing:1")

    once(acting_user=cast.system)
    assert port.already_done("one")


def test_who_knew_is_told_by_deeds_and_by_other_rooms(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    do(acting_user=cast.wang)
    told = Knowledge(clock.now(), "孙志远", "", "told", user_id=cast.sun.pk)
    monkeypatch.setattr(vocabulary, "_sources", [lambda kind, key: [told] if key == "1" else []])
    found = selectors.who_knew("tests.thing", 1)
    assert [(one.who, str(one.how)) for one in found] == [
        ("王建国", "Tests: thing done"),
        ("孙志远", "told"),
    ]
    assert selectors.who_knew("tests.thing", 2) == []


def test_a_checkpoint_covers_everything_before_it(cast: Cast) -> None:
    services.ensure_checkpoint_key()
    do(acting_user=cast.wang, nested=3)
    entry = Entry.objects.get(seq=2)
    assert selectors.proof_of(entry) is None
    assert selectors.checkpoint_is_due()
    first = services.sign_checkpoint(acting_user=cast.system)
    assert (first.seq, first.size, str(first)) == (1, 4, "checkpoint 1 (4)")
    assert selectors.signature_holds(first)
    assert not selectors.checkpoint_is_due()
    proof = selectors.proof_of(entry)
    assert proof is not None
    assert proof.holds
    do(acting_user=cast.li)
    tasks.sign_checkpoint(0)
    tasks.sign_checkpoint(0)
    second, _first = selectors.checkpoints()
    assert (second.seq, second.size) == (2, 6)
    assert selectors.last_checkpoint() == second
    path = [bytes.fromhex(one) for one in selectors.consistency_of(first, second)]
    assert merkle.extends(
        old_root=bytes.fromhex(first.root),
        old_size=first.size,
        root=bytes.fromhex(second.root),
        size=second.size,
        path=path,
    )
    second.root = first.root
    assert not selectors.signature_holds(second)


def test_the_key_is_made_once_and_only_its_owner_reads_it(data_folder: Path) -> None:
    with pytest.raises(Unavailable):
        keys.load_key(data_folder)
    key = services.ensure_checkpoint_key()
    assert services.ensure_checkpoint_key() == key
    assert keys.key_path(data_folder).stat().st_mode & 0o777 == 0o600
    assert [path.name for path in (data_folder / "keys").iterdir()] == ["ledger.pem"]


def test_a_key_of_another_kind_is_refused(data_folder: Path) -> None:
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

    path = keys.key_path(data_folder)
    path.parent.mkdir()
    path.write_bytes(
        X25519PrivateKey.generate().private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    with pytest.raises(Unavailable, match="Ed25519"):
        keys.load_key(data_folder)


def exported(cast: Cast, folder: Path) -> Path:
    services.ensure_checkpoint_key()
    do(acting_user=cast.wang, nested=2)
    services.sign_checkpoint(acting_user=cast.system)
    do(acting_user=cast.li)
    file = folder / "ledger.jsonl"
    lines = selectors.exported(keys.load_key(folder))
    file.write_text("".join(line + "\n" for line in lines), "utf-8")
    return file


def test_an_export_is_verified_without_the_database(cast: Cast, data_folder: Path) -> None:
    file = exported(cast, data_folder)
    key = keys.public_key(keys.load_key(data_folder))
    result = CliRunner().invoke(commands.ledger, ["verify", str(file), "--public-key", key])
    assert (result.exit_code, result.output) == (0, "intact: 5 entries, 1 checkpoints\n")
    own = CliRunner().invoke(commands.ledger, ["verify", str(file)])
    assert f"signed by {key} as the file itself says" in own.output
    assert own.exit_code == 0


def test_the_export_command_writes_a_file_that_verifies(
    cast: Cast, data_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # the test's own database is open already
    monkeypatch.setattr(commands, "open_data", lambda _data: None)
    key = services.ensure_checkpoint_key()
    do(acting_user=cast.wang)
    file = data_folder / "out.jsonl"
    made = CliRunner().invoke(
        commands.ledger, ["export", "--data", str(data_folder), "--out", str(file)]
    )
    assert (made.exit_code, made.output) == (0, f"{file}: 3 lines, public key {key}\n")
    checked = CliRunner().invoke(commands.ledger, ["verify", str(file), "--public-key", key])
    assert checked.exit_code == 0
    assert [path.name for path in data_folder.iterdir() if path.is_file()] == ["out.jsonl"]


def test_two_processes_make_one_key(data_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def beaten(_made: object, path: Path) -> None:
        path.write_bytes(b"the other's")
        raise FileExistsError

    monkeypatch.setattr(keys.os, "link", beaten)
    assert keys.create_key(data_folder).read_bytes() == b"the other's"
    assert [path.name for path in (data_folder / "keys").iterdir()] == ["ledger.pem"]


def test_a_source_of_knowledge_is_asked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vocabulary, "_sources", [])

    def source(_kind: str, _key: str) -> list[Knowledge]:
        return []

    vocabulary.add_knowledge_source(source)
    vocabulary.add_knowledge_source(source)
    assert vocabulary.knowledge_sources() == (source,)


def test_a_tampered_export_is_named_line_by_line(cast: Cast, data_folder: Path) -> None:
    file = exported(cast, data_folder)
    text = file.read_text("utf-8").replace("李秀英", "王小二")
    file.write_text(text, "utf-8")
    result = CliRunner().invoke(commands.ledger, ["verify", str(file), "--json"])
    assert result.exit_code == 1
    found = json.loads(result.output)
    assert found["intact"] is False
    assert found["faults"] == [
        {"kind": "changed", "what": "entry 5 does not match its hash", "line": 6}
    ]


def test_a_file_that_is_no_export_is_told_so(tmp_path: Path) -> None:
    file = tmp_path / "picture.jpg"
    file.write_bytes(b"\xff\xd8\xff\x00\n\xfe")
    result = CliRunner().invoke(commands.ledger, ["verify", str(file)])
    assert result.exit_code == 1
    assert "line 1: unreadable: not a line of an export" in result.output


def test_the_public_key_is_printed(data_folder: Path) -> None:
    key = services.ensure_checkpoint_key()
    result = CliRunner().invoke(commands.ledger, ["key", "--data", str(data_folder)])
    assert result.output.strip() == key


def test_two_texts_for_one_kind_are_a_mistake() -> None:
    vocabulary.describe("tests.kind", "One text")
    vocabulary.describe("tests.kind", "One text")
    with pytest.raises(ValueError, match=r"two texts for ledger entries of kind tests\.kind"):
        vocabulary.describe("tests.kind", "Another text")
    assert vocabulary.described("tests.kind")
    assert vocabulary.descriptions()["tests.kind"] == "One text"


def test_a_kind_or_subject_without_words_is_made_readable() -> None:
    assert vocabulary.prettified("recalls.scope.confirmed") == "Recalls: scope confirmed"
    assert vocabulary.prettified("reaction") == "Reaction"
    assert vocabulary.subject_name("permits.status_change") == "Status change"
    assert vocabulary.subject_link("permits.status_change", "1") == ""
    assert vocabulary.subject_link("duties.duty", "1") == "/duties/1/"
