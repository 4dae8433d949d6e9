"""What a program's environment has to say so that it finds a server here."""

from __future__ import annotations

import json
import shlex
import socket
from typing import TYPE_CHECKING

from simulator.server.tokens import find_note, notes_folder

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from simulator.engine.worlds import World
    from simulator.server.tls import Tls
    from sms.units import Seconds

Variables = dict[str, str]

HERE = "127.0.0.1"

NEAR = "127.0.0.1,localhost,::1"
"""Addresses that no proxy is asked for: those of this machine."""


DEFAULT_URL = "http://127.0.0.1:4010"
"""Where a server is that says nothing else."""

PATIENCE: Seconds = 1.0
"""Real seconds for a port of this machine to take a connection."""


def exported(world: World, url: str | None, tls: Tls | None) -> Variables:
    """Return all that is to be exported; no URL stands for the newest server's."""
    if url is None:
        note = find_note(notes_folder())
        url = note.url if note else DEFAULT_URL
    values = variables(world, url)
    if tls is None:
        return values
    return values | proxy_variables(tls.port, tls.certificate)


def doubts(tls: Tls | None) -> list[str]:
    """Say why HTTPS will not work yet, a line each; none where nobody asked."""
    if tls is None:
        return []
    said = []
    if not _listens(tls.port):
        said.append(
            f"nobody listens at 127.0.0.1:{tls.port}: start smslab serve --tls "
            f"--tls-port {tls.port}"
        )
    if not tls.certificate.is_file():
        said.append(f"there is no {tls.certificate}: smslab serve --tls makes it")
    return said


def env_command(url: str, config: Path | None, tls_port: int) -> str:
    """Return what to type in another shell, to be led to this very server."""
    options = ["--url", url, "--tls", "--tls-port", str(tls_port)]
    if config is not None:
        options += ["--config", str(config.absolute())]
    return f'eval "$(smslab env {shlex.join(options)})"'


def _listens(port: int) -> bool:
    try:
        with socket.create_connection((HERE, port), timeout=PATIENCE):
            return True
    except OSError:
        return False


def variables(world: World, url: str) -> Variables:
    """Return the account's credentials, by the names that Twilio's libraries read."""
    return {
        "TWILIO_ACCOUNT_SID": world.account_sid,
        "TWILIO_AUTH_TOKEN": world.auth_token,
        "SMSLAB_URL": url,
    }


def proxy_variables(port: int, certificate: Path) -> Variables:
    """Return what leads an unchanged program through the port of HTTPS.

    twilio-node reads HTTP_PROXY alone, and some read the small letters.  Only this
    certificate is trusted then, and the proxy leads to Twilio's names alone: such a
    program reaches no other site over HTTPS.
    """
    proxy, trusted = f"http://127.0.0.1:{port}", str(certificate)
    return {
        "HTTPS_PROXY": proxy,
        "https_proxy": proxy,
        "HTTP_PROXY": proxy,
        "NO_PROXY": NEAR,
        "no_proxy": NEAR,
        "SSL_CERT_FILE": trusted,
        "REQUESTS_CA_BUNDLE": trusted,
        "CURL_CA_BUNDLE": trusted,
        "NODE_EXTRA_CA_CERTS": trusted,
    }


def spell(values: Variables, format_: str) -> str:
    """Return variables as a shell, a file or a program reads them; see `FORMATS`."""
    return FORMATS[format_](values)


def _lines(pattern: str, quote: Callable[[str], str]) -> Callable[[Variables], str]:
    def spelled(values: Variables) -> str:
        return "\n".join(pattern % (name, quote(v)) for name, v in values.items())

    return spelled


def _in_fish(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


FORMATS: Mapping[str, Callable[[Variables], str]] = {
    "sh": _lines("export %s=%s", shlex.quote),
    "fish": _lines("set -gx %s %s", _in_fish),
    "dotenv": _lines("%s=%s", json.dumps),
    "json": lambda values: json.dumps(values, indent=2),
}
"""Ways to spell variables, by the name of each."""
