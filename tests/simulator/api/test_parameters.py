"""Parameters: rows that read a form, and say what is wrong with it."""

from __future__ import annotations

import pytest

from simulator.api.parameters import (
    Parameter,
    Reader,
    callback_url,
    flag,
    json_object,
    number,
    one_of,
    read_parameters,
    sid,
    text,
    up_to,
    web_url,
    whole,
)
from sms.errors import INVALID_PARAMETER, INVALID_SERVICE, ApiError

SERVICE = "MG" + "a1" * 16

GOOD: list[tuple[Reader, str, object]] = [
    (flag, "True", True),
    (flag, "false", False),
    (whole(1, 36_000), "36000", 36_000),
    (whole(-5, 5), "-5", -5),
    (number, "0.25", 0.25),
    (one_of("retain", "discard"), "discard", "discard"),
    (up_to(3), "abc", "abc"),
    (sid("MG"), SERVICE, SERVICE),
    (web_url, "https://a.example/x?y=z", "https://a.example/x?y=z"),
    (callback_url, "http://127.0.0.1:1/#rc=2", "http://127.0.0.1:1/#rc=2"),
    (json_object, '{"1": "x"}', {"1": "x"}),
    (json_object, '{"1": 0.5}', {"1": 0.5}),
]

BAD: list[tuple[Reader, str, str]] = [
    (flag, "maybe", "true or false"),
    (whole(1, 36_000), "0", "from 1 to 36000"),
    (whole(1, 36_000), "1.5", "from 1 to 36000"),
    (whole(1, 36_000), "٣", "from 1 to 36000"),
    (number, "1e3", "a number"),
    (one_of("retain", "discard"), "keep", "one of retain, discard"),
    (up_to(3), "abcd", "at most 3 characters"),
    (sid("MG"), "MG1", "MG and 32"),
    (web_url, "ftp://a.example", "http or https"),
    (web_url, "http://a.example/a b", "http or https"),
    (web_url, "http://a.example:99999/", "http or https"),
    (callback_url, "http://a_b.example", "without underscore"),
    (json_object, "[1]", "JSON object"),
    (json_object, "{", "JSON object"),
]


@pytest.mark.parametrize(("read", "value", "wanted"), GOOD)
def test_each_reader_reads(read: Reader, value: str, wanted: object) -> None:
    """What is of the type is read."""
    assert read(value) == wanted


@pytest.mark.parametrize(("read", "value", "wanted"), BAD)
def test_each_reader_says_what_would_do(read: Reader, value: str, wanted: str) -> None:
    """What is not is refused by name, with the value and with what would do."""
    row = Parameter(name="Given", field="given", read=read)
    with pytest.raises(ApiError) as refused:
        read_parameters((row,), {"Given": value})
    assert refused.value.error is INVALID_PARAMETER
    assert wanted in str(refused.value)
    assert f"not {value!r}" in str(refused.value)


def test_a_row_has_its_own_code() -> None:
    """Where the dictionary knows the parameter, its own code refuses it."""
    row = Parameter(name="S", field="s", read=sid("MG"), error=INVALID_SERVICE)
    with pytest.raises(ApiError) as refused:
        read_parameters((row,), {"S": "x"})
    assert refused.value.error is INVALID_SERVICE
    assert str(refused.value) == "The Messaging Service is invalid: x"


def test_what_is_absent_or_empty_sets_nothing() -> None:
    """Only what is there is a field."""
    table = [Parameter(name=n, field=n.lower(), read=text) for n in ("A", "B", "C")]
    assert read_parameters(table, {"A": "", "C": "x"}) == {"c": "x"}


def test_a_repeated_one_keeps_all_its_values() -> None:
    """In their order; of any other the first counts."""
    table = (
        Parameter(name="All", field="all", read=text, repeated=True),
        Parameter(name="One", field="one", read=text),
    )
    read = read_parameters(table, {"All": ["b", "", "a"], "One": ["b", "a"]})
    assert read == {"all": ("b", "a"), "one": "b"}


@pytest.mark.parametrize("value", ['{"a": 1e999}', '{"a": NaN}', '{"a": -Infinity}'])
def test_json_without_end_is_refused(value: str) -> None:
    """What no JSON can show again is no JSON object."""
    with pytest.raises(ValueError, match="JSON object"):
        json_object(value)
