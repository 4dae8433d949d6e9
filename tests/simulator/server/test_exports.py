"""What `smslab env` prints: as shells and programs read it."""

from __future__ import annotations

import json
import socket
import subprocess
from pathlib import Path
from typing import get_args

import pytest

import smslab
from simulator.engine.worlds import World
from simulator.server import exports
from simulator.server.exports import (
    DEFAULT_URL,
    FORMATS,
    doubts,
    exported,
    proxy_variables,
    spell,
    variables,
)
from simulator.server.tls import Tls
from simulator.server.tokens import leaving_note

WORLD = World(auth_token='it\'s $HOME \\ "secret"')
URL = "http://127.0.0.1:4010"


def test_a_shell_reads_back_what_was_meant() -> None:
    """No sign in a token is lost or run by the shell."""
    lines = spell(variables(WORLD, URL), "sh")
    script = f'{lines}\nprintf %s "$TWILIO_AUTH_TOKEN"'
    done = subprocess.run(["sh", "-c", script], capture_output=True, check=True)
    assert done.stdout.decode() == WORLD.auth_token


def test_json_is_the_variables() -> None:
    """A program gets them as one object."""
    values = variables(WORLD, URL)
    assert json.loads(spell(values, "json")) == values


@pytest.mark.parametrize(
    ("format_", "line"),
    [
        ("fish", f"set -gx SMSLAB_URL '{URL}'"),
        ("dotenv", f'SMSLAB_URL="{URL}"'),
        ("sh", f"export SMSLAB_URL={URL}"),
    ],
)
def test_each_format_has_its_line(format_: str, line: str) -> None:
    """One line a variable."""
    assert spell(variables(WORLD, URL), format_).splitlines()[-1] == line


def test_fish_reads_a_quote_as_one() -> None:
    """Backslashes and single quotes are escaped."""
    assert "'it\\'s $HOME \\\\ " in spell(variables(WORLD, URL), "fish")


def test_the_proxy_is_never_asked_for_this_machine() -> None:
    """Callbacks and the plain port stay reachable."""
    values = proxy_variables(4443, Path("/ca.pem"))
    assert values["HTTPS_PROXY"] == values["HTTP_PROXY"] == "http://127.0.0.1:4443"
    assert "127.0.0.1" in values["NO_PROXY"].split(",")
    assert values["NODE_EXTRA_CA_CERTS"] == values["SSL_CERT_FILE"] == "/ca.pem"


def test_the_command_line_has_every_format() -> None:
    """`--format` takes what there is, and no more."""
    assert list(get_args(smslab.EnvFormat)) == list(FORMATS)


def test_the_newest_server_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where no URL is given; the usual one where none runs."""
    folder = tmp_path / "notes"
    monkeypatch.setattr(exports, "notes_folder", lambda: folder)
    with leaving_note(folder, "http://127.0.0.1:4999", "x"):
        assert exported(WORLD, None, None)["SMSLAB_URL"] == "http://127.0.0.1:4999"
        assert exported(WORLD, URL, None)["SMSLAB_URL"] == URL
    assert exported(WORLD, None, None)["SMSLAB_URL"] == DEFAULT_URL


def test_what_is_not_there_for_https_is_told(tmp_path: Path) -> None:
    """A port where nobody listens, and a certificate that nobody has made."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        tls = Tls(tmp_path, listener.getsockname()[1])
        [missing] = doubts(tls)
        tls.certificate.touch()
        assert doubts(tls) == doubts(None) == []
    [silent] = doubts(tls)
    assert str(tls.certificate) in missing
    assert silent.startswith("nobody listens at 127.0.0.1")
