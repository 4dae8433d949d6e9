"""Message segments: how many a body takes, which all rates and prices rest on.

A body is a row of atoms that are never split: GSM-7 characters of one or two septets,
or else grapheme clusters of so many UTF-16 units.  `atoms` functions draw that row
with a mark a unit, `.` where an atom begins and `>` where it goes on, and `_fill`
cuts it the way Twilio's calculator does.
"""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from sms import graphemes, gsm7
from sms.smart_encoding import smart_encode

GSM_SINGLE = 160
"""Septets in a segment that is alone: 140 octets."""

GSM_MULTI = 153
"""Septets in one of several segments, each of which starts with a 6-octet header."""

UCS_SINGLE = 70
UCS_MULTI = 67


class Encoding(StrEnum):
    """How a body's characters are laid out on the air."""

    GSM_7 = "GSM-7"
    UCS_2 = "UCS-2"


class Segmentation(NamedTuple):
    """What a body comes to: `units` are septets in GSM-7, UTF-16 units in UCS-2."""

    encoding: Encoding
    segments: int
    units: int


def segment(body: str, *, smart_encoding: bool = False) -> Segmentation:
    """Return the encoding and the number of segments of a body, as Twilio counts.

    An empty body is one segment; to refuse it is the API's business.

    Source: npm sms-segments-calculator 1.3.0 by Twilio, read and run 2026-11-23.
    """
    septets = gsm7.encode(body)
    if septets is None:
        if smart_encoding:  # which changes no body that is GSM-7 already
            return segment(smart_encode(body))
        return _segment_ucs(body)
    units = len(septets)
    if septets.isascii():
        segments = 1 if units <= GSM_SINGLE else -(-units // GSM_MULTI)
        return Segmentation(Encoding.GSM_7, segments, units)
    atoms = gsm7.atoms(septets)
    segments = _count(atoms, GSM_SINGLE, GSM_MULTI)
    return Segmentation(Encoding.GSM_7, segments, len(atoms))


def split(body: str, *, smart_encoding: bool = False) -> list[int]:
    """Return the units in each segment of a body, headers not counted."""
    if smart_encoding:
        body = smart_encode(body)
    septets = gsm7.encode(body)
    if septets is None:
        return _fill(graphemes.atoms(body), UCS_SINGLE, UCS_MULTI)
    return _fill(gsm7.atoms(septets), GSM_SINGLE, GSM_MULTI)


def utf16_units(body: str) -> int:
    """Return the length of a body in UTF-16 code units, as JavaScript would."""
    return len(body.encode("utf-16-le", "surrogatepass")) // 2


def _segment_ucs(body: str) -> Segmentation:
    if len(body) <= UCS_SINGLE and (units := utf16_units(body)) <= UCS_SINGLE:
        return Segmentation(Encoding.UCS_2, 1, units)
    atoms = graphemes.atoms(body)
    segments = _count(atoms, UCS_SINGLE, UCS_MULTI)
    return Segmentation(Encoding.UCS_2, segments, len(atoms))


def _count(atoms: bytes, single: int, multi: int) -> int:
    units = len(atoms)
    if units <= single:
        return 1
    if b">" not in atoms:
        return -(-units // multi)
    return len(_fill(atoms, single, multi))


def _fill(atoms: bytes, single: int, multi: int) -> list[int]:
    """Cut atoms into segments and return the units in each.

    Atoms fill a segment of `single` units.  The first that overflows it costs that
    segment its header: what then sticks out of `multi` units moves to the next, and
    the overflowing atom follows unasked.  An atom that opens a segment is never
    asked either.  So a cluster above 32 units can leave a segment empty or overfull,
    as it does in the calculator.
    """
    total = len(atoms)
    if total <= single:
        return [total]
    cut = atoms.rfind(b".", 0, multi + 1)
    unasked = atoms.rfind(b".", 0, single + 1)
    lengths = [cut]
    while cut < total:
        start = cut
        cut = _next_atom(atoms, unasked)
        if start + multi >= total:
            cut = total
        else:
            cut = max(cut, atoms.rfind(b".", start, start + multi + 1))
        unasked = cut
        lengths.append(cut - start)
    return lengths


def _next_atom(atoms: bytes, start: int) -> int:
    """Return where the atom ends that begins at `start`."""
    end = atoms.find(b".", start + 1)
    return len(atoms) if end < 0 else end
