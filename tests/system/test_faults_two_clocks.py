"""Faults of requests and answers: over sockets as in virtual time, text for text."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from loadtests.rehearsal import rehearse
from tests.loadtests.trials import (
    STARTED_AT,
    fates,
    ignore,
    make_plan,
    make_record,
    rows,
    run,
    source,
)

if TYPE_CHECKING:
    from loadtests.records import RunRecord

TEXTS = 200
SPEED = 1000.0
NAME = "messaging-service"


def rule(what: str) -> str:
    """Return a rule that strikes one request of ten."""
    return f'[[faults]]\nwhat = "{what}"\nshare = 0.1\n'


def played(what: str) -> tuple[RunRecord, RunRecord]:
    """Return the same run over sockets and in virtual time, under one fault."""
    asked = make_plan(TEXTS, strategies=(NAME,), config=source(rule(what)))
    record = make_record()

    async def over_sockets() -> None:
        async with asyncio.timeout(60):
            await rehearse(
                asked, record, speed=SPEED, started_at=STARTED_AT, on_progress=ignore
            )

    asyncio.run(over_sockets())
    return record, run(asked)


def left(record: RunRecord) -> dict[int, int]:
    """Return how many messages of each text left."""
    return {row["text"]: row["left"] for row in rows(record.messages)}


@pytest.mark.parametrize(
    ("what", "texted"), [("error-after", 1), ("cut-answer", 1), ("error-before", 0)]
)
def test_the_same_texts_are_struck(what: str, texted: int) -> None:
    """Each has the same fate, and left as often, whoever heard of it."""
    real, virtual = played(what)
    ends: Any = fates(real, NAME)
    assert ends == fates(virtual, NAME)
    assert left(real) == left(virtual)
    unsure = [text for (text, _), (status, _) in ends.items() if status == "ambiguous"]
    assert 8 <= len(unsure) <= 35
    assert {left(real)[text] for text in unsure} == {texted}
