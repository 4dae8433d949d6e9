"""Twilio's OpenAPI files, where they are at hand: their operations, and who answers."""

from __future__ import annotations

import json
import os
import re
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from simulator.api.routes import ROUTER
from simulator.engine.worlds import ACCOUNT_SID
from sms.errors import ApiError

HERE = Path(__file__).parents[2]
FILES = Path(os.environ.get("SMSLAB_OPENAPI", HERE.parent / "shared/data/openapi"))
"""Where the files are looked for: they are Twilio's, and no part of this project."""

PREFIXES = {
    "twilio_api_v2010.json": "",
    "twilio_messaging_v1.json": "/messaging",
    "twilio_notify_v1.json": "/notify",
}
"""The files, and where each product is at this machine's address."""

METHODS = ("get", "post", "put", "delete")


class Operation(NamedTuple):
    """A method and a path, as a file has them."""

    file: str
    method: str
    path: str


@cache
def read(file: str) -> dict[str, Any]:
    """Return a file as it is."""
    loaded: dict[str, Any] = json.loads((FILES / file).read_text("utf-8"))
    return loaded


def operations() -> list[Operation]:
    """Return every operation of every file, in their order."""
    return [
        Operation(file, method.upper(), path)
        for file in PREFIXES
        for path, methods in read(file)["paths"].items()
        for method in METHODS
        if method in methods
    ]


def answered(operation: Operation) -> bool:
    """Say whether the API has a handler for an operation."""
    path = PREFIXES[operation.file] + operation.path
    account = "AccountSid" if "{AccountSid}" in path else "Sid"
    if operation.file == "twilio_api_v2010.json":
        path = path.replace(f"{{{account}}}", ACCOUNT_SID)
    filled = re.sub(r"\{\w+\}", "XX" + "0" * 32, path.replace("{CountryCode}", "US"))
    try:
        ROUTER.find(operation.method, filled)
    except ApiError:
        return False
    return True
