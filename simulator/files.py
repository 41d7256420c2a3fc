"""Reading and writing files safely: size-capped text reads, and writes that leave either all new files or none."""

import os
import secrets
import shutil
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from simulator.errors import InputError, did_you_mean

MAX_TEXT_BYTES = 1_000_000


def read_bytes(path: Path, *, max_bytes: int = MAX_TEXT_BYTES) -> bytes:
    """Return the content of a regular file.

    Raises `InputError` if it is missing (naming near matches in its folder), a folder, unreadable, or larger than
    `max_bytes`.
    """
    try:
        if not path.exists():
            raise InputError(f"{path}: no such file{_neighbours(path)}")
        if path.is_dir():
            raise InputError(f"{path}: is a folder; give a file")
        if not path.is_file():
            raise InputError(f"{path}: is not a regular file")
        with path.open("rb") as handle:
            content = handle.read(max_bytes + 1)
    except (OSError, ValueError) as error:
        raise InputError(f"{path}: cannot be read ({_reason(error)})") from None
    if len(content) > max_bytes:
        raise InputError(f"{path}: is larger than {max_bytes:,} bytes")
    return content


def read_text(path: Path, *, max_bytes: int = MAX_TEXT_BYTES) -> str:
    """Return a UTF-8 text file's content without a byte-order mark, line ends as newlines.

    Raises `InputError` as `read_bytes` does, and if the file is not UTF-8 text.
    """
    content = read_bytes(path, max_bytes=max_bytes)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise InputError(f"{path}:{line}: is not UTF-8 text") from None
    if "\0" in text:
        raise InputError(f"{path}:{text.count(chr(10), 0, text.index(chr(0))) + 1}: is a binary file, not text")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def write_files(contents: Mapping[Path, str | bytes]) -> None:
    """Write all files, or leave every one of them as it was.

    Text is written as UTF-8 with newlines as they are. Every file is first written in full beside its target, then
    put in its place with `os.replace`; if any step fails, the files already replaced get their old content back. A
    replaced file keeps its permissions; of a symbolic link, the file it leads to is replaced.

    Raises `InputError` if a folder is missing or not writable, a target is a folder or a device, or the disk is full.
    """
    staged: dict[Path, Path] = {}
    try:
        for named, content in contents.items():
            _refuse_bad_target(named)
            target = named.resolve() if named.is_symlink() else named
            staged[target] = _beside(target, "new")
            _write_through(staged[target], content.encode("utf-8") if isinstance(content, str) else content, target)
        _replace_all(staged)
    except OSError as error:
        name = getattr(error, "filename", None) or ", ".join(str(p) for p in contents)
        raise InputError(f"{name}: cannot be written ({_reason(error)}); nothing was changed") from None
    finally:
        for temporary in staged.values():
            with suppress(OSError):
                temporary.unlink(missing_ok=True)


def check_writable(path: Path) -> None:
    """Raise `InputError` if `path` cannot be written later: its folder is missing or read-only, or it is a folder."""
    _refuse_bad_target(path)
    if not os.access(path.parent, os.W_OK):
        raise InputError(f"{path}: cannot be written (folder '{path.parent}' is read-only)")


def _refuse_bad_target(target: Path) -> None:
    if target.is_dir():
        raise InputError(f"{target}: is a folder; give a file name")
    if target.exists() and not target.is_file():
        raise InputError(f"{target}: is not a regular file; give another name (or - for the screen)")
    if not target.parent.is_dir():
        hint = _neighbours(target.parent)
        raise InputError(f"{target}: folder '{target.parent}' does not exist; make it first{hint}")


def _write_through(path: Path, content: bytes, target: Path) -> None:
    """Write `content` to the disk, with the permissions of `target` if that exists."""
    with path.open("xb") as handle:
        handle.write(content)
        handle.flush()
        os.fsync(handle.fileno())
    if target.exists():
        shutil.copymode(target, path)


def _replace_all(staged: Mapping[Path, Path]) -> None:
    backups: dict[Path, Path | None] = {}
    try:
        for target, temporary in staged.items():
            backup = _beside(target, "old") if target.exists() else None
            if backup is not None:
                shutil.copy2(target, backup)
            backups[target] = backup
            os.replace(temporary, target)
    except OSError:
        for target, backup in backups.items():
            with suppress(OSError):
                if backup is not None:
                    os.replace(backup, target)
                elif not staged[target].exists():
                    target.unlink(missing_ok=True)
        raise
    finally:
        for backup in backups.values():
            if backup is not None:
                backup.unlink(missing_ok=True)


def _beside(target: Path, what: str) -> Path:
    return target.with_name(f".{target.name}.{secrets.token_hex(4)}.{what}")


def _neighbours(path: Path) -> str:
    try:
        names = [p.name for p in path.parent.iterdir() if not p.name.startswith(".")][:2000]
    except (OSError, ValueError):
        return ""
    hint = did_you_mean(path.name, names)
    return hint if "did you mean" in hint else ""


def _reason(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error)
