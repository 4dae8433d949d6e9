"""Tokens: who may change a server, and where others of the same user find that.

A server leaves a note of itself, its address and its token, in a file that only its
user can read, and takes it away again when it stops.  Of several servers the newest is
the one that is found.
"""

from __future__ import annotations

import os
import secrets
import tempfile
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from errno import EPERM
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from simulator.keys import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterator

OWNER_ALONE = 0o600
OWNERS_FOLDER = 0o700


@dataclass(frozen=True, slots=True)
class Note:
    """What a server leaves of itself: where it is, its token, and its process."""

    url: str
    token: str
    process: int


def new_token() -> str:
    """Return a token that nobody can guess."""
    return secrets.token_hex(16)


def notes_folder() -> Path:
    """Return where this user's servers leave their notes."""
    return Path(tempfile.gettempdir()) / f"smslab-{os.getuid()}"


def check_token(token: str) -> str:
    """Return a token that a header can hold.

    Raises:
        ConfigError: it cannot.
    """
    if token and token.isascii() and token.isprintable() and " " not in token:
        return token
    raise ConfigError("a control token is of letters, digits and signs, without spaces")


@contextmanager
def leaving_note(folder: Path | None, url: str, token: str) -> Iterator[None]:
    """Leave a note of a server within a `with` block; none where no folder is given.

    Notes of servers that are gone are taken away first.

    Raises:
        OSError: it cannot be written.
    """
    if folder is None:
        yield
        return
    folder.mkdir(mode=OWNERS_FOLDER, parents=True, exist_ok=True)
    if not _is_own(folder):
        raise PermissionError(EPERM, "not this user's alone", str(folder))
    _sweep(folder)
    path = folder / f"{url.rpartition(':')[2]}-{os.getpid()}.json"
    path.unlink(missing_ok=True)
    note = msgspec.json.encode(asdict(Note(url, token, os.getpid())))
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ALONE)
    with os.fdopen(handle, "wb") as file:
        file.write(note)
    try:
        yield
    finally:
        path.unlink(missing_ok=True)


def find_note(folder: Path, url: str | None = None) -> Note | None:
    """Return the note of the server at `url`, or of the newest one; None if none runs.

    Only notes of this user's are believed, and of processes that are still there.
    """
    return next((n for n in find_notes(folder) if url in (None, n.url)), None)


def find_notes(folder: Path) -> list[Note]:
    """Return the notes of all servers that run, the newest first."""
    found = []
    for path in folder.glob("*.json") if folder.is_dir() else ():
        note = _read(path)
        if note is not None and _runs(note):
            found.append((_left_at(path), note))
    return [note for _, note in sorted(found, key=lambda one: one[0], reverse=True)]


def running_servers(folder: Path) -> str:
    """Say in words which servers run."""
    urls = ", ".join(note.url for note in find_notes(folder))
    return f"there runs {urls}" if urls else "none runs: start smslab serve"


def _read(path: Path) -> Note | None:
    try:
        if not _is_own(path):
            return None
        return msgspec.json.decode(path.read_bytes(), type=Note)
    except (OSError, msgspec.MsgspecError):
        return None


def _left_at(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0  # taken away just now


def _runs(note: Note) -> bool:
    try:
        os.kill(note.process, 0)
    except (OSError, OverflowError):
        return False
    return True


def _sweep(folder: Path) -> None:
    """Take away the notes of servers that are gone."""
    for path in folder.glob("*.json"):
        note = _read(path)
        if note is not None and not _runs(note):
            path.unlink(missing_ok=True)


def _is_own(path: Path) -> bool:
    """Say whether a file or folder is this user's, and nobody else's to read."""
    state = path.lstat()
    return state.st_uid == os.getuid() and not state.st_mode & 0o077
