"""The index on disk: whole or not there, old or new, never half."""

import json
import os
import signal
import subprocess
import sys
import time
import zlib
from pathlib import Path

import numpy as np
import pytest

from tests.chain.tracing.goods_stories import melamine
from zhian.chain.tracing.engine.index import compacting, folder
from zhian.chain.tracing.engine.index.base import Arrays
from zhian.chain.tracing.engine.index.compacting import write_merged
from zhian.chain.tracing.engine.index.deriving import Told, tell
from zhian.chain.tracing.engine.index.names import Names, written
from zhian.chain.tracing.engine.index.opened import open_index
from zhian.chain.tracing.engine.index.segments import SegmentWriter, Torn, read_segment

BUILDER = """
import sys
from pathlib import Path
from tests.chain.tracing.goods_stories import melamine
from zhian.chain.tracing.engine.index import compacting, folder
from zhian.chain.tracing.engine.index.base import Arrays
from zhian.chain.tracing.engine.index.compacting import write_merged
from zhian.chain.tracing.engine.index.deriving import Told, tell
while True:
    folder.rebuild(Path(sys.argv[1]), tell(melamine()), 18)
    print("built", flush=True)
"""


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """An index of the melamine story with something told afterwards."""
    facts = melamine()
    folder.rebuild(tmp_path, tell(facts[:12]), 12)
    folder.append(tmp_path, tell(facts, {"powder", "candy"}), 18)
    return tmp_path


def test_an_index_says_up_to_which_event_it_knows(place: Path) -> None:
    manifest = folder.check(place)
    assert manifest is not None
    assert (manifest.generation, manifest.event, len(manifest.told)) == (1, 18, 1)
    again = folder.rebuild(place, tell(melamine()), 20)
    assert (again.generation, again.event, again.told) == (2, 20, ())
    assert sorted(path.name for path in place.iterdir()) == [
        "base-2.seg", "building", "lock", "manifest.json",
    ]  # fmt: skip


def test_merging_keeps_the_answers_and_what_is_told_meanwhile(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader = open_index(place)
    assert reader is not None
    before = reader.lots_met(["milk"], forward=True)

    def slow(path: Path, arrays: Arrays, told: Told) -> int:
        size = write_merged(path, arrays, told)
        folder.append(place, tell(melamine(), {"sugar"}), 19)
        return size

    monkeypatch.setattr(compacting, "write_merged", slow)
    merged = folder.merge(place)
    assert (merged.generation, merged.event) == (2, 19)
    assert [piece.file for piece in merged.told] == ["told-1-2.bin"]
    assert not (place / "base-1.seg").exists()
    assert folder.check(place) == merged
    assert reader.lots_met(["milk"], forward=True) == before  # still on the old files
    after = open_index(place)
    assert after is not None
    assert after.lots_met(["milk"], forward=True) == before
    again = folder.append(place, tell([]), 20)
    assert again.told[-1].file == "told-2-3.bin"


def test_a_merge_that_breaks_off_changes_nothing(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = folder.check(place)

    def breaks(path: Path, arrays: Arrays, told: Told) -> int:
        write_merged(path, arrays, told)
        path.write_bytes(path.read_bytes()[:-5])
        raise ZeroDivisionError

    monkeypatch.setattr(compacting, "write_merged", breaks)
    with pytest.raises(ZeroDivisionError):
        folder.merge(place)
    assert folder.check(place) == before
    assert open_index(place) is not None
    monkeypatch.undo()
    merged = folder.merge(place)
    assert merged.generation == 3
    assert not (place / "base-2.seg").exists()
    with pytest.raises(Torn, match="no index"):
        folder.merge(place / "..")


def test_no_folder_is_no_index(tmp_path: Path) -> None:
    assert open_index(tmp_path / "none") is None
    assert folder.check(tmp_path / "none") is None
    assert folder.stamp(tmp_path / "none") is None
    with pytest.raises(Torn, match="no index"):
        folder.append(tmp_path, tell([]), 1)


def test_the_stamp_tells_a_reader_to_look_again(place: Path) -> None:
    before = folder.stamp(place)
    folder.append(place, tell([]), 19)
    assert before is not None
    assert folder.stamp(place) != before


@pytest.mark.parametrize("name", ["base-1.seg", "told-1-1.bin"])
def test_a_file_that_is_cut_short_or_gone_is_torn(place: Path, name: str) -> None:
    manifest = folder.read_manifest(place)
    assert manifest is not None
    folder.check_sizes(place, manifest)
    whole = (place / name).read_bytes()
    (place / name).write_bytes(whole[:-5])
    for torn in (lambda: open_index(place), lambda: folder.check_sizes(place, manifest)):
        with pytest.raises(Torn):
            torn()
    (place / name).unlink()
    with pytest.raises(Torn):
        open_index(place)


def test_a_flipped_bit_is_found(place: Path) -> None:
    for name, at in (("base-1.seg", 4096), ("told-1-1.bin", 30), ("manifest.json", 12)):
        whole = bytearray((place / name).read_bytes())
        whole[at] ^= 1
        (place / name).write_bytes(whole)
        with pytest.raises(Torn):
            folder.check(place)
        whole[at] ^= 1
        (place / name).write_bytes(whole)
    folder.check(place)


def test_the_contents_and_the_version_of_a_segment_are_checked(place: Path) -> None:
    path = place / "base-1.seg"
    whole = path.read_bytes()
    for raw in (
        b"NOTATRACE" + whole[9:],
        whole[:-40] + b"x" + whole[-39:],
        whole[:-8] + b"12345678",
    ):
        path.write_bytes(raw)
        with pytest.raises(Torn):
            read_segment(path, len(raw))


def test_a_segment_of_another_layout_is_rebuilt_not_read(tmp_path: Path) -> None:
    folder.rebuild(tmp_path, tell(melamine()), 18)
    manifest = folder.read_manifest(tmp_path)
    assert manifest is not None
    path = tmp_path / manifest.base.file
    arrays = read_segment(path, manifest.base.size)
    with SegmentWriter(path) as writer:
        for name in sorted(arrays)[1:]:
            writer.put(name, arrays[name])
        size = writer.publish()
    fields = json.loads((tmp_path / "manifest.json").read_bytes().partition(b"\n")[0])
    fields["base"]["size"] = size
    line = json.dumps(fields).encode()
    (tmp_path / "manifest.json").write_bytes(line + f"\n{zlib.crc32(line):08x}\n".encode())
    with pytest.raises(Torn, match="another layout"):
        open_index(tmp_path)


def test_another_version_is_rebuilt_not_read(place: Path) -> None:
    line, _newline, _sum = (place / "manifest.json").read_bytes().partition(b"\n")
    fields = json.loads(line) | {"version": 99}
    folder._write(place / "manifest.json", b"")
    with pytest.raises(Torn, match="torn"):
        folder.read_manifest(place)
    line = json.dumps(fields).encode()
    (place / "manifest.json").write_bytes(line + f"\n{zlib.crc32(line):08x}\n".encode())
    with pytest.raises(Torn, match="version"):
        folder.read_manifest(place)


def test_a_torn_manifest_never_gives_an_old_number_again(place: Path) -> None:
    (place / "manifest.json").write_bytes(b"{}")
    assert folder.rebuild(place, tell(melamine()), 18).generation == 2


def test_a_segment_that_was_not_finished_leaves_nothing(tmp_path: Path) -> None:
    def begin() -> None:
        with SegmentWriter(tmp_path / "a.seg") as writer:
            writer.put("numbers", np.arange(9))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        begin()
    assert list(tmp_path.iterdir()) == []


def test_names_are_found_on_disk() -> None:
    numbers, text, offsets = written(["乳", "b", "a", "b"])
    names = Names(text, offsets)
    assert [names[n] for n in range(len(names))] == ["a", "b", "乳"]
    assert {name: names.find(name) for name in numbers} == numbers
    assert names.find("c") is None
    assert Names(*written([])[1:]).find("a") is None


@pytest.mark.crash
def test_kill_minus_nine_while_building_leaves_the_old_index(place: Path) -> None:
    root = Path(__file__).parents[3]
    for round_ in range(2):
        builder = subprocess.Popen(
            [sys.executable, "-c", BUILDER, str(place)],
            cwd=root, env={**os.environ, "PYTHONPATH": str(root)},
            stdout=subprocess.PIPE, start_new_session=True,
        )  # fmt: skip
        assert builder.stdout is not None
        builder.stdout.readline()
        time.sleep(0.003 + 0.004 * round_)
        os.killpg(builder.pid, signal.SIGKILL)
        builder.wait()
        builder.stdout.close()
        index = open_index(place)
        assert index is not None
        assert folder.check(place) is not None
        assert index.lots_met(["milk"], forward=True) == {"milk", "powder"}
    folder.rebuild(place, tell(melamine()), 18)
    assert {path.suffix for path in place.iterdir()} <= {".seg", ".json", ".new", ""}
