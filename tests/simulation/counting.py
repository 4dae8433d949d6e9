"""What days have reached: every kind of fault, edge and class of answer, counted."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from simulator.engine.faults import KINDS
from sms.statuses import TRANSITIONS, MessageStatus
from tests.simulation.laws import edges

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.simulation.days import Day

ENOUGH = 20
"""How often each thing is to be reached, or nothing was shown of it."""

NEVER = frozenset(
    {
        (MessageStatus.ACCEPTED, MessageStatus.CANCELED),
        (MessageStatus.QUEUED, MessageStatus.CANCELED),
    }
)
"""Edges of TRANSITIONS that no request can bring about: it would come between steps
that are taken at one instant."""

EDGES = tuple(
    f"{before} to {after}"
    for before, following in TRANSITIONS.items()
    for after in sorted(following)
    if (before, after) not in NEVER
)
ANSWERS = ("2xx", "400", "401", "404", "413", "429", "500")


@dataclass(slots=True)
class Reached:
    """How often each thing was reached."""

    days: int = 0
    messages: int = 0
    callbacks: int = 0
    stops: int = 0
    faults: Counter[str] = field(default_factory=Counter)
    edges: Counter[str] = field(default_factory=Counter)
    answers: Counter[str] = field(default_factory=Counter)

    def add(self, other: Reached) -> None:
        """Count what others have reached in."""
        self.days += other.days
        self.messages += other.messages
        self.callbacks += other.callbacks
        self.stops += other.stops
        self.faults += other.faults
        self.edges += other.edges
        self.answers += other.answers

    def rows(self) -> Iterator[tuple[str, str, int]]:
        """Yield each thing there is to reach: its table, its name, how often."""
        yield from (("fault", kind, self.faults[kind]) for kind in KINDS)
        yield from (("status", edge, self.edges[edge]) for edge in EDGES)
        yield from (("answer", name, self.answers[name]) for name in ANSWERS)
        yield "phone", "STOP", self.stops

    def vacuous(self) -> list[str]:
        """Return what was reached too seldom to have shown anything."""
        return [name for _, name, times in self.rows() if times < ENOUGH]


def reached(day: Day) -> Reached:
    """Count what a day has reached."""
    return Reached(
        days=1,
        messages=len(day.messages),
        callbacks=len(day.came),
        stops=len(day.opt_outs),
        faults=Counter(day.struck),
        edges=Counter({f"{one} to {two}": n for (one, two), n in edges(day).items()}),
        answers=Counter(_class(told.status) for told in day.answers),
    )


def _class(status: int) -> str:
    return "2xx" if 200 <= status < 300 else str(status)
