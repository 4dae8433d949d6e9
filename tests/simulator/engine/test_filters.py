"""Filters: what carriers throw away by rule, and texts too much alike."""

from __future__ import annotations

import re
from typing import Any

import pytest

from simulator.engine.filters import Alike, Filter, likeness, words_of
from simulator.engine.networks import T_MOBILE
from simulator.engine.rules import Rules
from simulator.engine.senders import SenderType
from tests.simulator.engine.builders import (
    drain,
    long_code,
    make_gateway,
    make_profile,
    send,
    us,
)

TEXT = "Win 100 dollars at example.com"


@pytest.mark.parametrize(
    ("rule", "caught"),
    [
        (Filter(), True),
        (Filter(share=0.0), False),
        (Filter(text="WIN"), True),
        (Filter(text="lose"), False),
        (Filter(pattern=re.compile(r"\d{3} dollars")), True),
        (Filter(types=frozenset({SenderType.SHORT_CODE})), False),
        (Filter(countries=frozenset({"US"})), True),
        (Filter(networks=frozenset({T_MOBILE})), True),
        (Filter(networks=frozenset({"att"})), False),
        (Filter(senders=frozenset({long_code().address})), True),
    ],
)
def test_a_rule_catches_what_fits(rule: Filter, caught: bool) -> None:
    """Every condition has to fit, and an absent one does."""
    profile = make_profile(networks={T_MOBILE: 1.0})
    gateway = make_gateway(long_code(), profile=profile, rules=Rules(filters=(rule,)))
    message = send(gateway, us(1), body=TEXT)
    drain(gateway)
    assert message.error_code == (30007 if caught else None)


def test_texts_too_much_alike_too_fast_are_filtered() -> None:
    """The third of a minute is caught, whatever its number; one of a kind is not."""
    gateway = make_gateway(long_code(), rules=Rules(alike=Alike(most=2)))
    bodies = [f"Your code is {n}" for n in (1, 22, 333)] + ["See you soon"]
    messages = [send(gateway, us(n), body=text) for n, text in enumerate(bodies)]
    late = send(gateway, us(9), 70.0, body="Your code is 4")
    drain(gateway)
    assert [m.error_code for m in messages] == [None, None, 30007, None]
    assert late.error_code is None


def test_texts_are_compared_by_their_words() -> None:
    """In small letters, numbers being one word."""
    assert words_of("Hi, 12 and 13!") == {"hi", "0", "and"}
    assert likeness(words_of("a b c"), words_of("b c d")) == 0.5
    assert likeness(frozenset(), frozenset()) == 1.0


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"most": -1}, "most is 0 or more, not -1"),
        ({"most": 1, "window": 0.0}, "window is above 0, not 0.0"),
        ({"most": 1, "share": 1.5}, "share is from 0 to 1, not 1.5"),
        ({"most": 1, "similarity": -1.0}, "similarity is from 0 to 1, not -1.0"),
    ],
)
def test_what_nothing_can_be_alike_by_is_named(
    settings: dict[str, Any], said: str
) -> None:
    """With what was given and what would do."""
    with pytest.raises(ValueError, match=said):
        Alike(**settings)
