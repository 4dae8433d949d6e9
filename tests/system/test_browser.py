"""A foreign web page in a real Chromium: it sends, reads and resets nothing."""

from __future__ import annotations

import asyncio
import json
import shutil
from typing import TYPE_CHECKING

import pytest
from aiohttp import web

from simulator.engine.messages import Draft
from simulator.engine.worlds import ACCOUNT_SID
from simulator.server.running import running
from tests.simulator.api.caller import TO
from tests.simulator.server.fast import fast
from tests.simulator.server.sockets import exchange

if TYPE_CHECKING:
    from pathlib import Path

    from simulator.server.running import Running

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")

PATIENCE = 60
"""Real seconds that a browser has before the test gives it up."""

REBOUND = "rebound.test"
"""A name of a stranger that leads to this machine."""

MINE = Draft(recipient=TO, body="mine", sender="+14155550100")
LOG = b"GET /_smslab/requests HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"

TRIED = 11
"""What the page tries by script."""

REFUSED = 2
"""Of these at least come through to the API; the others the browser stops itself."""

PAGE = """<!doctype html><title>a stranger's page</title>
<iframe name="hidden"></iframe>
<form id="form" method="post" target="hidden" action="SERVER/MESSAGES">
<input name="To" value="+14155550123"><input name="From" value="+14155550100">
<input name="Body" value="forged"></form>
<img src="SERVER/_smslab/health">
<script>
const read = [], tried = [];
const note = async (name, attempt) => {
  try { const text = await attempt(); if (text) read.push(name + ": " + text); }
  catch (error) { /* the browser keeps the answer from us */ }
  tried.push(name);
};
const form = "To=%2B14155550123&From=%2B14155550100&Body=forged";
const type = "application/x-www-form-urlencoded";
const login = "Basic " + btoa("SID:smslab");
const get = (url, settings) => fetch(url, settings).then(answer => answer.text());
const xhr = (method, url, body) => new Promise((done, fail) => {
  const request = new XMLHttpRequest();
  request.open(method, url);
  request.setRequestHeader("Content-Type", type);
  request.onload = () => done(request.responseText);
  request.onerror = fail;
  request.send(body);
});
const stream = () => new Promise((done, fail) => {
  const source = new EventSource("SERVER/_smslab/health");
  source.onmessage = event => done(event.data);
  source.onerror = () => { source.close(); fail(); };
});
const socket = () => new Promise((done, fail) => {
  const opened = new WebSocket("SERVER/_smslab/health".replace("http", "ws"));
  opened.onopen = () => done("open");
  opened.onerror = fail;
});
(async () => {
  document.getElementById("form").submit();
  const json = {"Content-Type": "application/json", "X-Smslab-Token": "guess"};
  const auth = {"Content-Type": type, "Authorization": login};
  await note("no-cors", () => get("SERVER/MESSAGES",
    {method: "POST", mode: "no-cors", headers: {"Content-Type": type}, body: form}));
  await note("auth", () => get("SERVER/MESSAGES",
    {method: "POST", headers: auth, body: form}));
  await note("list", () => get("SERVER/MESSAGES", {headers: {"Authorization": login}}));
  await note("reset", () => get("SERVER/_smslab/clock",
    {method: "POST", headers: json, body: "{}"}));
  await note("reset no-cors", () => get("SERVER/_smslab/clock",
    {method: "POST", mode: "no-cors", body: "{}"}));
  await note("health", () => get("SERVER/_smslab/health"));
  await note("xhr", () => xhr("POST", "SERVER/MESSAGES", form));
  await note("xhr health", () => xhr("GET", "SERVER/_smslab/health"));
  await note("stream", stream);
  await note("socket", socket);
  await note("rebound", () => get("REBOUND/_smslab/health"));
  await fetch("/found", {method: "POST", body: JSON.stringify({read, tried})});
})();
</script>"""


def page(server: Running) -> str:
    """Return the page of a stranger who knows all about a server but its token."""
    port = server.url.rpartition(":")[2]
    texts = {
        "SERVER": server.url,
        "REBOUND": f"http://{REBOUND}:{port}",
        "MESSAGES": f"2010-04-01/Accounts/{ACCOUNT_SID}/Messages.json",
        '"SID:': f'"{ACCOUNT_SID}:',
    }
    text = PAGE
    for name, value in texts.items():
        text = text.replace(name, value)
    return text


async def browse(folder: Path, url: str) -> asyncio.subprocess.Process:
    """Open a page in a browser of its own."""
    browser = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if browser is None:
        pytest.skip(f"no browser is installed: none of {', '.join(BROWSERS)}")
    return await asyncio.create_subprocess_exec(
        *(browser, "--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run"),
        *("--disable-dev-shm-usage", f"--user-data-dir={folder}"),
        *("--disable-background-networking", "--disable-component-update"),
        f"--host-resolver-rules=MAP * 127.0.0.1, EXCLUDE 127.0.0.1, MAP {REBOUND} "
        "127.0.0.1",
        url,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )


async def visit(folder: Path, server: Running) -> dict[str, list[str]]:
    """Have a browser open the stranger's page, and return what that found out."""
    found: asyncio.Future[dict[str, list[str]]] = asyncio.Future()

    async def answer(request: web.BaseRequest) -> web.Response:
        if request.path == "/found" and not found.done():
            found.set_result(json.loads(await request.text()))
        return web.Response(text=page(server), content_type="text/html")

    runner = web.ServerRunner(web.Server(answer))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    browser = await browse(folder, f"http://127.0.0.1:{runner.addresses[0][1]}/")
    try:
        async with asyncio.timeout(PATIENCE):
            return await found
    finally:
        browser.terminate()
        await browser.wait()
        await runner.cleanup()


async def test_a_strangers_page_can_do_nothing_here(tmp_path: Path) -> None:
    """It tries all that a page can try; no message, no reset, not a byte read."""
    async with running(fast()) as server:
        kept = server.gateway.submit(MINE, 0.0).sid
        began_at = server.clock.monotonic_at(0.0)
        found = await visit(tmp_path, server)
        rows = await exchange(server, LOG)
        assert len(found["tried"]) == TRIED
        assert found["read"] == []
        assert list(server.gateway.messages) == [kept]
        assert server.clock.monotonic_at(0.0) == began_at
        assert rows.count(b'"status":403') == rows.count(b'"status":') >= REFUSED
