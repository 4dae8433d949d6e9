"""Messages nobody heard of: each is the text's that it was made for."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING

from loadtests.recorder import Recorder
from loadtests.unheard import find_unheard
from sender.plans import Outcome, Text
from simulator.engine.prices import price as final_price
from tests.loadtests.test_recorder import TEXTS, attempt
from tests.loadtests.trials import make_record, rows
from tests.simulator.engine.builders import drain, long_code, make_gateway, send, us

if TYPE_CHECKING:
    from loadtests.records import RunRecord
    from simulator.engine.gateway import Gateway


def begin() -> tuple[RunRecord, Recorder]:
    """Return a record with nothing in it, and who writes it."""
    record = make_record()
    return record, Recorder("pool", record)


def left_by_text(record: RunRecord, recorder: Recorder) -> dict[tuple[int, int], int]:
    """Put all into the record; return how many messages of each attempt left."""
    list(recorder.drain(TEXTS))
    found = rows(record.messages)
    return {(row["text"], row["attempt"]): row["left"] for row in found}


def test_what_was_heard_of_is_left_alone() -> None:
    """A text whose message is known left once, one without any never."""
    record, recorder = begin()
    gateway = make_gateway(long_code())
    recorder.place(attempt(TEXTS[0]), 0.0, [send(gateway, us(0))])
    recorder.lose(Outcome(attempt(TEXTS[1], number=1), 0), 0.0)
    drain(gateway)
    assert find_unheard([recorder], gateway.messages) == 0
    assert left_by_text(record, recorder) == {(0, 0): 1, (1, 0): 0, (2, 0): 0}


def test_an_answer_that_was_lost_left_a_message() -> None:
    """The text is ambiguous and has left all the same: its recipient tells."""
    record, recorder = begin()
    gateway = make_gateway(long_code())
    recorder.place(attempt(TEXTS[0]), 0.0, [send(gateway, us(0))])
    recorder.lose(Outcome(attempt(TEXTS[1], number=1), 500, 20500), 0.0)
    send(gateway, us(1))
    drain(gateway)
    assert find_unheard([recorder], gateway.messages) == 1
    assert left_by_text(record, recorder)[1, 0] == 1


def test_two_texts_to_one_have_a_message_each() -> None:
    """In the order of their calls; what is more than the texts is the last one's."""
    record, recorder = begin()
    again = Text(1, us(0), "Hello again")
    gateway = make_gateway(long_code())
    for number, text in enumerate((TEXTS[0], again)):
        recorder.lose(Outcome(attempt(text, number=number), 0), 0.0)
    for _ in range(3):
        send(gateway, us(0))
    drain(gateway)
    assert find_unheard([recorder], gateway.messages) == 3
    left = left_by_text(record, recorder)
    assert (left[0, 0], left[1, 0]) == (1, 2)


def test_a_copy_of_a_message_that_is_known_counts_too() -> None:
    """A call that has made two messages and told of one has texted twice."""
    record, recorder = begin()
    gateway = make_gateway(long_code())
    recorder.place(attempt(TEXTS[0]), 0.0, [send(gateway, us(0))])
    send(gateway, us(0))
    drain(gateway)
    assert find_unheard([recorder], gateway.messages) == 1
    assert left_by_text(record, recorder)[0, 0] == 2


def test_a_copy_costs_as_much_again() -> None:
    """The price of an attempt is that of all it has made, known of or not."""
    record, _ = begin()
    gateway = make_gateway(long_code())
    recorder = Recorder("pool", record, gateway.profile)
    recorder.place(attempt(TEXTS[0]), 0.0, [send(gateway, us(0))])
    send(gateway, us(0))
    recorder.lose(Outcome(attempt(TEXTS[1], number=1), 0), 0.0)
    send(gateway, us(1))
    drain(gateway)
    find_unheard([recorder], gateway.messages)
    list(recorder.drain(TEXTS))
    prices = [row["price"] for row in rows(record.messages)]
    assert prices[:2] == [2 * prices[1], price(gateway)]


def price(gateway: Gateway) -> float:
    """Return what one of an account's messages costs."""
    [one] = {final_price(m, gateway.profile, inf) for m in gateway.messages.values()}
    assert one is not None
    return one


def test_what_has_not_left_is_no_copy() -> None:
    """A message still in its queue has texted nobody yet."""
    record, recorder = begin()
    gateway = make_gateway(long_code())
    recorder.lose(Outcome(attempt(TEXTS[0]), 0), 0.0)
    send(gateway, us(0))
    assert find_unheard([recorder], gateway.messages) == 1
    assert left_by_text(record, recorder)[0, 0] == 0


def test_a_stranger_is_nobodys() -> None:
    """A message to whom no text was for stays without one."""
    record, recorder = begin()
    gateway = make_gateway(long_code())
    send(gateway, us(9))
    drain(gateway)
    assert find_unheard([recorder], gateway.messages) == 0
    assert set(left_by_text(record, recorder).values()) == {0}
