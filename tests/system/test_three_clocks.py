"""One scenario under three clocks: virtual, sixty times real time, and real time."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pyarrow.parquet as pq
import pytest

from loadtests.loads import Changes
from loadtests.manifests import REAL, VIRTUAL
from loadtests.runner import Asked, run_load

if TYPE_CHECKING:
    from pathlib import Path

LOAD = """
name = "three clocks"
seed = 7
drain = "30s"
[simulator]
config = "world.toml"
[[streams]]
name = "news"
strategy = "messaging-service"
count = 36
arrivals = "steady rate=4 duration=9s"
"""
"""Four texts a second, where eight numbers take one each: no race decides anything."""

WORLD = """
[profile]
receipt_delay = {median = 0.5, p99 = 1.5}
[profile.mix]
landline = 0.1
unknown = 0.1
unreachable = 0.1
filtered = 0.1
unknown_error = 0.1
"""
"""Some texts fail, in several ways, and all ends are known soon."""

TOLERANCE = {1.0: 0.08, 60.0: 0.3}
"""By speed: how far apart two curves may be, as a share of all texts."""

Fate = tuple[str, int | None]


class Played(NamedTuple):
    """What became of each recipient's text, and when those delivered were, in order."""

    fates: dict[str, Fate]
    delivered: list[float]


def play(folder: Path, clock: str, speed: float) -> Played:
    """Run the load under a clock."""
    folder.mkdir()
    (folder / "load.toml").write_text(LOAD, encoding="utf-8")
    (folder / "world.toml").write_text(WORLD, encoding="utf-8")
    outcome = run_load(
        Asked(
            scenario=folder / "load.toml",
            folder=folder / "run",
            clock=clock,
            changes=Changes(speed=speed),
        )
    )
    assert list(outcome.missing) == []
    rows = pq.read_table(outcome.folder / "messages.parquet").to_pylist()
    return Played(
        {row["recipient"]: (row["status"], row["error_code"]) for row in rows},
        sorted(row["ended_at"] for row in rows if row["status"] == "delivered"),
    )


def distance(one: Played, other: Played) -> float:
    """Return how far two curves of what is delivered are apart, at worst.

    It is a share of all texts, and the curves are of simulated time.
    """

    def by_then(played: Played, at: float) -> int:
        return sum(delivered_at <= at for delivered_at in played.delivered)

    instants = [*one.delivered, *other.delivered]
    most = max(abs(by_then(one, at) - by_then(other, at)) for at in instants)
    return most / len(one.fates)


@pytest.fixture(scope="module")
def virtual(tmp_path_factory: pytest.TempPathFactory) -> Played:
    """Return the load as it goes in virtual time."""
    return play(tmp_path_factory.mktemp("clocks") / "virtual", VIRTUAL, 1.0)


@pytest.mark.parametrize("speed", TOLERANCE)
def test_a_load_goes_alike(virtual: Played, speed: float, tmp_path: Path) -> None:
    """The fate of every text is the same, and they end about as fast."""
    real = play(tmp_path / "real", REAL, speed)
    assert real.fates == virtual.fates
    assert len({*real.fates.values()}) >= 4
    assert distance(real, virtual) <= TOLERANCE[speed]
