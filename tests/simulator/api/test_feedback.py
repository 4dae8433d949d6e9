"""The Feedback resource: told of messages that asked for it, as often as one likes."""

from __future__ import annotations

from tests.simulator.api.caller import ACCOUNT, Caller, body, code


def path_of(caller: Caller, **form: str) -> str:
    """Send a message and return the path of its Feedback."""
    return f"{ACCOUNT}/Messages/{caller.send(**form)['sid']}/Feedback.json"


def test_feedback_is_confirmed_unless_told() -> None:
    """The latest outcome counts, and the first date of creation stays."""
    caller = Caller()
    path = path_of(caller, ProvideFeedback="true")
    first = body(caller.post(path))
    caller.now = 60.0
    second = body(caller.post(path, Outcome="unconfirmed"))
    assert (first["outcome"], second["outcome"]) == ("confirmed", "unconfirmed")
    assert first["date_created"] == second["date_created"] != second["date_updated"]


def test_other_outcomes_are_refused() -> None:
    """What the OpenAPI file does not allow is 20422."""
    caller = Caller()
    path = path_of(caller, ProvideFeedback="true")
    assert code(caller.post(path, Outcome="perhaps")) == 20422


def test_without_provide_feedback_there_is_none() -> None:
    """A message that did not ask for it has no Feedback, nor has one deleted."""
    caller = Caller()
    assert code(caller.post(path_of(caller))) == 20404
    path = path_of(caller, ProvideFeedback="true")
    caller.post(path)
    caller.wait()
    caller.call("DELETE", path.replace("/Feedback", ""))
    assert code(caller.post(path)) == 20404
    assert caller.gateway.feedback == {}
