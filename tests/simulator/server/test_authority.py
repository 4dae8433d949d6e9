"""The certificate authority: kept, safe, and good for Twilio's names alone."""

from __future__ import annotations

import ssl
from typing import TYPE_CHECKING

import pytest
from cryptography import x509
from cryptography.x509.oid import ExtensionOID

from simulator.keys import ConfigError
from simulator.server import authority as module
from simulator.server.authority import KEY_FILE, load_authority

if TYPE_CHECKING:
    from pathlib import Path


def shake_hands(context: ssl.SSLContext, trusted: Path, name: str) -> None:
    """Let a client that trusts one file meet a server, in memory."""
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    asking = ssl.create_default_context(cafile=str(trusted))
    client = asking.wrap_bio(to_client, to_server, server_hostname=name)
    server = context.wrap_bio(to_server, to_client, server_side=True)
    for side in (client, server, client, server):
        try:
            side.do_handshake()
        except ssl.SSLWantReadError:
            continue


@pytest.mark.parametrize("name", ["api.twilio.com", "localhost", "127.0.0.1"])
def test_who_trusts_it_believes_the_server(tmp_path: Path, name: str) -> None:
    """A client that trusts ca.pem takes what is shown for a name."""
    authority = load_authority(tmp_path)
    shake_hands(authority.context([name]), authority.certificate, name)


def test_it_is_good_for_no_other_site(tmp_path: Path) -> None:
    """A certificate that its key might sign for another name is refused."""
    authority = load_authority(tmp_path)
    context = authority.context(["bank.test"])
    with pytest.raises(ssl.SSLCertVerificationError, match="permitted subtree"):
        shake_hands(context, authority.certificate, "bank.test")


def test_it_is_kept_for_its_owner_alone(tmp_path: Path) -> None:
    """The second start has the same one, and nobody else may read its key."""
    folder = tmp_path / "deep" / "tls"
    first = load_authority(folder).certificate.read_bytes()
    assert load_authority(folder).certificate.read_bytes() == first
    assert folder.stat().st_mode & 0o777 == 0o700
    assert (folder / KEY_FILE).stat().st_mode & 0o777 == 0o600
    assert {file.name for file in folder.iterdir()} == {KEY_FILE, "ca.pem"}


def test_a_key_that_others_may_read_is_refused(tmp_path: Path) -> None:
    """It may have been copied: one line says what to do."""
    load_authority(tmp_path)
    (tmp_path / KEY_FILE).chmod(0o644)
    with pytest.raises(ConfigError, match="chmod 600"):
        load_authority(tmp_path)


def test_a_file_that_holds_no_key_is_named(tmp_path: Path) -> None:
    """What is broken is not overwritten unasked."""
    load_authority(tmp_path)
    (tmp_path / KEY_FILE).write_text("nothing")
    with pytest.raises(ConfigError, match="delete it"):
        load_authority(tmp_path)


def test_one_that_ends_soon_is_made_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An authority within a month of its end gives way to another."""
    monkeypatch.setattr(module, "LIFETIME", module.RENEWED_BEFORE / 2)
    old = load_authority(tmp_path).certificate.read_bytes()
    monkeypatch.undo()
    assert load_authority(tmp_path).certificate.read_bytes() != old


def test_its_bounds_are_critical(tmp_path: Path) -> None:
    """A program that does not know name constraints must refuse it altogether."""
    text = load_authority(tmp_path).certificate.read_bytes()
    own = x509.load_pem_x509_certificate(text)
    bounds = own.extensions.get_extension_for_oid(ExtensionOID.NAME_CONSTRAINTS)
    assert bounds.critical
