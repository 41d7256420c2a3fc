"""Writing leaves all new files or none; reading is capped and says what is wrong."""

import errno
import os
from pathlib import Path
from typing import Any

import pytest

from simulator import files
from simulator.errors import InputError
from simulator.files import check_writable, read_text, write_files


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_writes_new_files_and_replaces_old_ones(tmp_path: Path):
    (tmp_path / "a").write_text("old")
    write_files({tmp_path / "a": "new é\n", tmp_path / "b": b"\x00\x01"})
    assert (tmp_path / "a").read_bytes() == "new é\n".encode()
    assert (tmp_path / "b").read_bytes() == b"\x00\x01"
    assert names(tmp_path) == ["a", "b"]


@pytest.mark.parametrize("broken", ["missing", "folder", "file as folder"])
def test_one_bad_target_leaves_all_as_they_were(tmp_path: Path, broken: str):
    good = tmp_path / "good"
    good.write_text("old")
    (tmp_path / "sub").mkdir()
    bad = {"missing": tmp_path / "no" / "x", "folder": tmp_path / "sub", "file as folder": good / "x"}[broken]
    with pytest.raises(InputError, match=str(bad)):
        write_files({good: "new", bad: "new"})
    assert good.read_text() == "old"
    assert names(tmp_path) == ["good", "sub"]


def test_a_missing_folder_is_named_with_its_neighbour(tmp_path: Path):
    (tmp_path / "results").mkdir()
    with pytest.raises(InputError, match="did you mean 'results'"):
        write_files({tmp_path / "result" / "x.csv": ""})


@pytest.mark.parametrize("call", ["write", "fsync"])
@pytest.mark.parametrize("failing", [0, 1])
def test_a_full_disk_leaves_all_as_they_were(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str, failing: int):
    targets = [tmp_path / "a", tmp_path / "b"]
    for target in targets:
        target.write_text("old")
    calls = []

    def full(*arguments: Any) -> None:
        calls.append(arguments)
        if len(calls) > failing:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    if call == "fsync":
        monkeypatch.setattr(files.os, "fsync", full)
    else:
        monkeypatch.setattr(files, "_write_through", full)
    with pytest.raises(InputError, match="No space left on device"):
        write_files(dict.fromkeys(targets, "new"))
    assert [target.read_text() for target in targets] == ["old", "old"]
    assert names(tmp_path) == ["a", "b"]


def test_a_failure_while_replacing_gives_old_content_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    old, new = tmp_path / "old", tmp_path / "new"
    old.write_text("old")
    real, done = os.replace, []

    def second_fails(source: Path, target: Path) -> None:
        if target == new:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        done.append(target)
        real(source, target)

    monkeypatch.setattr(files.os, "replace", second_fails)
    with pytest.raises(InputError, match="nothing was changed"):
        write_files({old: "changed", new: "changed"})
    assert done, "the first file was never replaced, so nothing had to be given back"
    assert old.read_text() == "old"
    assert names(tmp_path) == ["old"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_read_only_folder_is_refused(tmp_path: Path):
    tmp_path.chmod(0o500)
    with pytest.raises(InputError, match="cannot be written"):
        write_files({tmp_path / "x": ""})


def test_a_read_only_folder_is_found_before_the_work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(files.os, "access", lambda path, mode: False)
    with pytest.raises(InputError, match="read-only"):
        check_writable(tmp_path / "x")


def test_a_device_or_pipe_is_never_replaced(tmp_path: Path):
    os.mkfifo(tmp_path / "pipe")
    for target in (tmp_path / "pipe", Path("/dev/null")):
        with pytest.raises(InputError, match="not a regular file"):
            write_files({target: ""})
        with pytest.raises(InputError, match="not a regular file"):
            check_writable(target)
    assert names(tmp_path) == ["pipe"]


def test_a_link_stays_a_link_and_permissions_stay(tmp_path: Path):
    (tmp_path / "sub").mkdir()
    real, link = tmp_path / "sub" / "real", tmp_path / "link"
    real.write_text("old")
    real.chmod(0o640)
    link.symlink_to(real)
    write_files({link: "new"})
    assert link.is_symlink()
    assert real.read_text() == "new"
    assert real.stat().st_mode & 0o777 == 0o640


def test_reading_drops_the_byte_order_mark_and_knows_every_line_end(tmp_path: Path):
    (tmp_path / "x").write_bytes(b"\xef\xbb\xbfa\r\nb\rc\n")
    assert read_text(tmp_path / "x") == "a\nb\nc\n"


@pytest.mark.parametrize(("content", "said"), [
    (b"a\nb\xff", ":2: is not UTF-8"),
    (b"a\nb\nc\0", ":3: is a binary file"),
    (b"x" * 101, "larger than 100 bytes"),
])
def test_reading_refuses(tmp_path: Path, content: bytes, said: str):
    (tmp_path / "x").write_bytes(content)
    with pytest.raises(InputError, match=said):
        read_text(tmp_path / "x", max_bytes=100)


def test_a_pipe_is_refused_and_not_waited_for(tmp_path: Path):
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(InputError, match="not a regular file"):
        read_text(tmp_path / "pipe")
