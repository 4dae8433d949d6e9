"""Interrupts: Ctrl-C is counted, and then it is Python's again."""

from __future__ import annotations

import signal

import pytest

from loadtests.interrupts import SIGNALS, Interrupts


@pytest.mark.parametrize("number", SIGNALS)
def test_a_signal_is_counted(number: signal.Signals) -> None:
    """Nothing is broken off by it, however often it comes."""
    with Interrupts() as interrupts:
        signal.raise_signal(number)
        signal.raise_signal(number)
    assert interrupts.count == 2


def test_afterwards_all_is_as_before() -> None:
    """Ctrl-C is an exception again."""
    before = [signal.getsignal(number) for number in SIGNALS]
    with Interrupts() as interrupts:
        pass
    assert [signal.getsignal(number) for number in SIGNALS] == before
    with pytest.raises(KeyboardInterrupt):
        signal.raise_signal(signal.SIGINT)
    assert interrupts.count == 0
