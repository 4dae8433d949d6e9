"""Questions: what can be meant becomes a plan, what cannot is one line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from loadtests.questions import BODY, STRATEGIES, Question, Source, plan
from tests.loadtests.trials import FILE, make_plan, source

if TYPE_CHECKING:
    from pathlib import Path

CONFIG_WITHOUT_SHORT_CODE = source('[[numbers]]\naddress = "+14155550100"\n')
BAD: list[tuple[dict[str, Any], str]] = [
    ({}, "no recipients: give a CSV file, or --count N"),
    ({"file": FILE, "count": 3}, "people.csv and --count 3: give one of the two"),
    ({"count": 10**12}, "--count 1000000000000: at most"),
    ({"count": 1, "countries": ()}, "--country names no country"),
    ({"file": FILE, "countries": ()}, "--country names no country"),
    ({"count": 1, "countries": ("XX",)}, "country 'XX'"),
    ({"count": 1, "strategies": ()}, "no strategy: name some of single-number"),
    ({"count": 1, "strategies": ("notfy",)}, "did you mean notify"),
    ({"count": 1, "pacing": "fast"}, "pacing 'fast' is unknown"),
    ({"count": 1, "profile": "twilio-1999"}, "'twilio-1999' is not known"),
    ({"count": 1, "config": source("concurency = 1")}, "world.toml: .*concurency"),
    ({"count": 1, "config": source("x = [")}, "world.toml: "),
    ({"count": 1, "config": Source("w.toml", b"\xff")}, "w.toml: is not UTF-8 at"),
    ({"count": 1, "config": CONFIG_WITHOUT_SHORT_CODE}, "messaging-service: the acc"),
    ({"count": 1, "redeliver": -1}, "redeliver must be 0 or more, not -1"),
    ({"count": 1, "api_latency": float("inf")}, "api_latency .* not inf"),
    ({"file": source("", "a.csv")}, "a.csv: is empty"),
    ({"file": source("to\n", "a.csv")}, "a.csv: nobody to send to"),
    ({"file": source("to\n12\n", "a.csv")}, "nobody to send to; line 2: '12'"),
    ({"file": source("name\nAnn\n", "a.csv")}, "a.csv: no phone column among 'name'"),
    ({"file": source("\0\1", "a.csv")}, "a.csv: line 1"),
    ({"file": FILE, "body": "Hi {{ nmae }}"}, "no column nmae; did you mean name"),
    ({"file": FILE, "template": source("{% if %}", "t.txt")}, "t.txt, line 1"),
    ({"file": FILE, "template": source("", "t.txt")}, "t.txt: every text would be"),
    ({"file": FILE, "body": ""}, "--body: every text would be empty"),
    ({"file": FILE, "body": "x", "template": FILE}, "--body and --template"),
]


@pytest.mark.parametrize(
    ("question", "complaint"), BAD, ids=lambda part: str(part)[:40]
)
def test_a_bad_question_is_one_line(question: dict[str, Any], complaint: str) -> None:
    """The line names what was given and what would do, before anything is sent."""
    with pytest.raises(ValueError, match=complaint) as caught:
        plan(Question(**question))
    assert len(str(caught.value).splitlines()) == 1


def test_a_file_becomes_texts_in_its_order() -> None:
    """Every row is a text with its cells filled in."""
    asked = make_plan(None, file=FILE, body="Hi {{ name }}!")
    found = [(text.key, text.recipient, text.body) for text in asked.scenario.texts]
    assert found == [(0, "+14155550123", "Hi Ann!"), (1, "+447700900123", "Hi Bob!")]


def test_the_template_is_read_from_its_file() -> None:
    """One line break at its end is the file's."""
    asked = make_plan(None, file=FILE, template=source("Dear {{ name }}\n", "t.txt"))
    assert [text.body for text in asked.scenario.texts] == ["Dear Ann", "Dear Bob"]


def test_what_is_left_out_has_a_default() -> None:
    """All strategies, a body and the classic limits."""
    asked = make_plan(3)
    assert [stream.name for stream in asked.streams] == list(STRATEGIES)
    assert {text.body for text in asked.scenario.texts} == {BODY}
    assert asked.scenario.profile.name == "twilio-2021"


def test_a_strategy_named_twice_runs_once() -> None:
    """The order is that of the first naming."""
    asked = make_plan(1, strategies=("notify", "single-number", "notify"))
    names = [stream.name for stream in asked.streams]
    assert names == ["notify", "single-number"]


def test_what_was_read_is_told() -> None:
    """The facts count recipients, rejects, duplicates and countries."""
    rows = "to\n+14155550123\n+14155550124\n+447700900123\n+14155550123\nno\n"
    asked = make_plan(None, file=source(rows, "a.csv"))
    assert asked.facts["recipients"] == {
        "source": "a.csv",
        "count": 3,
        "rejects": 2,
        "duplicates": 1,
        "countries": {"US": 2, "GB": 1},
    }
    assert [reject.line for reject in asked.rejects] == [5, 6]


def test_duplicates_can_be_kept() -> None:
    """Every row of a number is then a text."""
    rows = source("to\n+14155550123\n+14155550123\n", "a.csv")
    asked = make_plan(None, file=rows, keep_duplicates=True)
    assert [text.key for text in asked.scenario.texts] == [0, 1]
    assert asked.facts["recipients"]["duplicates"] == 0


def test_the_country_reads_national_numbers() -> None:
    """In a file the first country is that of numbers without a code of their own."""
    rows = source("to\n07700 900123\n", "a.csv")
    asked = make_plan(None, file=rows, countries=("GB", "US"))
    assert asked.scenario.texts[0].recipient == "+447700900123"


def test_made_up_recipients_take_turns() -> None:
    """A count is shared out among the countries, and says where it comes from."""
    asked = make_plan(5, countries=("US", "GB"))
    assert asked.facts["recipients"]["countries"] == {"US": 3, "GB": 2}
    assert asked.facts["recipients"]["source"] == "--count 5"


def test_options_stand_above_the_config() -> None:
    """What the command line says of limits counts more than the file."""
    file = source("[profile]\nconcurrency = 7\n")
    assert make_plan(1, config=file).scenario.profile.concurrency == 7
    asked = make_plan(1, config=file, concurrency=9, profile="twilio-2026")
    assert asked.scenario.profile.concurrency == 9
    assert asked.scenario.profile.name == "twilio-2026"


def test_a_source_is_a_files_name_and_bytes(tmp_path: Path) -> None:
    """A mark of UTF-8 at its beginning is no part of the text."""
    (tmp_path / "t.txt").write_bytes(b"\xef\xbb\xbfHi")
    read = Source.read(tmp_path / "t.txt")
    assert read is not None
    assert (read.name, read.text) == ("t.txt", "Hi")
    assert Source.read(None) is None


def test_the_message_is_told() -> None:
    """The manifest shows the first body, and how many there are."""
    asked = plan(Question(count=2, body="Grüße aus Łódź"))
    assert asked.facts["message"] == {
        "example": "Grüße aus Łódź",
        "encoding": "UCS-2",
        "segments": 1,
        "distinct": 1,
    }


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"body": "x" * 1_601}, "1,601 characters.*1,600"),
        ({"body": "😀" * 801}, "1,602 characters.*1,600"),
        ({"validity_period": 14_401}, "14401s: twilio-2021 allows at most 14400s"),
    ],
)
def test_what_twilio_would_refuse_of_all_is_a_bad_question(
    change: dict[str, Any], says: str
) -> None:
    """It is told before anything is run, not eight thousand times over."""
    with pytest.raises(ValueError, match=says):
        plan(Question(count=2, **change))
