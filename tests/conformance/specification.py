"""Twilio's OpenAPI files, where they are at hand: operations, and which are granted."""

from __future__ import annotations

import json
import os
import re
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from tests.system.test_sdk_operations import try_every_operation

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

    @property
    def address(self) -> str:
        """Its path at this machine's address."""
        return PREFIXES[self.file] + self.path

    def __str__(self) -> str:
        """Return it as the overlay and the names of tests have it."""
        return f"{self.method} {self.address}"


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


def pattern(operation: Operation) -> re.Pattern[str]:
    """Return what the paths of an operation look like at this machine's address."""
    parts = re.split(r"\{\w+\}", operation.address)
    return re.compile(r"[^/]+?".join(map(re.escape, parts)))


def asked_for(method: str, path: str) -> Operation | None:
    """Return the operation that a request is one of, None for none.

    Of several it is the one with the fewest placeholders.
    """
    fitting = [
        row
        for row in operations()
        if row.method == method and pattern(row).fullmatch(path)
    ]
    return min(fitting, key=lambda row: row.path.count("{"), default=None)


@cache
def granted() -> frozenset[Operation]:
    """Return the operations that a running server has granted the official SDK.

    Its whole table is gone through, in which each answer is held against what it must
    say; an operation counts that was answered with 2xx.
    """
    asked = {asked_for(method, path) for method, path in try_every_operation()}
    return frozenset(row for row in asked if row is not None)
