"""The alphabet has its 137 characters and no other."""

from __future__ import annotations

import pytest

from sms import gsm7


def test_the_alphabet_has_137_characters() -> None:
    """Each of 127 basic and 10 extension characters is encoded, once."""
    alphabet = gsm7.BASIC + gsm7.EXTENSION
    encoded = gsm7.encode(alphabet)
    assert encoded is not None
    assert len(set(encoded)) == len(alphabet) == 137


def test_no_other_character_is_gsm() -> None:
    """Of all code points, surrogates too, those 137 alone are GSM-7."""
    found = {
        character for character in map(chr, range(0x110000)) if gsm7.encode(character)
    }
    assert found == set(gsm7.BASIC + gsm7.EXTENSION)


@pytest.mark.parametrize("stray", ["`", "\t", "\x1b", "ç", "\0", "\u2126", "\ufffe"])
def test_one_stray_character_is_enough(stray: str) -> None:
    """The look-alikes and controls that GSM-7 lacks are not dropped in silence."""
    assert gsm7.encode(f"abc{stray}def") is None


def test_basic_bodies_are_ascii_when_encoded() -> None:
    """The bytes tell whether an extension character is among them."""
    basic, extended = gsm7.encode(gsm7.BASIC), gsm7.encode("a€")
    assert basic is not None
    assert basic.isascii()
    assert extended is not None
    assert not extended.isascii()


def test_atoms_are_septets() -> None:
    """An extension character is one atom of two septets."""
    assert gsm7.atoms(gsm7.encode("a€]b") or b"") == b"..>.>."


def test_the_empty_body_is_gsm() -> None:
    """Nothing at all is GSM-7, which None would deny."""
    assert gsm7.encode("") == b""
