"""Segments are those of Twilio's own calculator, body by body."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import smsutil
from hypothesis import given, settings
from hypothesis import strategies as st

from sms import gsm7
from sms.segments import Encoding, Segmentation, segment, split, utf16_units
from tests.sms import calculator
from tests.sms.bodies import bodies, gsm_bodies

FAMILY = "👨‍👩‍👧‍👦"
DATA = Path(__file__).parents[1] / "data"
VECTORS = [
    json.loads(line)
    for line in (DATA / "segment_vectors.jsonl").read_text("utf-8").splitlines()
]


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["id"])
def test_a_vector_of_the_calculator(vector: dict[str, Any]) -> None:
    """Each of the recorded bodies has the calculator's encoding, units and segments."""
    found = segment(vector["text"], smart_encoding=vector["smart"])
    assert found == (vector["encoding"], vector["segments"], vector["units"])
    assert (
        split(vector["text"], smart_encoding=vector["smart"]) == vector["segment_units"]
    )


@pytest.mark.parametrize(
    ("body", "units"),
    [
        ("", [0]),
        ("a" * 160, [160]),
        ("a" * 161, [153, 8]),
        ("a" * 307, [153, 153, 1]),
        ("€" * 80, [160]),
        ("€" * 81, [152, 10]),
        ("]" * 153, [152, 152, 2]),
        ("a" * 152 + "€" + "a" * 152, [152, 153, 1]),
        ("😀" * 35, [70]),
        ("😀" * 67, [66, 66, 2]),
        ("中" * 71, [67, 4]),
        ("a" * 60 + FAMILY + "b" * 60, [60, 67, 4]),
        ("a" * 64 + "👨‍🦰" + "b" * 65, [67, 67]),
        ("e\u0301" * 67, [66, 66, 2]),
        ("🇮🇹" * 35, [64, 64, 12]),
        ("e" + 70 * "\u0301", [0, 71]),
        ("a" * 80 + "\r\n" + "a" * 79, [153, 8]),
        ("\ud83d" * 71, [67, 4]),
    ],
)
def test_the_hard_bodies(body: str, units: list[int]) -> None:
    """The bodies that the rule was worked out on are cut where it says."""
    assert split(body) == units
    assert segment(body).segments == len(units)


@settings(max_examples=1500, deadline=None)
@given(bodies, st.booleans())
def test_the_fast_count_is_the_slow_one(body: str, smart: bool) -> None:
    """Whatever the body, the count agrees with the rules told one by one."""
    encoding, units = calculator.segment(body, smart)
    found = segment(body, smart_encoding=smart)
    assert found == Segmentation(Encoding(encoding), len(units), sum(units))
    assert split(body, smart_encoding=smart) == units


@settings(max_examples=500, deadline=None)
@given(st.text(st.sampled_from(gsm7.BASIC), min_size=1, max_size=700))
def test_smsutil_agrees_on_the_basic_alphabet(body: str) -> None:
    """Without extension characters an independent library has the same count."""
    assert segment(body).segments == len(smsutil.split(body).parts)


@settings(max_examples=500, deadline=None)
@given(gsm_bodies)
def test_septets_are_kept(body: str) -> None:
    """No septet is lost, and before the last segment at most one is left free."""
    units = split(body)
    assert sum(units) == segment(body).units
    assert set(units[:-1]) <= {152, 153}


@settings(max_examples=500, deadline=None)
@given(bodies)
def test_smart_encoding_leaves_gsm_alone(body: str) -> None:
    """A body that is GSM-7 without smart encoding is the same with it."""
    plain = segment(body)
    if plain.encoding is Encoding.GSM_7:
        assert segment(body, smart_encoding=True) == plain


@settings(max_examples=500, deadline=None)
@given(st.text(st.characters(exclude_categories=()), max_size=300))
def test_utf16_units_are_those_of_javascript(body: str) -> None:
    """A character past U+FFFF is two units and any other is one."""
    assert utf16_units(body) == calculator.utf16_units(body)


def test_smart_encoding_is_off_unless_asked() -> None:
    """A curly quote makes a body UCS-2 until smart encoding is asked for."""
    assert segment("it’s").encoding is Encoding.UCS_2
    assert segment("it’s", smart_encoding=True) == ("GSM-7", 1, 4)


def test_smart_encoding_replaces_in_ucs_too() -> None:
    """What stays UCS-2 is shortened and lengthened all the same."""
    assert segment("It’s 😀…", smart_encoding=True) == ("UCS-2", 1, 10)


def test_smart_encoding_can_join_surrogates() -> None:
    """Halves that stand apart only by what smart encoding drops are one character."""
    halves = "\ud83d\u200b\ude00"
    assert split(halves * 35, smart_encoding=True) == [70]
    assert split("a" * 66 + halves + "b" * 66, smart_encoding=True) == [66, 67, 1]


@settings(max_examples=500, deadline=None)
@given(gsm_bodies, st.integers(2, 5))
def test_more_of_the_same_takes_no_fewer_segments(body: str, times: int) -> None:
    """A body said several times over never takes fewer segments than once."""
    assert segment(body * times).segments >= segment(body).segments
