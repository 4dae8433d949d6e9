"""Our options on Locust's command line and in its web UI, and the load they ask for."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from loadtests.loads import (
    Changes,
    Document,
    Driver,
    GeneratorTable,
    StreamTable,
    make_load,
    read_load,
)
from loadtests.questions import Source
from loadtests.streams import Kind
from sender.registry import pacing_names

if TYPE_CHECKING:
    from collections.abc import Mapping

    from locust.argument_parser import LocustArgumentParser
    from locust.env import Environment

    from loadtests.loads import Load

ARRIVALS = "steady rate=10"
"""How plain traffic arrives where nothing is said: ten texts a second, without end."""

COUNT = 1_000
"""How many recipients are made up where no file names any."""

OPTIONS = (
    *("scenario", "changes", "parts", "kind", "recipients", "count", "country"),
    *(
        "body",
        "template",
        "pacing",
        "arrivals",
        "until",
        "driver",
        "drain",
        "check",
        "seed",
    ),
)
"""Our options, by the names that the parsed ones have.

The control token is none of them: what goes to workers is not secret, and the master
alone changes the server.
"""


def add_options(parser: LocustArgumentParser, **_: Any) -> None:
    """Add our options to Locust's, which listens on this machine alone."""
    parser.set_defaults(master_bind_host="127.0.0.1", web_host="127.0.0.1")
    hidden = {"include_in_web_ui": False}
    parser.add_argument(
        "--scenario",
        help="A TOML file that says it all; what follows is for without.",
    )
    parser.add_argument(
        "--kind", choices=[*Kind], default="", help="Broadcast (all once) or traffic."
    )
    parser.add_argument("--recipients", default="", help="CSV file of recipients.")
    parser.add_argument(
        "--count", type=int, help=f"Made-up recipients without a file: {COUNT}."
    )
    parser.add_argument("--country", default="US", help="Their countries: US,GB.")
    parser.add_argument("--body", default="", help="The text to send.")
    parser.add_argument("--template", default="", help="A Jinja2 file instead.")
    parser.add_argument("--pacing", choices=pacing_names(), default="adaptive")
    parser.add_argument(
        "--arrivals",
        default="",
        help=f"When texts are due: '{ARRIVALS}' for traffic, else as fast as may be.",
    )
    parser.add_argument(
        "--until", default="", help="What a staircase must hold: 'share(429) < 1%%'."
    )
    parser.add_argument("--driver", choices=[*Driver], default=Driver.USERS.value)
    parser.add_argument("--drain", default="1m", help="Longest wait at the end.")
    parser.add_argument("--seed", type=int, default=1, help="What decides all chance.")
    parser.add_argument(
        "--check",
        action="append",
        default=[],
        help="A threshold: 'p95(submitted-terminal) < 30m'; may be given again.",
        **hidden,
    )
    parser.add_argument(
        "--control-token",
        env_var="SMSLAB_TOKEN",
        help="Who may change the server, where it has left you no note.",
        **hidden,
    )
    parser.add_argument("--parts", help="Folder for what each worker saw.", **hidden)
    parser.add_argument("--changes", default="{}", help="For smslab load.", **hidden)


def ours(options: Any) -> dict[str, Any]:
    """Return our options as plain data, as they go from master to worker."""
    return {name: getattr(options, name) for name in OPTIONS}


def asked_for(given: Mapping[str, Any], strategies: list[str]) -> Load:
    """Return the load that options ask for: a scenario's, or a stream a strategy.

    Raises:
        ValueError: one line that names what was given and what would do.
        OSError: a file cannot be read.
    """
    if given["scenario"]:
        path = Path(given["scenario"])
        changes = msgspec.json.decode(given["changes"], type=Changes)
        return read_load(
            Source(path.name, path.read_bytes()),
            lambda name: (path.parent / name).read_bytes(),
            replace(changes, checks=(*changes.checks, *given["check"])),
        )
    document = Document(
        name="plain Locust",
        seed=given["seed"],
        drain=given["drain"],
        checks=tuple(given["check"]),
        generator=GeneratorTable(driver=Driver(given["driver"])),
        streams=tuple(_stream(name, given) for name in strategies),
    )
    return make_load(document, lambda name: Path(name).read_bytes())


def man(environment: Environment, options: Any, load: Load) -> None:
    """Have each stream of a scenario manned by as many users as it wants.

    Options of Locust's that were given hold; classes that nothing goes by are let go.
    """
    streams = Counter(stream.choice.strategy for stream in load.streams)
    manned = [
        (user, streams[user.strategy] if hasattr(user, "strategy") else 1)
        for user in environment.user_classes
    ]
    environment.user_classes = [user for user, number in manned if number]
    for user, number in manned:
        user.weight = number
    each = load.users if load.driver is Driver.USERS else load.processes
    options.num_users = options.num_users or each * len(load.streams)
    options.spawn_rate = options.spawn_rate or options.num_users


def _stream(strategy: str, given: Mapping[str, Any]) -> StreamTable:
    """Return what plain options say of a strategy's stream.

    Without recipients and without a kind it is traffic that does not end.
    """
    named = given["recipients"] or given["count"]
    kind = Kind(given["kind"] or (Kind.BROADCAST if named else Kind.TRAFFIC))
    arrivals = given["arrivals"] or (ARRIVALS if kind is Kind.TRAFFIC else None)
    return StreamTable(
        name=strategy,
        strategy=strategy,
        kind=kind,
        pacing=given["pacing"],
        recipients=given["recipients"] or None,
        count=given["count"] or (None if given["recipients"] else COUNT),
        countries=tuple(given["country"].split(",")),
        body=given["body"] or None,
        template=given["template"] or None,
        arrivals=arrivals,
        until=given["until"] or None,
    )
