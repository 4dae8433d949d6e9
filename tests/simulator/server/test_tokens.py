"""Tokens: the notes that servers leave of themselves."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from simulator.keys import ConfigError
from simulator.server.tokens import (
    check_token,
    find_note,
    leaving_note,
    new_token,
    running_servers,
)

if TYPE_CHECKING:
    from pathlib import Path

URL = "http://127.0.0.1:4010"


def test_a_note_is_found_while_the_server_runs(tmp_path: Path) -> None:
    """By its URL or as the only one; afterwards there is none."""
    folder = tmp_path / "notes"
    with leaving_note(folder, URL, "secret"):
        note = find_note(folder)
        assert note is not None
        assert (note.url, note.token, note.process) == (URL, "secret", os.getpid())
        assert find_note(folder, URL) == note
        assert find_note(folder, "http://127.0.0.1:4011") is None
    assert find_note(folder) is None


def test_only_the_user_can_read_it(tmp_path: Path) -> None:
    """Neither file nor folder is anybody else's; one that is, is not believed."""
    folder = tmp_path / "notes"
    with leaving_note(folder, URL, "secret"):
        (path,) = folder.iterdir()
        assert (folder.stat().st_mode & 0o777, path.stat().st_mode & 0o777) == (
            0o700,
            0o600,
        )
        path.chmod(0o644)
        assert find_note(folder) is None


def test_a_folder_that_others_read_is_not_used(tmp_path: Path) -> None:
    """The server says so instead of leaving its token there."""
    folder = tmp_path / "notes"
    folder.mkdir()
    folder.chmod(0o755)
    with pytest.raises(PermissionError), leaving_note(folder, URL, "secret"):
        pass
    assert not list(folder.iterdir())


@pytest.mark.parametrize(
    "text", ["", "{}", '{"url":"x","token":"y","process":4194305}']
)
def test_a_note_of_nobody_is_let_lie(text: str, tmp_path: Path) -> None:
    """What is broken, or of a process that is gone, is none."""
    path = tmp_path / "1.json"
    path.write_text(text)
    path.chmod(0o600)
    assert find_note(tmp_path) is None


def test_no_folder_is_no_note(tmp_path: Path) -> None:
    """A server that is told to leave none leaves none."""
    with leaving_note(None, URL, "secret"):
        assert find_note(tmp_path / "nowhere") is None


@pytest.mark.parametrize("token", ["", "a b", "é", "a\n"])
def test_a_token_must_fit_a_header(token: str) -> None:
    """Anything else is refused at the start."""
    with pytest.raises(ConfigError):
        check_token(token)
    assert check_token(new_token()) != new_token()


def test_notes_of_the_dead_are_taken_away(tmp_path: Path) -> None:
    """By the next server that starts; what is no note is let be."""
    folder = tmp_path / "notes"
    folder.mkdir(mode=0o700)
    for name, text in (
        ("1.json", '{"url":"x","token":"y","process":4194305}'),
        ("2.json", "{}"),
    ):
        (folder / name).write_text(text)
        (folder / name).chmod(0o600)
    with leaving_note(folder, URL, "secret"):
        assert not (folder / "1.json").exists()
        assert running_servers(folder) == f"there runs {URL}"
    assert [path.name for path in folder.iterdir()] == ["2.json"]
    assert "start smslab serve" in running_servers(folder)
