"""Users: one class a strategy, each lending its hands to the strategy's streams."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, Any, ClassVar
from weakref import WeakKeyDictionary

import gevent
from locust import FastHttpUser, tag
from locust.exception import StopUser

from loadtests.loads import Driver
from loadtests.swarm.clients import open_session
from loadtests.swarm.works import LOOK, lend_a_hand
from sender.registry import strategy_names

if TYPE_CHECKING:
    from locust.env import Environment
    from twilio.rest import Client

    from loadtests.swarm.conducting import Conductor
    from loadtests.swarm.works import Work

DEFAULT_HOST = "http://127.0.0.1:4010"
"""Where `smslab serve` listens unless told otherwise."""

conductors: WeakKeyDictionary[Environment, Conductor] = WeakKeyDictionary()
"""Who conducts the load of each of Locust's environments."""


def tasks_of(strategy: str) -> list[Any]:
    """Return a User's tasks: to send, tagged so and by its strategy's name."""

    def send(user: StrategyUser) -> None:
        user.send()

    return [tag("send", strategy)(send)]


class StrategyUser(FastHttpUser):
    """Sends what is due by its strategy, call after call, until there is no more.

    Subclass one of those below to add tasks of your own or a wait time between calls;
    `self.client` is Locust's own session and `self.twilio` the official library on it.
    Each takes a place in the work of one of the strategy's streams, if it has any.
    """

    abstract = True
    host = DEFAULT_HOST
    strategy: ClassVar[str]
    work: Work | None
    twilio: Client
    _numbers: ClassVar[count[int]] = count()

    def __init__(self, environment: Environment) -> None:
        super().__init__(environment)
        self.client = open_session(
            environment, self.host or "", self, connections=self.concurrency
        )
        conductor = conductors[environment]  # before it starts: its place is known then
        self.work = conductor.work_of(self.strategy, next(self._numbers))
        if self.work is not None:
            self.work.hands += 1
            self.twilio = conductor.client_of(self.client)

    def on_stop(self) -> None:
        """Leave the place."""
        if self.work is not None:
            self.work.hands -= 1

    def send(self) -> None:
        """Make the next call that is due, and wait for its answer.

        Where each call has a greenlet of its own, a user only waits for the end.

        Raises:
            StopUser: there is nothing to do any more.
        """
        work = self.work
        if work is None:
            raise StopUser
        while work.driver is Driver.OPEN and not work.over:
            gevent.sleep(LOOK)
        if not lend_a_hand(work, self.twilio):
            raise StopUser


class SingleNumberUser(StrategyUser):
    """Sends everything from one number."""

    strategy = "single-number"
    tasks = tasks_of(strategy)


class NumberPoolUser(StrategyUser):
    """Spreads over all the account's numbers by itself."""

    strategy = "number-pool"
    tasks = tasks_of(strategy)


class MessagingServiceUser(StrategyUser):
    """Leaves the choice of a sender to a Messaging Service."""

    strategy = "messaging-service"
    tasks = tasks_of(strategy)


class NotifyUser(StrategyUser):
    """Sends by Notify, up to 10,000 recipients a call."""

    strategy = "notify"
    tasks = tasks_of(strategy)


class ShortCodeUser(StrategyUser):
    """Sends from the country's short code, elsewhere from numbers."""

    strategy = "short-code"
    tasks = tasks_of(strategy)


class BulkUser(StrategyUser):
    """Sends by the Bulk API, up to 10,000 people a call, each with their own text."""

    strategy = "bulk"
    tasks = tasks_of(strategy)


OURS = (
    SingleNumberUser,
    NumberPoolUser,
    MessagingServiceUser,
    NotifyUser,
    ShortCodeUser,
    BulkUser,
)


def users_of_packages() -> dict[str, type[StrategyUser]]:
    """Return a class for each strategy that an installed package has added, by name."""
    known = {user.strategy for user in OURS}
    return {
        name: type(
            name,
            (StrategyUser,),
            {
                "__doc__": f"Sends by the strategy {strategy!r}.",
                "strategy": strategy,
                "tasks": tasks_of(strategy),
                "abstract": False,
            },
        )
        for strategy in strategy_names()
        if strategy not in known
        for name in [f"{strategy.title().replace('-', '')}User"]
    }
