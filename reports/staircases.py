"""Staircases: a stream that broke off is judged by the texts that came due."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from reports.fates import UNSENT

if TYPE_CHECKING:
    from reports.runs import Run, StrategyRun


def leave_undue_out(run: Run) -> Run:
    """Return a run without the texts above the step that broke its staircase.

    They were never due, so that none of them is missing: each stream says how many.
    """
    knee = run.manifest.knee
    if knee is None or knee.broken_at is None:
        return run
    streams = (
        _leave_out(one) if one.facts.name == knee.stream else one
        for one in run.strategies
    )
    return replace(run, strategies=tuple(streams))


def _leave_out(stream: StrategyRun) -> StrategyRun:
    messages = stream.messages
    due = messages.where(~messages.words["status"].among(UNSENT))
    texts = len(np.unique(due.ints["text"]))
    return replace(
        stream,
        facts=replace(stream.facts, texts=texts),
        messages=due,
        undue=max(stream.facts.texts - texts, 0),
    )
