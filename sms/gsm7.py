"""The GSM 7-bit default alphabet and its extension table.

Source: 3GPP TS 23.038 clauses 6.2.1 and 6.2.1.1, without the national shift tables;
npm sms-segments-calculator 1.3.0 has the same 137 entries (read 2026-11-23).
"""

from __future__ import annotations

import codecs
from typing import Final

BASIC: Final = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
"""The characters of one septet, in the alphabet's order without the escape."""

EXTENSION: Final = "\f^{}\\[~]|€"
"""The characters of two septets, an escape and a code, which are never parted."""

# A codec's table gives each character one byte, and the byte 0 always to NUL: basic
# characters get 1 to 127, and extension characters those from 128 that are not ASCII.
_CODEC: Final = codecs.charmap_build(f"\0{BASIC}{EXTENSION}".ljust(256, "\ufffe"))
_NUL: Final = 0
_ATOM_STARTS: Final = bytes([ord(".")] * 128 + [ord("<")] * 128)


def encode(body: str) -> bytes | None:
    """Return a byte a character, ASCII ones for the basic alphabet; None if not GSM-7.

    The bytes are this module's own, not the alphabet's codes: all that can be asked
    of them is `isascii()`, which is whether the body has no extension character.
    """
    encoded, _ = codecs.charmap_encode(body, "ignore", _CODEC)
    if len(encoded) != len(body) or _NUL in encoded:
        return None
    return encoded


def atoms(encoded: bytes) -> bytes:
    """Return a mark a septet: `.` where a character begins, `>` where it goes on."""
    return encoded.translate(_ATOM_STARTS).replace(b"<", b".>")
