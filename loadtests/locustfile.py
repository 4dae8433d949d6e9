"""The one door to Locust: `locust -f loadtests/locustfile.py`, and nothing in between.

Importing this patches the process (it imports Locust), so no command of ours does.  A
locustfile of your own imports it and subclasses its users; docs/loadtests.md shows it.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from locust import events

from loadtests.swarm.conducting import BAD, Conductor
from loadtests.swarm.options import add_options, asked_for, man, ours
from loadtests.swarm.users import (
    DEFAULT_HOST,
    BulkUser,
    MessagingServiceUser,
    NotifyUser,
    NumberPoolUser,
    ShortCodeUser,
    SingleNumberUser,
    StrategyUser,
    conductors,
    users_of_packages,
)
from sender.client import Base

if TYPE_CHECKING:
    from locust.env import Environment

__all__ = [
    "BulkUser",
    "MessagingServiceUser",
    "NotifyUser",
    "NumberPoolUser",
    "ShortCodeUser",
    "SingleNumberUser",
    "StrategyUser",
]

globals().update(users_of_packages())
events.init_command_line_parser.add_listener(add_options)


@events.init.add_listener  # type: ignore[untyped-decorator]
def prepare(environment: Environment, **_: Any) -> None:
    """Refuse a bad question in one line, before anything is sent; else be ready."""
    options: Any = environment.parsed_options
    classes = {
        user.__name__: user.strategy
        for user in environment.user_classes
        if issubclass(user, StrategyUser)
    }
    strategies = list(dict.fromkeys(classes.values()))
    try:
        environment.host = Base(environment.host or DEFAULT_HOST).url
        load = asked_for(ours(options), strategies)
    except (ValueError, OSError) as error:
        sys.stderr.write(f"smslab: {error}\n")
        sys.exit(BAD)
    if ours(options)["scenario"]:
        man(environment, options, load)
    conductors[environment] = Conductor(
        environment,
        options=lambda: ours(options),
        make_load=lambda given: asked_for(given, strategies),
        classes=classes,
        token=options.control_token,
    )
