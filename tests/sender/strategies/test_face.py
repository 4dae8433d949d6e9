"""What every strategy of ours has in common."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sender.plans import Broadcast, Operation, Senders, Text
from sender.registry import find_strategy, strategy_names
from sender.strategies import StrategyError
from tests.sender.virtual import SENDERS, make_broadcast

recipients = st.sampled_from(["+1415", "+1514", "+4477009", "+4930"]).flatmap(
    lambda prefix: st.integers(0, 99).map(lambda tail: f"{prefix}55500{tail:02d}")
)
texts = st.lists(st.tuples(recipients, st.sampled_from(["a", "b" * 200, "ü→"])))


@pytest.mark.parametrize("name", strategy_names())
@settings(max_examples=300, deadline=None)
@given(drawn=texts)
def test_each_text_is_carried_once(name: str, drawn: list[tuple[str, str]]) -> None:
    """All texts leave, each in one call that names its recipient and body."""
    broadcast = Broadcast([Text(key, *text) for key, text in enumerate(drawn)])
    calls = list(find_strategy(name)(broadcast, SENDERS).calls(broadcast.texts))
    carried = [text for call in calls for text in call.texts]
    assert sorted(carried, key=lambda text: text.key) == broadcast.texts
    for call in calls:
        if call.document is not None:
            to = [recipient["address"] for recipient in call.document["to"]]
            assert to == [text.recipient for text in call.texts]
            continue
        assert {text.body for text in call.texts} == {call.form["Body"]}
        if call.operation is Operation.CREATE_MESSAGE:
            assert [text.recipient for text in call.texts] == [call.form["To"]]


@pytest.mark.parametrize("name", strategy_names())
def test_an_account_without_senders_is_told_what_is_missing(name: str) -> None:
    """The error is one line that begins with the strategy's name."""
    with pytest.raises(StrategyError, match=f"^{name}: the account has no .*$") as told:
        find_strategy(name)(make_broadcast("+14155550100"), Senders())
    assert "\n" not in str(told.value)


@pytest.mark.parametrize("name", strategy_names())
def test_what_is_missing_is_shown_as_a_config_would_have_it(name: str) -> None:
    """The table of it, in TOML, and a key."""
    with pytest.raises(StrategyError, match=r"\(\[\[\w+\]\] \w+ = \"[^\"]+\""):
        find_strategy(name)(make_broadcast("+14155550100"), Senders())


@pytest.mark.parametrize("name", sorted({*strategy_names()} - {"notify", "bulk"}))
def test_a_message_says_how_it_is_to_be_sent(name: str) -> None:
    """The form has a sender, and the broadcast's callback and validity period."""
    broadcast = replace(
        make_broadcast("+14155550123"),
        status_callback="http://127.0.0.1/cb",
        validity_period=60,
    )
    [call] = find_strategy(name)(broadcast, SENDERS).calls(broadcast.texts)
    assert call.form["StatusCallback"] == "http://127.0.0.1/cb"
    assert call.form["ValidityPeriod"] == "60"
    assert len({"From", "MessagingServiceSid"} & call.form.keys()) == 1


@pytest.mark.parametrize("name", strategy_names())
def test_nothing_is_asked_for_that_was_not_wanted(name: str) -> None:
    """Without a callback or a validity period the form has neither."""
    broadcast = make_broadcast("+14155550123")
    [call] = find_strategy(name)(broadcast, SENDERS).calls(broadcast.texts)
    assert call.form.keys().isdisjoint({"StatusCallback", "ValidityPeriod", "Sms"})


@pytest.mark.parametrize("name", strategy_names())
def test_calls_are_made_as_they_are_asked_for(name: str) -> None:
    """A batch of re-deliveries may begin while the first is under way."""
    broadcast = make_broadcast("+14155550123", "+14155550124")
    strategy = find_strategy(name)(broadcast, SENDERS)
    first = strategy.calls(broadcast.texts)
    next(first)
    [again] = strategy.calls([Text(0, "+14155550123", "Hello", attempt=1)])
    assert again.texts[0].attempt == 1
    assert len(list(first)) == (0 if name in ("notify", "bulk") else 1)
