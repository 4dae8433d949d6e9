"""What plain Locust's options ask for: Locust itself is not needed to read them."""

from __future__ import annotations

from argparse import ArgumentParser
from itertools import islice
from typing import TYPE_CHECKING, Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loadtests.loads import Driver
from loadtests.streams import Kind
from loadtests.swarm.options import COUNT, OPTIONS, add_options, asked_for, ours

if TYPE_CHECKING:
    from pathlib import Path

    from locust.argument_parser import LocustArgumentParser

    from loadtests.loads import Load

STRATEGIES = ["short-code", "notify"]


class Parser(ArgumentParser):
    """A parser that knows Locust's words for its web UI and for the environment."""

    def add_argument(self, *names: Any, **settings: Any) -> Any:
        """Add an option."""
        shown = settings.pop("include_in_web_ui", True)
        variable = settings.pop("env_var", None)
        self.settings = getattr(self, "settings", {})
        self.settings[names[0]] = (variable, shown)
        return super().add_argument(*names, **settings)


def ask(*words: str) -> Load:
    """Return the load that these options ask for."""
    parser = Parser()
    add_options(cast("LocustArgumentParser", parser))
    return asked_for(ours(parser.parse_args(words)), STRATEGIES)


def test_a_control_token_stays_with_the_master() -> None:
    """It may come by the environment; the web UI and workers do not get it."""
    parser = Parser()
    add_options(cast("LocustArgumentParser", parser))
    assert parser.settings["--control-token"] == ("SMSLAB_TOKEN", False)
    options = parser.parse_args(["--control-token", "sesame"])
    assert options.control_token == "sesame"
    assert "sesame" not in ours(options).values()


ENDLESS = ask("--count", "7", "--kind", "traffic")


def test_without_options_it_is_traffic_without_end() -> None:
    """A stream a strategy, each named by it, to recipients that are made up."""
    load = ask()
    assert [stream.name for stream in load.streams] == STRATEGIES
    for stream in load.streams:
        assert (stream.kind, stream.endless) == (Kind.TRAFFIC, True)
        assert len(stream.scenario.texts) == COUNT
    assert (load.driver, load.drain, load.checks) == (Driver.USERS, 60.0, ())


def test_recipients_make_it_a_broadcast(tmp_path: Path) -> None:
    """Of all of them once, at its own pace unless arrivals say another."""
    people = tmp_path / "people.csv"
    people.write_text("to\n+13035550001\n+13035550002\n", encoding="utf-8")
    for words, count in ((("--recipients", str(people)), 2), (("--count", "5"), 5)):
        (stream, _) = ask(*words).streams
        assert (stream.kind, stream.arrivals) == (Kind.BROADCAST, None)
        assert len(list(stream.part(0, 1))) == count


def test_all_options_go_from_master_to_worker() -> None:
    """Each that is added is among those that are told, but for the master's token."""
    parser = Parser(add_help=False)
    add_options(cast("LocustArgumentParser", parser))
    own = {"master_bind_host", "web_host"}  # Locust's, set to this machine
    assert set(vars(parser.parse_args([]))) == {*OPTIONS, *own, "control_token"}


@given(workers=st.integers(1, 7), each=st.integers(0, 30))
def test_parts_of_endless_traffic_are_the_whole(workers: int, each: int) -> None:
    """However many workers, every arrival is in one part, in the same order."""
    (stream, _) = ENDLESS.streams
    whole = list(islice(stream.part(0, 1), workers * each))
    parts = [list(islice(stream.part(n, workers), each)) for n in range(workers)]
    together = [text for turn in zip(*parts, strict=True) for text in turn]
    assert together == whole
    assert [text.key for text in whole] == list(range(workers * each))


BAD = [
    (("--check", "fast"), "check 'fast'"),
    (("--arrivals", "stedy rate=1"), "did you mean 'steady'"),
    (("--arrivals", "steady rate=1", "--drain", "soon"), "drain: "),
    (("--country", "XX"), "XX"),
]


@pytest.mark.parametrize(("words", "said"), BAD)
def test_what_cannot_be_is_said(words: tuple[str, ...], said: str) -> None:
    """One line that names what was given."""
    with pytest.raises(ValueError, match=r"^[^\n]+$") as error:
        ask(*words)
    assert said in str(error.value)
