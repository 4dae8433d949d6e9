"""Loads: a scenario file read, or an error that says what would do."""

from __future__ import annotations

import pytest

from loadtests.loads import Driver
from loadtests.streams import Kind
from simulator.keys import ConfigError
from tests.loadtests.loadings import CODES, HEAD, NEWS, SMALL, read_small


def test_a_file_says_it_all() -> None:
    """Streams in their order, each with its texts; the rest as it is left out."""
    load = read_small()
    assert (load.name, load.speed, load.drain) == ("a load", 60.0, 600.0)
    assert (load.driver, load.users, load.processes) == (Driver.OPEN, 50, 1)
    assert [(s.name, s.kind) for s in load.streams] == [
        ("codes", Kind.TRAFFIC),
        ("news", Kind.BROADCAST),
    ]
    assert load.stream("news") is load.streams[1]
    assert load.duration == 7.0


def test_traffic_goes_round_its_recipients() -> None:
    """Each arrival is a text of its own, counted from 0, at its instant."""
    texts = read_small().stream("codes").scenario.texts
    assert [text.key for text in texts] == list(range(8))
    assert [text.due_at for text in texts] == [float(n) for n in range(8)]
    assert len({text.recipient for text in texts}) == 3
    assert texts[0].recipient == texts[3].recipient


def test_a_broadcast_without_arrivals_is_due_at_once() -> None:
    """Its pacing alone holds it back."""
    texts = read_small().stream("news").scenario.texts
    assert {text.due_at for text in texts} == {None}


def test_a_broadcast_may_arrive() -> None:
    """Each recipient once, as the arrivals come."""
    load = read_small(HEAD + NEWS + 'arrivals = "steady rate=2 duration=3s"')
    due = [text.due_at for text in load.stream("news").scenario.texts]
    assert due == [0.0, 0.5, 1.0, 1.5, 2.0, 2.5]


def test_a_command_says_over_the_file() -> None:
    """What it names is changed; checks are added to those of the file."""
    load = read_small(
        'checks = ["count(failed) == 0"]\n' + SMALL,
        speed=5.0,
        seed=9,
        users=3,
        processes=2,
        driver=Driver.USERS,
        checks=("share(429) < 1%",),
    )
    assert (load.speed, load.scenario.seed) == (5.0, 9)
    assert (load.users, load.processes, load.driver) == (3, 2, "users")
    assert [str(check) for check in load.checks] == [
        "count(failed) == 0",
        "share(429) < 1%",
    ]


def test_files_are_read_beside_the_load() -> None:
    """Recipients, template and world are found by name, and rejects are kept."""
    text = HEAD + (
        '[simulator]\nconfig = "world.toml"\n[[streams]]\nname = "a"\n'
        'strategy = "number-pool"\nrecipients = "to.csv"\ntemplate = "body.txt"\n'
    )
    files = {
        "to.csv": b"to,name\n+14155550123,Ann\n12,Bob\n",
        "body.txt": b"Hi {{ name }}",
        "world.toml": b"",
    }
    load = read_small(text, files)
    assert [t.body for t in load.stream("a").scenario.texts] == ["Hi Ann"]
    assert [reject.line for reject in load.rejects] == [3]
    assert load.facts["recipients"]["rejects"] == 1


def test_a_stream_sends_from_its_own_numbers() -> None:
    """Others of the account's are not used by it."""
    load = read_small(HEAD + CODES + 'numbers = ["+14155550100"]')
    assert load.scenario.senders().numbers == ("+14155550100",)


def test_the_api_may_be_slow() -> None:
    """Its latency is a duration."""
    load = read_small(HEAD + '[simulator]\napi_latency = "20ms"' + CODES)
    assert load.scenario.profile.api_latency.median == 0.02


STAIRS = '[[streams]]\nname="a"\nstrategy="number-pool"\ncount=1\nkind="traffic"\n'

BAD = (
    (HEAD, "streams: there is none"),
    (HEAD + "sped = 1\n" + CODES, "'sped'.*'speed'"),
    (HEAD + "[generator]\nuser = 1\n" + CODES, "'user'.*'users'"),
    (HEAD + CODES + "reciver = 1", "'reciver'"),
    (HEAD + "[generator]\nusers = 0\n" + CODES, "users is from 1 to"),
    (HEAD + "[generator]\ndriver = 'bus'\n" + CODES, "bus"),
    (HEAD + CODES + CODES, "'codes' must be there once"),
    (HEAD + CODES.replace('"codes"', '"a b"'), "'a b' must be"),
    ('name = "a"\nspeed = 0\n' + CODES, "speed is from 0.1"),
    ('name = "a"\ndrain = "soon"\n' + CODES, "drain: 'soon' is no duration"),
    (HEAD + "drain = -1\n" + CODES, "drain is a duration above 0"),
    (HEAD + 'checks = ["p95(sent) < 1s"]\n' + CODES, "check 'p95"),
    (HEAD + CODES.replace("number-pool", "nmber-pool"), "nmber-pool"),
    (HEAD + CODES + 'numbers = ["+1"]', r"streams.codes.numbers: no number '\+1'"),
    (HEAD + CODES.replace(" duration=8s", ""), "never ends: give it a duration"),
    (HEAD + STAIRS, "traffic needs arrivals"),
    (HEAD + NEWS + 'arrivals="steady rate=1 duration=2s"', "6 texts, and 2 arrivals"),
    (HEAD + NEWS + 'until = "share(429) < 1%"', "a staircase climbs until"),
    (HEAD + CODES.replace("8s", "2000000s"), "at most 1,000,000"),
    ("name = ", "load.toml"),
)


@pytest.mark.parametrize(("text", "said"), BAD)
def test_what_is_bad_is_said_in_one_line(text: str, said: str) -> None:
    """It names the file, what was given, and what would do."""
    with pytest.raises(ConfigError, match=said) as error:
        read_small(text)
    assert str(error.value).startswith("load.toml: ")
    assert "\n" not in str(error.value)


def test_a_file_that_is_not_there_is_named() -> None:
    """As any other that cannot be read."""
    text = HEAD + CODES.replace("count = 3", 'recipients = "no.csv"')
    with pytest.raises(FileNotFoundError, match=r"no\.csv"):
        read_small(text)


def test_the_last_text_of_all_streams_counts() -> None:
    """Those that are due at once are due at 0."""
    assert read_small().duration == 7.0
    assert read_small(HEAD + NEWS).duration == 0.0
    later = SMALL + 'arrivals = "steady rate=0.5 duration=20s"'
    assert read_small(later).duration == 10.0
