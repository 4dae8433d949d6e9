"""Clusters are those of Unicode 10 as Twilio's calculator has them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from sms.graphemes import atoms
from tests.sms import calculator
from tests.sms.bodies import BY_CLASS, bodies, clustered_bodies, repetitive_bodies


def marks(clusters: list[str]) -> bytes:
    """Return the atoms that these clusters come to."""
    sizes = [calculator.utf16_units(cluster) for cluster in clusters]
    return b"".join(b"." + b">" * (size - 1) for size in sizes)


@settings(max_examples=1000, deadline=None)
@given(clustered_bodies | repetitive_bodies() | bodies)
def test_clusters_follow_the_rules(body: str) -> None:
    """The one expression parts bodies where the rules told one by one do."""
    assert atoms(body) == marks(calculator.clusters(body))


@pytest.mark.parametrize("name", sorted(BY_CLASS))
def test_each_member_of_a_class_behaves(name: str) -> None:
    """Between neighbours of every kind, each code point acts as its class does."""
    neighbours = (
        "a",
        "\u0301",
        "\u200d",
        "\u1100",
        "\u1160",
        "\u11a8",
        "🇦",
        "👦",
        "🏻",
    )
    for character in BY_CLASS[name]:
        body = "".join(f"{one}{character}{one}\n" for one in neighbours)
        assert atoms(body) == marks(calculator.clusters(body)), hex(ord(character))


@pytest.mark.parametrize(
    ("body", "clusters"),
    [
        ("\r\n", ["\r", "\n"]),
        ("👨‍👩‍👧‍👦", ["👨‍👩‍👧‍👦"]),
        ("👨🏻‍❤️‍👨🏿", ["👨🏻‍❤️‍👨", "🏿"]),
        ("🇮🇹\ufe0f\ufe0f", ["🇮🇹\ufe0f", "\ufe0f"]),
        ("🇮🇹🇺🇸🇫", ["🇮🇹", "🇺🇸", "🇫"]),
        ("👨‍🦰", ["👨‍", "🦰"]),
        ("👍🏽🏽", ["👍🏽", "🏽"]),
        ("각", ["각"]),
        ("\u0600ab", ["\u0600a", "b"]),
        ("\ud83d\ude00\ude00", ["😀", "\ude00"]),
    ],
)
def test_the_quirks(body: str, clusters: list[str]) -> None:
    """The cases in which the calculator surprises are as it has them."""
    assert atoms(body) == marks(clusters)
