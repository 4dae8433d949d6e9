"""A certificate authority of this machine's own, for Twilio's names and no others.

Who trusts it gives nothing away but these names: the authority is bound to them and to
loopback, so that its key, were it lost, would open no other site.
"""

from __future__ import annotations

import os
import ssl
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from simulator.keys import ConfigError
from simulator.server.tls import CERTIFICATE_FILE

if TYPE_CHECKING:
    from collections.abc import Sequence

KEY_FILE = "authority.pem"
"""Key and certificate, for its owner alone; and the certificate, to be trusted."""

LIFETIME, LEAF_LIFETIME = timedelta(days=1825), timedelta(days=397)
RENEWED_BEFORE = timedelta(days=30)
_EARLIER = timedelta(days=1)

_USAGES = (
    *("digital_signature", "content_commitment", "key_encipherment"),
    *("data_encipherment", "key_agreement", "key_cert_sign", "crl_sign"),
    *("encipher_only", "decipher_only"),
)


@dataclass(frozen=True, slots=True)
class Authority:
    """A key and its certificate, which programs trust.

    `folder` holds both: the key for its owner alone, the certificate in `certificate`.
    """

    folder: Path
    _key: ec.EllipticCurvePrivateKey
    _own: x509.Certificate

    @property
    def certificate(self) -> Path:
        """Return the file that programs are told to trust."""
        return self.folder / CERTIFICATE_FILE

    def context(self, names: Sequence[str]) -> ssl.SSLContext:
        """Return what a server shows for these names: a certificate made just now."""
        key = ec.generate_private_key(ec.SECP256R1())
        leaf = self._issue(key, names)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.set_alpn_protocols(["http/1.1"])
        with tempfile.NamedTemporaryFile(dir=self.folder, suffix=".tmp") as file:
            file.write(_pem(key) + leaf.public_bytes(Encoding.PEM))
            file.flush()
            context.load_cert_chain(file.name)  # ssl reads keys from files alone
        return context

    def _issue(
        self, key: ec.EllipticCurvePrivateKey, names: Sequence[str]
    ) -> x509.Certificate:
        subject = _name("smslab")
        ours = x509.AuthorityKeyIdentifier.from_issuer_public_key(
            self._key.public_key()
        )
        return (
            _begin(subject, self._own.subject, key, LEAF_LIFETIME)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), True)
            .add_extension(x509.SubjectAlternativeName([*map(_general, names)]), False)
            .add_extension(_usage("digital_signature"), True)
            .add_extension(
                x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), False
            )
            .add_extension(ours, False)
            .sign(self._key, hashes.SHA256())
        )


def load_authority(folder: Path) -> Authority:
    """Return the authority that a folder keeps, made there the first time.

    One whose end is near is made anew, and has to be trusted anew.

    Raises:
        ConfigError: others than its owner may read its key, or it holds none.
        OSError: the folder cannot be made or written.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)
    path = folder / KEY_FILE
    if not path.exists():
        _keep(path, _made())
    authority = _read(path)
    if authority._own.not_valid_after_utc < datetime.now(UTC) + RENEWED_BEFORE:
        path.unlink(missing_ok=True)
        _keep(path, _made())
        authority = _read(path)
    _publish(authority)
    return authority


def _read(path: Path) -> Authority:
    if path.stat().st_mode & 0o077:
        raise ConfigError(f"{path} can be read by others: chmod 600 it, or delete it")
    text = path.read_bytes()
    try:
        key = load_pem_private_key(text, None)
        own = x509.load_pem_x509_certificate(text)
    except ValueError as error:
        raise ConfigError(
            f"{path} holds no key and certificate: delete it, and it is made anew"
        ) from error
    assert isinstance(key, ec.EllipticCurvePrivateKey), "as `_made` makes them"
    return Authority(path.parent, key, own)


def _made() -> bytes:
    """Return a new key and its certificate."""
    key, name = ec.generate_private_key(ec.SECP256R1()), _name("smslab, this machine")
    own = (
        _begin(name, name, key, LIFETIME)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), True)
        .add_extension(_usage("key_cert_sign", "crl_sign"), True)
        .add_extension(_BOUNDS, True)
        .add_extension(
            x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False
        )
        .sign(key, hashes.SHA256())
    )
    return _pem(key) + own.public_bytes(Encoding.PEM)


_BOUNDS = x509.NameConstraints(
    permitted_subtrees=[
        x509.DNSName("twilio.com"),
        x509.DNSName("localhost"),
        x509.IPAddress(ip_network("127.0.0.0/8")),
        x509.IPAddress(ip_network("::1/128")),
    ],
    excluded_subtrees=None,
)


def _begin(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    lifetime: timedelta,
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _EARLIER)
        .not_valid_after(now + lifetime)
    )


def _usage(*names: str) -> x509.KeyUsage:
    return x509.KeyUsage(**{name: name in names for name in _USAGES})


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _general(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _keep(path: Path, text: bytes) -> None:
    """Write a file for its owner alone, whole or not at all.

    Where another process was first, its file stays.
    """
    with tempfile.NamedTemporaryFile(dir=path.parent, suffix=".tmp") as file:
        file.write(text)  # such a file is made with mode 600
        file.flush()
        try:
            os.link(file.name, path)
        except FileExistsError:
            return


def _publish(authority: Authority) -> None:
    """Write the certificate beside its key, for others to trust."""
    text = authority._own.public_bytes(Encoding.PEM)
    path = authority.certificate
    if path.exists() and path.read_bytes() == text:
        return
    handle, name = tempfile.mkstemp(dir=path.parent, suffix=".tmp")
    with os.fdopen(handle, "wb") as file:
        file.write(text)
    Path(name).replace(path)
