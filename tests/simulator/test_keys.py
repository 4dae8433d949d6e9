"""Keys and words of a settings file: what is said where one is not known."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Literal

import msgspec
import pytest

from simulator.keys import ConfigError, check_keys, convert


class Colour(StrEnum):
    """A few words."""

    RED = "red"
    BLUE = "blue"


@dataclass(frozen=True, kw_only=True)
class Wheel:
    """A table of a list."""

    colour: Colour = Colour.RED
    tints: tuple[Colour, ...] = ()


class Bell(msgspec.Struct, frozen=True, rename={"from_": "from"}):
    """A table with a key that is a word of Python's."""

    from_: Literal["left", "right"] | None = None


@dataclass(frozen=True, kw_only=True)
class Cart:
    """A whole file."""

    wheels: tuple[Wheel, ...] = ()
    bell: Bell | None = None
    horses: dict[str, float | Wheel] = field(default_factory=dict)


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (
            {"wheels": [{}, {"colour": "pink"}]},
            "wheels[1].colour: 'pink' is none of red, blue",
        ),
        (
            {"wheels": [{"tints": ["x"]}]},
            "wheels[0].tints[0]: 'x' is none of red, blue",
        ),
        ({"bell": {"from": "up"}}, "bell.from: 'up' is none of left, right"),
        ({"horses": {"a": {"colour": "x"}}}, "horses[...].colour: 'x' is none of"),
    ],
)
def test_a_word_that_is_none_is_told_with_all_there_are(data: Any, told: str) -> None:
    """Wherever it stands: in lists, in tables that may be absent or have a name."""
    with pytest.raises(ConfigError) as error:
        convert(data, Cart)
    assert told in str(error.value)


def test_what_is_of_another_type_is_told_as_ever() -> None:
    """Only words have others beside them."""
    with pytest.raises(msgspec.ValidationError, match="Expected `str`, got `int`"):
        convert({"wheels": [{"colour": 1}]}, Cart)
    assert convert({"wheels": [{"colour": "blue"}]}, Cart).wheels[0].colour == "blue"


@pytest.mark.parametrize(
    ("data", "told"),
    [
        ({"wheels": {"front": {"colour": "red"}}}, "[wheels.front]: write [[wheels]]"),
        ({"wheels": {"colour": "red"}}, "[wheels]: write [[wheels]]"),
        ({"wheels": {}}, "[wheels]: write [[wheels]]"),
    ],
)
def test_a_table_where_there_is_a_list_of_them_is_told(data: Any, told: str) -> None:
    """With what to write, whether its keys are names or those of the table."""
    with pytest.raises(ConfigError) as error:
        check_keys(data, Cart, "the file")
    assert told in str(error.value)


def test_tables_by_name_and_single_ones_are_let_by() -> None:
    """They are no lists."""
    check_keys({"bell": {"from": "x"}, "horses": {"a": {}}}, Cart, "the file")
