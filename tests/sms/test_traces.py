"""Where an error came through, and nothing of what it says."""

from __future__ import annotations

import logging

from sms.traces import be_silent, where

SECRET = "+14155550100 said STOP"


def raised() -> Exception:
    """Return an error that came up here, with something in it to hide."""
    try:
        int(SECRET)
    except ValueError as error:
        return error
    raise AssertionError


def test_where_names_the_type_and_the_places() -> None:
    """The first line is the type, the last where it was raised."""
    first, *places = where(raised()).splitlines()
    assert first == "ValueError"
    assert places[-1].endswith("in raised")
    assert "+1415" not in where(raised())


def test_a_record_keeps_its_message_and_loses_what_the_error_says() -> None:
    """A logger that is not ours says what went wrong by type and place."""
    error = raised()
    info = type(error), error, error.__traceback__
    record = logging.LogRecord("a", logging.ERROR, "", 0, "%s failed", ("It",), info)
    assert be_silent(record)
    text = logging.Formatter().format(record)
    assert text.startswith("It failed: ValueError\n")
    assert "+1415" not in text


def test_a_record_without_an_error_is_left_alone() -> None:
    """Nothing is known of it that is to be hidden."""
    for info in (None, (None, None, None)):
        record = logging.LogRecord("a", logging.ERROR, "", 0, "%s", ("It",), info)
        assert be_silent(record)
        assert record.getMessage() == "It"
