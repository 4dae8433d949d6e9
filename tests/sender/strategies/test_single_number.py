"""Single number: which one it is."""

from __future__ import annotations

import pytest

from sender.plans import Senders
from sender.strategies.single_number import SingleNumber
from tests.sender.virtual import BRITISH, LONG_CODES, TOLL_FREE, make_broadcast

US, GB = "+14155550123", "+447700900123"


@pytest.mark.parametrize(
    ("recipients", "numbers", "expected"),
    [
        ([US, US, GB], [TOLL_FREE, BRITISH, *LONG_CODES], LONG_CODES[0]),
        ([US, GB, GB], [TOLL_FREE, *LONG_CODES, BRITISH], BRITISH),
        (["+4930123456"], [TOLL_FREE, BRITISH, *LONG_CODES], BRITISH),
        ([US], [TOLL_FREE], TOLL_FREE),
        ([], [TOLL_FREE, BRITISH], BRITISH),
    ],
)
def test_the_number_fits_most_recipients(
    recipients: list[str], numbers: list[str], expected: str
) -> None:
    """It is a long code, at home where most are, else the first there is."""
    broadcast = make_broadcast(*recipients)
    strategy = SingleNumber(broadcast, Senders(numbers=numbers))
    [call] = strategy.calls(make_broadcast(US).texts)
    assert call.form["From"] == expected


def test_all_leave_from_it() -> None:
    """Recipients of other countries get the same sender."""
    broadcast = make_broadcast(US, GB, US)
    calls = SingleNumber(broadcast, Senders(numbers=LONG_CODES)).calls(broadcast.texts)
    assert {call.form["From"] for call in calls} == {LONG_CODES[0]}
