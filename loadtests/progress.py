"""A bar a strategy, on stderr, while a run is under way."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
)

if TYPE_CHECKING:
    from loadtests.sessions import Progress as Step


class Bars:
    """Shows how far each strategy is; use as a context manager."""

    def __init__(self) -> None:
        self._bars = Progress(
            TextColumn("{task.description:<18}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("answered; simulated time {task.fields[clock]}"),
            console=Console(stderr=True),
        )
        self._tasks: dict[str, TaskID] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._tasks:
            self._bars.stop()

    def show(self, step: Step) -> None:
        """Move a strategy's bar to where it is."""
        if not self._tasks:  # not before: an error at the start has the line alone
            self._bars.start()
        if step.strategy not in self._tasks:
            self._tasks[step.strategy] = self._bars.add_task(
                step.strategy, total=step.texts, clock=""
            )
        self._bars.update(
            self._tasks[step.strategy],
            completed=step.answered,
            total=step.texts,
            clock=_clock(step.now),
        )


def _clock(seconds: float) -> str:
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}"
