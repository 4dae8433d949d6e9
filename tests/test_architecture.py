"""The house stands as docs/architecture.md says: imports, purity, doors, names.

Each rule is a table with its reasons, and a check from a module to its complaints.
That each check can complain is shown by small sources that break it.
"""

from __future__ import annotations

import ast
import re
import tomllib
from dataclasses import dataclass
from functools import cache
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

ROOT = Path(__file__).parent.parent
ROOMS = ("sms", "simulator", "sender", "loadtests", "reports")
LONGEST_FILE = 500

# The rules, as tables


LAYERS = {
    "sms": ("sms",),
    "simulator.engine": ("sms", "simulator.engine"),
    "simulator.keys": ("sms",),
    "simulator.profiles": (
        *("sms", "simulator.engine", "simulator.keys", "simulator.profiles"),
    ),
    "simulator.api": ("sms", "simulator.engine", "simulator.api"),
    "simulator.server": ("sms", "simulator"),
    "simulator.testing": ("sms", "simulator"),
    "simulator": (
        *("sms", "simulator.engine", "simulator.keys", "simulator.profiles"),
        *("simulator.config", "simulator.message_tables", "simulator.rule_tables"),
        *("simulator.inbound_tables", "simulator.account_tables"),
        *("simulator.channel_tables", "simulator.fault_tables"),
    ),
    "sender.plans": ("sms",),
    "sender.pacing": ("sms", "sender.plans", "sender.pacing"),
    "sender.strategies": ("sms", "sender.plans", "sender.strategies"),
    "sender": ("sms", "sender"),
    "loadtests.records": ("sms",),
    "loadtests": ("sms", "simulator", "sender", "loadtests"),
    "reports": ("sms", "loadtests.records", "reports"),
    "smslab": ROOMS,
}
"""What of ours a module may import; the first row that names its package holds.

Imports run `sms -> simulator | sender -> loadtests -> reports`, and within the
simulator `engine -> api -> server`.  Simulator and sender meet on the wire alone, and
reports see records, nothing live.
"""

PURE = {
    "sms": "words and tables",
    "simulator/engine": "takes the time, gives back events",
    "simulator/api": "one call in, one answer out",
    "sender/strategies": "says what to send, sends nothing",
    "sender/pacing": "says when, waits for nothing",
    "sender/plans.py": "what strategies and executors say to each other",
    "sender/broadcasts.py": "a run that anyone can carry out",
    "sender/callbacks.py": "what a status callback says",
    "sender/calls.py": "what came back for a call",
    "sender/carrying.py": "a run but for requests and waiting",
    "sender/coming.py": "texts in the order they are due",
    "sender/matching.py": "which text a callback is about",
    "sender/quiet.py": "whom not to text now",
    "loadtests/arrivals.py": "when texts are meant to be submitted",
    "loadtests/checks.py": "thresholds, as people type them",
    "loadtests/climbing.py": "a run up a staircase",
    "loadtests/figures.py": "exact figures of a load",
    "loadtests/profiles.py": "the shapes of arrivals",
    "loadtests/replays.py": "arrivals as they once came",
    "loadtests/staircases.py": "which step holds",
    "loadtests/streams.py": "texts, and by which strategy and when",
    "simulator/keys.py": "keys of a settings file",
    "simulator/fault_tables.py": "faults, as people write them",
    "loadtests/amiss.py": "the same loop, where answers are lost or late",
    "loadtests/callbacks.py": "status callbacks in virtual time",
    "loadtests/eventlog.py": "what happens, as lines of plain data",
    "loadtests/experiment.py": "the loop of virtual time",
    "loadtests/records.py": "what a run leaves behind; reports import it",
    "loadtests/recorder.py": "fills records from what happens",
    "loadtests/scenarios.py": "what to try, as data",
}
"""Where there is no clock, socket, file or chance of its own."""

IMPURE_MODULES = (
    *("aiohttp", "asyncio", "concurrent.futures", "fcntl", "gevent", "glob", "http"),
    *("httpx", "io.open", "locust", "logging", "matplotlib", "multiprocessing", "os"),
    *("pathlib", "pyarrow", "queue", "random", "requests", "secrets", "select"),
    *("selectors", "shutil", "signal", "socket", "socketserver", "sqlite3", "ssl"),
    *("subprocess", "sys.stderr", "sys.stdin", "sys.stdout", "tempfile", "threading"),
    *("time", "twilio", "urllib.request", "uuid"),
)
LET_BY = {
    "random.Random": "a seeded generator, handed in or made from a seed",
}
IMPURE_CALLS = frozenset({"open", "print", "input", "breakpoint"})
CLOCK_CALL = re.compile(
    r"(?:.*\.)?(?:datetime|date)\.(?:now|utcnow|today)|(?:.*\.)?time\.\w*(?:time|"
    r"monotonic|perf_counter|sleep)\w*"
)

DOORS = {
    "aiohttp": (
        (
            *("simulator/server", "sender/http.py", "sender/receiver.py"),
            "simulator/testing/receiver.py",
        ),
        "sockets: one door on each side of the wire, one for others' tests",
    ),
    "twilio": (
        (
            *("sender/client.py", "sender/http.py", "sender/postbox.py"),
            *("loadtests/swarm/clients.py", "simulator/testing/official.py"),
            "simulator/testing/machine.py",
        ),
        "the official client, and its validator of signatures",
    ),
    "cryptography": (("simulator/server/authority.py",), "certificates; an extra"),
    "schemathesis": ((), "for tests"),
    "matplotlib": (("reports/charts.py",), "slow to load, and an extra"),
    "pyarrow": (
        ("loadtests/parquet.py", "reports/runs.py"),
        "one writes the records, one reads them",
    ),
    "jinja2": (
        ("sender/templates.py", "reports/pages.py"),
        "the customer's template, and the page",
    ),
    "phonenumbers": (("sms",), "slow to load: asked where no table of ours knows"),
    "typer": (("smslab.py", "simulator/server/ctl.py"), "the command line"),
    "locust": (
        ("loadtests/locustfile.py", "loadtests/swarm"),
        "it patches the process on import",
    ),
    "gevent": (("loadtests/swarm",), "as locust"),
    "prometheus_client": (
        ("simulator/server/metrics.py",),
        "what a server counts, in the text format that Prometheus reads",
    ),
    "simpy": ((), "an oracle for tests"),
    "smsutil": ((), "an oracle for tests"),
    "hypothesis": (("simulator/testing/machine.py",), "for tests, ours and others'"),
    "pytest": (("simulator/testing",), "for tests, ours and others'"),
}
"""Where alone a library may be imported, and why."""

BANNED_NAMES = frozenset({"utils", "helpers", "common", "misc", "base", "manager"})
"""Module names that say nothing of what is inside."""

FACT_FILES = frozenset({"events.py", "plans.py", "records.py", "config.py"})
"""Where a dataclass is a fact, and so frozen and slotted."""

SYNONYMS = {
    "tps": "mps",
    "ttl": "validity_period",
    "dlr": "receipt",
    "blast": "broadcast",
    "warp": "speed",
    "affinity": "sticky_sender",
    "msg": "message",
    "cfg": "config",
    "mgr": "its noun",
    "rate_limit": "mps",
    "from_number": "sender",
    "to_number": "recipient",
    "queue_size": "depth",
    "queue_length": "depth",
    "processing_time": "service_time",
    "response_time": "api_latency",
    "num_parts": "segments",
    "time_factor": "speed",
}
"""Words of docs/glossary.md that are not ours, each with ours.

They may occur in texts, as Twilio's own names for things do, but name nothing here.
"""

EXEMPT: dict[tuple[str, str], str] = {}
"""Rule and path of what may differ, each with its reason."""


# What a module is


@dataclass(frozen=True, slots=True)
class Module:
    """A file of the house, read and never run."""

    path: str
    source: str
    tree: ast.Module

    @property
    def name(self) -> str:
        """Its dotted name, that of the package where it is an `__init__`."""
        dotted = self.path.removesuffix(".py").replace("/", ".")
        return dotted.removesuffix(".__init__")


def parse(path: str, source: str) -> Module:
    """Return a module of this path and source."""
    return Module(path, source, ast.parse(source))


@cache
def house() -> tuple[Module, ...]:
    """Return every module of the house."""
    files = chain(
        ROOT.glob("smslab.py"), *(sorted((ROOT / r).rglob("*.py")) for r in ROOMS)
    )
    return tuple(
        parse(f.relative_to(ROOT).as_posix(), f.read_text("utf-8")) for f in files
    )


def nodes(
    node: ast.AST, *, typing: bool = True, late: bool = True
) -> Iterator[ast.AST]:
    """Return a tree's nodes, without what is for types alone or runs later."""
    for child in ast.iter_child_nodes(node):
        if not late and isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        for_types = isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(
            child.test
        )
        if typing or not for_types:
            yield child
            yield from nodes(child, typing=typing, late=late)


def imports(module: Module, *, typing: bool = True, late: bool = True) -> Iterator[str]:
    """Return the dotted name of each thing that a module imports."""
    for node in nodes(module.tree, typing=typing, late=late):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            start = "." * node.level + (node.module or "")
            yield from (f"{start}.{alias.name}" for alias in node.names)


def within(name: str, packages: Iterable[str], separator: str = ".") -> bool:
    """Say whether a dotted name, or a path, is one of these or lies below one."""
    return any(f"{name}{separator}".startswith(f"{p}{separator}") for p in packages)


def is_pure(path: str) -> bool:
    """Say whether a path belongs to a pure part of the house."""
    return within(path, PURE, "/")


# The checks: from a module to what is wrong with it


def wrong_ways(module: Module) -> Iterator[str]:
    """Complain of imports against the direction."""
    row = next(row for row in LAYERS if within(module.name, [row]))
    for name in imports(module):
        ours = within(name, (*ROOMS, "smslab", "tests", "benchmarks", "examples"))
        if ours and not within(name, LAYERS[row]):
            yield f"{row} may not import {name}"
        if name.startswith("."):
            yield f"{name} is relative: write it in full"


def impurities(module: Module) -> Iterator[str]:
    """Complain of clocks, sockets, files and chance in a pure module."""
    if not is_pure(module.path):
        return
    for name in imports(module, typing=False):
        if within(name, IMPURE_MODULES) and name not in LET_BY:
            yield f"imports {name}"
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call):
            called = ast.unparse(node.func)
            if called in IMPURE_CALLS or CLOCK_CALL.fullmatch(called):
                yield f"calls {called}"


def impure_company(module: Module) -> Iterator[str]:
    """Complain where a pure module loads one of ours that is not."""
    if not is_pure(module.path):
        return
    for name in imports(module, typing=False):
        path = name.replace(".", "/")
        if within(name, ROOMS) and not (is_pure(path) or is_pure_file(path)):
            yield f"imports {name}, which is not pure"


def is_pure_file(path: str) -> bool:
    """Say whether a name imported is a pure file, or something in one."""
    return is_pure(f"{path}.py") or is_pure(f"{path.rpartition('/')[0]}.py")


def wrong_doors(module: Module) -> Iterator[str]:
    """Complain of libraries that come in by another door than their own."""
    for name in imports(module, typing=False):
        doors, why = DOORS.get(name.partition(".")[0], ((module.path,), ""))
        if not within(module.path, doors, "/"):
            yield f"imports {name} ({why}): that is for {doors or 'tests'}"


def empty_names(module: Module) -> Iterator[str]:
    """Complain of names that say nothing."""
    yield from BANNED_NAMES.intersection(module.name.split("."))


def too_long(module: Module) -> Iterator[str]:
    """Complain of files that are not read at one sitting."""
    lines = len(module.source.splitlines())
    if lines > LONGEST_FILE:
        yield f"has {lines} lines, above {LONGEST_FILE}"


def loose_facts(module: Module) -> Iterator[str]:
    """Complain of facts that can be changed."""
    if module.path.rpartition("/")[2] not in FACT_FILES:
        return
    for node in ast.walk(module.tree):
        if isinstance(node, ast.ClassDef):
            for made in map(ast.unparse, node.decorator_list):
                if "dataclass" in made and not (
                    "frozen=True" in made and "slots=True" in made
                ):
                    yield f"{node.name} is {made}: make it frozen and slotted"


def environment(module: Module) -> Iterator[str]:
    """Complain of settings that come from the environment below the command line."""
    if module.path == "smslab.py":
        return
    looked_up = {"os.environ", "os.getenv", "os.environb"}
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Attribute) and ast.unparse(node) in looked_up:
            yield f"reads {ast.unparse(node)}"
    yield from looked_up.intersection(imports(module))


def wordless(module: Module) -> Iterator[str]:
    """Complain of modules that do not say what they are."""
    if not ast.get_docstring(module.tree):
        yield "has no docstring"


def synonyms(module: Module) -> Iterator[str]:
    """Complain of names that are another word for one of ours."""
    for name in sorted(set(identifiers(module.tree))):
        words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower().strip("_")
        for synonym, ours in SYNONYMS.items():
            if f"_{synonym}_" in f"_{words}_":
                yield f"{name}: the house says {ours}"


def identifiers(tree: ast.AST) -> Iterator[str]:
    """Return every name that a module gives to something."""
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name, ctx=ast.Store()) | ast.arg(arg=name):
                yield name
            case ast.Attribute(ast.Name("self"), name, ast.Store()):
                yield name
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                yield name
            case ast.ClassDef(name=name):
                yield name


def rings(modules: Iterable[Module]) -> list[str]:
    """Return the modules that import one another in a circle as they load."""
    loads = {m.name: set(imports(m, typing=False, late=False)) for m in modules}
    for name, imported in loads.items():
        whole = imported | {i.rpartition(".")[0] for i in imported}
        loads[name] = whole & loads.keys() - {name}
    while leaves := {name for name, ahead in loads.items() if not ahead}:
        loads = {n: ahead - leaves for n, ahead in loads.items() if n not in leaves}
    return sorted(loads)


BREAKS = (
    (wrong_ways, "sms/a.py", "from simulator.engine import gateway"),
    (wrong_ways, "simulator/engine/a.py", "from simulator.api.api import Api"),
    (wrong_ways, "simulator/engine/a.py", "from simulator import profiles"),
    (wrong_ways, "simulator/api/a.py", "import simulator.server.clock"),
    (wrong_ways, "simulator/server/a.py", "from sender.plans import Call"),
    (wrong_ways, "sender/a.py", "from simulator.engine.senders import Sender"),
    (wrong_ways, "sender/plans.py", "from sender.strategies import Strategy"),
    (wrong_ways, "sender/pacing/a.py", "from sender.strategies import Strategy"),
    (wrong_ways, "loadtests/records.py", "from simulator.engine import events"),
    (wrong_ways, "loadtests/a.py", "from reports.pages import write"),
    (wrong_ways, "loadtests/a.py", "from tests.builders import body"),
    (wrong_ways, "reports/a.py", "from loadtests import experiment"),
    (wrong_ways, "reports/a.py", "def f():\n    import simulator"),
    (wrong_ways, "reports/a.py", "from . import pages"),
    (wrong_ways, "sender/a.py", "import smslab"),
    (impurities, "sms/a.py", "import time"),
    (impurities, "simulator/engine/a.py", "from random import random"),
    (impurities, "simulator/api/a.py", "def f():\n    import asyncio.events"),
    (impurities, "sender/plans.py", "from os import path"),
    (impurities, "loadtests/experiment.py", "from pathlib import Path"),
    (impurities, "loadtests/records.py", "import logging"),
    (impurities, "sms/a.py", "open('table')"),
    (impurities, "sms/a.py", "print('here')"),
    (impurities, "simulator/api/a.py", "datetime.now(UTC)"),
    (impurities, "simulator/api/a.py", "datetime.datetime.utcnow()"),
    (impurities, "simulator/engine/a.py", "x = time.monotonic_ns()"),
    (impure_company, "sender/broadcasts.py", "from sender.client import perform"),
    (impure_company, "loadtests/experiment.py", "from loadtests import folders"),
    (wrong_doors, "simulator/api/a.py", "from aiohttp import web"),
    (wrong_doors, "sender/executor.py", "from twilio.rest import Client"),
    (wrong_doors, "reports/a.py", "import matplotlib.pyplot"),
    (wrong_doors, "loadtests/a.py", "def f():\n    import pyarrow.parquet"),
    (wrong_doors, "loadtests/a.py", "import locust"),
    (wrong_doors, "sender/a.py", "import typer"),
    (wrong_doors, "simulator/a.py", "import simpy"),
    (empty_names, "sender/utils.py", ""),
    (empty_names, "simulator/common/a.py", ""),
    (too_long, "sms/a.py", "x = 1\n" * 501),
    (loose_facts, "sender/plans.py", "@dataclass\nclass A: pass"),
    (loose_facts, "a/events.py", "@dataclass(frozen=True)\nclass A: pass"),
    (loose_facts, "a/records.py", "@dataclasses.dataclass(slots=True)\nclass A: pass"),
    (environment, "simulator/server/a.py", "import os\nos.environ['PORT']"),
    (environment, "sender/a.py", "from os import getenv"),
    (wordless, "sms/a.py", "x = 1"),
    (synonyms, "sms/a.py", "tps = 1"),
    (synonyms, "sms/a.py", "class DlrArrived: pass"),
    (synonyms, "sms/a.py", "def f(message_ttl): pass"),
    (synonyms, "sms/a.py", "self.queue_size = 1"),
)
"""A check, and a path and a source that it must complain of."""

FINE = (
    (wrong_ways, "reports/a.py", "from loadtests.records import RunRecord"),
    (wrong_ways, "reports/a.py", "from loadtests import records"),
    (wrong_ways, "loadtests/a.py", "import simulator.server.running"),
    (impurities, "sms/a.py", "from random import Random"),
    (impurities, "sms/a.py", "from datetime import datetime\ndatetime(2026, 1, 1)"),
    (impurities, "sms/a.py", "if TYPE_CHECKING:\n    from pathlib import Path"),
    (impurities, "sender/client.py", "import asyncio"),
    (impurities, "simulator/engine/a.py", "clock.now()"),
    (impure_company, "loadtests/experiment.py", "from loadtests.records import A"),
    (impure_company, "sender/broadcasts.py", "from sender import plans"),
    (wrong_doors, "simulator/server/a.py", "from aiohttp import web"),
    (wrong_doors, "sender/executor.py", "if TYPE_CHECKING:\n    import twilio"),
    (wrong_doors, "sender/a.py", "import msgspec"),
    (loose_facts, "a/plans.py", "@dataclass(frozen=True, slots=True)\nclass A: ..."),
    (loose_facts, "a/queues.py", "@dataclass\nclass A: ..."),
    (environment, "smslab.py", "import os\nos.environ['PORT']"),
    (synonyms, "sms/a.py", "https = 'tps'; battle = message = 1"),
    (synonyms, "sms/a.py", "record.msg = theirs.ttl"),
)
"""A check, and a path and a source that is no matter of its."""

CHECKS = tuple(dict.fromkeys(check for check, _, _ in BREAKS))


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_the_house_keeps_its_rules(check: Callable[[Module], Iterator[str]]) -> None:
    """No module gives a check cause to complain, exemptions with reasons apart."""
    complaints = [
        f"{module.path}: {complaint}"
        for module in house()
        if (check.__name__, module.path) not in EXEMPT
        for complaint in check(module)
    ]
    assert complaints == []


def test_nothing_imports_in_a_ring() -> None:
    """As they load, no modules import one another."""
    assert rings(house()) == []


@pytest.mark.parametrize(("check", "path", "source"), BREAKS)
def test_each_check_can_complain(
    check: Callable[[Module], Iterator[str]], path: str, source: str
) -> None:
    """What breaks a rule is noticed."""
    assert list(check(parse(path, source)))


@pytest.mark.parametrize(("check", "path", "source"), FINE)
def test_no_check_complains_of_nothing(
    check: Callable[[Module], Iterator[str]], path: str, source: str
) -> None:
    """What looks like a break and is none goes by."""
    assert list(check(parse(path, source))) == []


def test_a_ring_is_noticed() -> None:
    """Two that import each other are a ring; for types or later they may."""
    a = parse("sms/a.py", "from sms.b import x")
    assert rings([a, parse("sms/b.py", "import sms.a")]) == ["sms.a", "sms.b"]
    for source in ("if TYPE_CHECKING:\n    import sms.a", "def f():\n    import sms.a"):
        assert rings([a, parse("sms/b.py", source)]) == []


def test_every_room_is_looked_at() -> None:
    """The house is found whole: there is something in each of its rooms."""
    assert {m.path.partition("/")[0] for m in house()} >= set(ROOMS)


@pytest.mark.parametrize("path", PURE)
def test_what_is_called_pure_is_there(path: str) -> None:
    """No row of the table speaks of a file that is gone."""
    assert (ROOT / path).exists()


def test_coverage_is_counted_of_what_is_pure() -> None:
    """`make coverage` looks at PURE, no more and no less."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    counted = settings["tool"]["coverage"]["run"]["include"]
    assert [path.removesuffix("/*") for path in counted] == list(PURE)


def test_every_exemption_is_needed() -> None:
    """An exemption goes once there is nothing to exempt."""
    checks = {check.__name__: check for check in CHECKS}
    for module in house():
        for rule in (rule for rule, path in EXEMPT if path == module.path):
            assert list(checks[rule](module)), f"{rule} is kept by {module.path}"
