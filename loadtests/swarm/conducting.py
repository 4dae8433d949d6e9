"""Who begins, who is done, who quits: what Locust's processes say to each other.

The master has each worker prepare its part, tells all when the run begins, waits until
they have sent and drained theirs, and ends the run.  A run in one process goes the same
way: it is master and worker both.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import gevent
from locust.runners import STATE_MISSING, MasterRunner, WorkerRunner

from loadtests.checks import judge_all, rows
from loadtests.figures import COUNTED, OPEN, Figures
from loadtests.loads import Driver
from loadtests.staircases import lowest
from loadtests.swarm.clocks import read_clock, read_pacing, restart_clock
from loadtests.swarm.workers import MOST_OPEN, Worker
from simulator.keys import ConfigError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from locust.env import Environment
    from twilio.rest import Client

    from loadtests.loads import Load
    from loadtests.swarm.works import Work

BEGIN, COVER, CLOSE, BREAK = (
    *("smslab_begin", "smslab_cover", "smslab_close", "smslab_break"),
)
"""From the master to its workers; the last one also from a worker to its master."""

READY, DONE, FAILED = "smslab_ready", "smslab_done", "smslab_failed"
"""From a worker: it is prepared; all it opened has come to its end; it cannot begin."""

HANDED_OVER = "smslab_figures"
"""From a worker that ends: its last figures, and the knees it has found."""

FIGURES = "smslab"
"""The key of our figures in a worker's report."""

LEAD, LEAD_OF_MANY = 0.3, 1.5
"""Real seconds from the master's word to the run's beginning, for all to hear it.

Where there are workers, Locust takes that long to spawn their users.
"""

TICK = 0.1
"""Real seconds between two looks at whether others are so far."""

PREPARATION = 120.0
"""Real seconds that a worker may take to prepare its part."""

HAND_OVER = 5.0
"""Real seconds that workers have for their last figures once a run is broken off."""

MARGIN = 10.0
"""Real seconds, beyond the drain's own limit, for which a worker's word is waited."""

LATEST = 0.005
"""Real seconds of lag at the 99th percentile above which no time is sound."""

GOOD, NO, BAD = 0, 1, 2


class Conductor:
    """One process's share in running a load, whichever part it has.

    `options` returns what was asked for, as plain data that goes from master to worker,
    and `make_load` the load that it comes to; `classes` says which strategy each User
    class sends by.  `token` is who may change the server, None for whom its note names.
    """

    def __init__(
        self,
        environment: Environment,
        *,
        options: Callable[[], Mapping[str, Any]],
        make_load: Callable[[Mapping[str, Any]], Load],
        classes: Mapping[str, str],
        token: str | None = None,
    ) -> None:
        self.figures = Figures()
        self.worker: Worker | None = None
        self._environment = environment
        self._runner: Any = environment.runner
        self._options = options
        self._make_load = make_load
        self._classes = classes
        self._token = token
        self._load: Load | None = None
        self._index, self._count = 0, 1
        self._parts: str | None = None
        self._quits = self._handed_over = False
        self._begun: tuple[str, ...] = ()
        self._said: dict[str, set[str]] = {READY: set(), DONE: set()}
        self._failure = ""
        self._knees: dict[str, Mapping[str, Any]] = {}
        self._leads = not isinstance(self._runner, WorkerRunner)
        self._sends = not isinstance(self._runner, MasterRunner)
        self._listen()

    def _listen(self) -> None:
        events, register = self._environment.events, self._runner.register_message
        if self._leads:
            events.test_start.add_listener(self._lead)
            events.spawning_complete.add_listener(self._cover_all)
            events.test_stopping.add_listener(self._drain)
            events.quitting.add_listener(self._judge)
            events.worker_report.add_listener(self._take_report)
            register(READY, self._hear)
            register(DONE, self._hear)
            register(FAILED, self._fail)
            register(HANDED_OVER, self._take_over)
        if self._sends:
            register(BEGIN, self._begin)
            register(COVER, self._cover, concurrent=True)
            register(CLOSE, self._close, concurrent=True)
            events.report_to_master.add_listener(self._report)
            events.quitting.add_listener(self._hand_over)
            events.quit.add_listener(self._finish)
        register(BREAK, self._break, concurrent=True)

    # The master's part

    def _lead(self, **_: Any) -> None:
        """Have each worker prepare its part and begin, before any user is spawned."""
        options, host = dict(self._options()), self._environment.host or ""
        self.figures, self._failure = Figures(), ""
        for said in self._said.values():
            said.clear()
        try:
            self._load = self._make_load(options)
            clock = read_clock(host)
            self._prepare(options)
            lead = LEAD if self._sends else LEAD_OF_MANY
            restarted = restart_clock(host, lead, self._token)
        except (ValueError, OSError) as error:
            self._load = None
            self.complain(error)
            gevent.spawn(self._quit)
            return
        began_at = 0.0 if restarted else clock.now() + lead * clock.speed
        self._runner.send_message(BEGIN, {"began_at": began_at})
        gevent.spawn(self._wait_and_quit)

    def _prepare(self, options: Mapping[str, Any]) -> None:
        """Have every worker prepare its part.

        Raises:
            ConfigError: one could not, or took too long.
        """
        self._begun = nodes = tuple(self._nodes())
        for index, node in enumerate(nodes):
            part = {"index": index, "count": len(nodes), "options": options}
            self._runner.send_message(BEGIN, part, node)
        if not self._wait_for(READY, PREPARATION):
            waited = f"a worker was not ready after {PREPARATION:g} s"
            raise ConfigError(self._failure or waited)

    def complain(self, error: Exception) -> None:
        """Say in one line what is wrong with the question."""
        sys.stderr.write(f"smslab: {error}\n")
        self._environment.process_exit_code = BAD

    def _nodes(self) -> list[str]:
        """Return the names of the workers that are there, in the order they came."""
        if isinstance(self._runner, MasterRunner):
            nodes = self._runner.clients.all
            return [node.id for node in nodes if node.state != STATE_MISSING]
        return [self._runner.client_id]

    def _cover_all(self, **_: Any) -> None:
        """Have each worker send what no user of its own sends.

        Users of a class whose tasks the tags have all taken away are to send nothing.
        """
        counts = self._runner.target_user_classes_count
        strategies = {
            self._classes.get(user.__name__)
            for user in self._environment.user_classes
            if counts.get(user.__name__) and user.tasks
        }
        load = self._load
        if self._leads and load is not None:
            names = [s.name for s in load.streams if s.choice.strategy in strategies]
            self._runner.send_message(COVER, {"streams": names})

    def _wait_and_quit(self) -> None:
        """End the run once every worker that is still there is done."""
        self._wait_for(DONE, None)
        self._quit()

    def _quit(self) -> None:
        if self._environment.web_ui is None:
            self._runner.quit()
        else:
            self._runner.stop()

    def _wait_for(self, word: str, limit: float | None) -> bool:
        """Wait until every worker that is still there has said a word; say if so."""
        with gevent.Timeout(limit, exception=False):
            while set(self._begun) & set(self._nodes()) - self._said[word]:
                if self._failure:
                    return False
                gevent.sleep(TICK)
            return True
        return False

    def _drain(self, **_: Any) -> None:
        """Begin nothing new, and hold the end up until what was sent has ended."""
        if self._load is None or self._quits:
            return
        self._runner.send_message(CLOSE, {})
        self._wait_for(DONE, self._load.drain / self._load.speed + MARGIN)

    def _hear(self, **said: Any) -> None:
        node = self._runner.client_id if self._sends else said["msg"].node_id
        self._said[said["msg"].type].add(node)

    def _fail(self, **said: Any) -> None:
        self._failure = said["msg"].data["problem"]

    def _take_over(self, **said: Any) -> None:
        """Take a worker's last figures, and its knees: the lowest one counts."""
        data = said["msg"].data
        self.figures.merge(Figures.from_wire(data[FIGURES]))
        for name, knee in data["knees"].items():
            self._knees[name] = lowest([self._knees.get(name, knee), knee])

    def _take_report(self, data: dict[str, Any], **_: Any) -> None:
        if FIGURES in data:
            self.figures.merge(Figures.from_wire(data[FIGURES]))

    def _judge(self, **_: Any) -> None:
        """Say what is open, and settle the exit status by the checks.

        Where Ctrl-C ended the run nothing is drained any more.
        """
        self._quits = True
        if not self._sends and self._load is not None:
            self._wait_for(DONE, HAND_OVER)
        self._hand_over()
        self._tell_open()
        self._tell_knees()
        self._tell_lag()
        self._tell_pacing()
        if self._load is None or not self._load.checks:
            return
        judgements = judge_all(self._load.checks, self.figures)
        table = [("check", "wanted", "got", ""), *rows(judgements)]
        for check, wanted, got, verdict in table:
            sys.stderr.write(f" {check:<44} {wanted:<12} {got:<16} {verdict}\n")
        met = all(judgement.met for judgement in judgements)
        self._environment.process_exit_code = GOOD if met else NO

    def _tell_open(self) -> None:
        """Say how many messages have no end yet, by their last status."""
        names = [name for name in COUNTED if name.startswith(f"{OPEN} ")]
        left = {name[len(OPEN) + 1 :]: self.figures.number(name) for name in names}
        said = ", ".join(f"{name} {number}" for name, number in left.items() if number)
        if said:
            sys.stderr.write(f" texts without an end when it was over: {said}\n")

    def _tell_knees(self) -> None:
        """Say where each staircase broke."""
        for name, knee in self._knees.items():
            held, broke = knee["rate"], knee["broken_at"]
            at = f"broke at {broke:g} a second" if broke else "broke nowhere"
            below = f"held at {held:g} a second, " if held else "held nowhere, "
            sys.stderr.write(f" the knee of {name}: {knee['check']} {below}{at}\n")

    def _tell_lag(self) -> None:
        """Say where the load was begun too late for its times to be sound."""
        lag = self.figures.quantile("lag", 0.99)
        if lag is not None and lag > LATEST:
            sys.stderr.write(
                f" the generator was the bottleneck: 1 % of its calls began more than "
                f"{lag:.3g} s late; take more users, --driver open or fewer arrivals\n"
            )

    def _tell_pacing(self) -> None:
        """Say where the simulator was later with its own than it may be."""
        said = read_pacing(self._environment.host or "")
        if said is not None:
            sys.stderr.write(f" {said}\n")

    # The workers' part

    def _begin(self, **said: Any) -> None:
        """Prepare a part at the first word, begin it at the second."""
        data = said["msg"].data
        if "options" in data:
            self._finish()
            self._handed_over = False
            self._index, self._count = data["index"], data["count"]
            self._get_ready(data["options"])
            return
        if self._load is None:
            return
        self.worker = Worker(
            self._environment,
            self._load,
            index=self._index,
            count=self._count,
            began_at=data["began_at"],
            folder=self._parts,
        )
        gevent.spawn(self._watch, self.worker)

    def _get_ready(self, options: Mapping[str, Any]) -> None:
        """Make the load that was asked for, or say why it cannot be made here."""
        self._parts = options["parts"]
        try:
            self._load = self._make_load(options)
        except (ValueError, OSError) as error:
            self._load = None
            self._runner.send_message(FAILED, {"problem": f"a worker: {error}"})
            return
        self._runner.send_message(READY, {})

    def _hand_over(self, **_: Any) -> None:
        """Give the master what it has not heard yet, once."""
        worker = self.worker
        if worker is None or self._handed_over:
            return
        self._handed_over = True
        worker.settle()
        drained = worker.statistics.figures.drain()
        said = {FIGURES: drained.to_wire(), "knees": worker.knees}
        self._runner.send_message(HANDED_OVER, said)
        self._runner.send_message(DONE, {})

    def _cover(self, **said: Any) -> None:
        if self.worker is not None and self._load is not None:
            hands = max(1, self._load.users // self._count)
            self.worker.cover(said["msg"].data["streams"], hands)
            self.worker.covered = True

    def _close(self, **_: Any) -> None:
        if self.worker is not None:
            self.worker.close()

    def _break(self, **said: Any) -> None:
        """Stop a stream whose threshold broke; a master passes the word on."""
        if self.worker is not None:
            self.worker.break_off(said["msg"].data["stream"])
        if not self._sends:
            self._runner.send_message(BREAK, said["msg"].data)

    def _watch(self, worker: Worker) -> None:
        """Tell of a broken threshold, and when there is nothing left to do."""
        told: set[str] = set()
        while worker is self.worker and not worker.over:
            for name in worker.broken - told:
                told.add(name)
                self._runner.send_message(BREAK, {"stream": name})
            gevent.sleep(TICK)
        worker.settle()
        self._runner.send_message(DONE, {})

    def _report(self, data: dict[str, Any], **_: Any) -> None:
        if self.worker is not None:
            data[FIGURES] = self.worker.statistics.figures.drain().to_wire()

    def _finish(self, **_: Any) -> None:
        if self.worker is not None:
            self.worker.finish()
            self.worker = None

    # The users' part

    def work_of(self, strategy: str, number: int) -> Work | None:
        """Return the work that a strategy's user of this number lends a hand to.

        None where this worker came too late for a part of the load, or nothing in it
        goes by the strategy.
        """
        streams = self._load.streams if self._load is not None else ()
        names = [s.name for s in streams if s.choice.strategy == strategy]
        if self.worker is None or not names:
            return None
        name = names[number % len(names)]
        if self._load is not None and self._load.driver is Driver.OPEN:
            self.worker.cover([name], MOST_OPEN)
        return self.worker.open(name)

    def client_of(self, session: Any) -> Client:
        """Return the official client over a user's own session."""
        assert self.worker is not None, "a user has asked for its work before"
        return self.worker.bind(session)
