"""Requests that are none: refused or cut off, in a line of log at most."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from aiohttp import http_parser, web_protocol

from simulator.server import bodies, connections
from simulator.server.running import running
from tests.simulator.server.fast import fast
from tests.simulator.server.malformed import HOST, MALFORMED
from tests.simulator.server.sockets import exchange

if TYPE_CHECKING:
    from logging import LogRecord

STATUS = re.compile(rb"^HTTP/1\.[01] (\d+) ", re.MULTILINE)

PARSERS = [http_parser.HttpRequestParser, http_parser.HttpRequestParserPy]


def complaints(sent: bytes, answer: bytes, logged: list[LogRecord]) -> list[str]:
    """Return what is wrong with how a malformed request was met."""
    what = sent[:60] + b" ... " + sent[-30:]
    statuses = STATUS.findall(answer)
    wrong = [f"{what!r}: {s!r}" for s in statuses if not s.startswith(b"4")]
    if answer and not statuses:
        wrong.append(f"{what!r}: {answer[:80]!r}")
    if len(logged) > 1 or any(record.exc_info for record in logged):
        wrong.append(f"{what!r}: {[record.getMessage() for record in logged]}")
    return wrong


def test_the_corpus_is_large_and_without_repetition() -> None:
    """At least two hundred malformed requests, each another."""
    assert len(set(MALFORMED)) == len(MALFORMED) >= 200


@pytest.mark.parametrize("parser", PARSERS, ids=["C", "Python"])
async def test_what_is_malformed_is_refused_in_a_line_at_most(
    parser: type, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Only 4xx or the end, no traceback, no message, and the server lives on."""
    monkeypatch.setattr(web_protocol, "HttpRequestParser", parser)
    monkeypatch.setattr(bodies, "BODY_TIMEOUT", 0.2)
    monkeypatch.setattr(connections, "HEAD_TIMEOUT", 0.2)
    monkeypatch.setattr(connections, "ROUND", 0.05)
    caplog.set_level("INFO")
    wrong = []
    async with running(fast()) as server:
        for sent in MALFORMED:
            caplog.clear()
            answer = await exchange(server, sent)
            wrong += complaints(sent, answer, caplog.records)
        asked = b"GET /_smslab/health HTTP/1.1\r\n" + HOST + b"\r\n"
        assert (await exchange(server, asked)).startswith(b"HTTP/1.1 200 ")
        assert not server.gateway.messages
    assert not wrong


def test_without_the_extension_it_is_the_parser_in_python() -> None:
    """What is swapped in above is what aiohttp takes where it has no extension."""
    code = "from aiohttp import http_parser as p;print(p.HttpRequestParser.__module__)"
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "AIOHTTP_NO_EXTENSIONS": "1"},
        cwd=Path(__file__).parents[3],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == http_parser.HttpRequestParserPy.__module__


async def test_nothing_of_what_was_sent_is_logged_or_repeated(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """A secret in a broken header is in no log and no answer."""
    caplog.set_level("DEBUG")
    async with running(fast()) as server:
        sent = b"GET / HTTP/1.1\r\n" + HOST + b"Authorization: hush\x00\r\n\r\n"
        answer = await exchange(server, sent)
    assert b" 400 " in answer
    assert b"nosniff" in answer
    assert "hush" not in answer.decode() + caplog.text
