"""The table of routes: what is found, and what is said where nothing is."""

from __future__ import annotations

import re

import pytest

from simulator.api.routes import ROUTES, Router
from simulator.engine.worlds import ACCOUNT_SID
from tests.simulator.api.caller import MESSAGES, SERVICE, Caller, body, code


@pytest.mark.parametrize(("method", "path", "handler"), ROUTES)
def test_every_row_is_found(method: str, path: str, handler: object) -> None:
    """A path of each row leads to its handler, with its placeholders by name."""
    own = path.replace("{account}", ACCOUNT_SID)
    concrete = re.sub(r"\{\w+\}", "SM1", own)
    found, names = Router().find(method, concrete)
    assert found == handler
    assert dict(names) == dict.fromkeys(re.findall(r"\{(\w+)\}", own), "SM1")


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"])
def test_other_methods_are_not_allowed(method: str) -> None:
    """A path that is there answers 405 to a method it does not take."""
    answer = Caller().call(method, MESSAGES)
    assert (answer.status, code(answer)) == (405, 20004)


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/",
        "/2010-04-01/Nothing",
        MESSAGES + "/",
        SERVICE + "/Nothing",
        SERVICE + "/PhoneNumbers/../..",
        "/messaging/v2/Services",
        "/2010-04-01/Accounts/\udcff.json".encode("utf-8", "replace").decode(),
    ],
)
def test_other_paths_are_not_found(path: str) -> None:
    """What is no row of the table is 404/20404."""
    assert code(Caller().call("GET", path)) == 20404


def test_csv_is_refused_in_so_many_words() -> None:
    """It is 400, and told what would do."""
    answer = Caller().call("GET", MESSAGES.replace(".json", ".csv"))
    assert code(answer) == 20001
    assert "JSON and XML" in body(answer)["message"]
