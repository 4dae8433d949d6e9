"""Metrics: what a server counts, as Prometheus reads it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.exposition import generate_latest
from prometheus_client.registry import Collector

from simulator.api.requests import Answer
from simulator.engine.backlogs import backlogs
from simulator.server.controls import OWN
from simulator.server.health import MOST_SENDERS
from simulator.server.tallies import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from prometheus_client import Metric

    from simulator.server.controls import Asked, Control
    from simulator.server.stage import Stage
    from simulator.server.tallies import Tally

PATH = f"{OWN}metrics"

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
"""Prometheus' text format, the one that every version of it reads."""


class Metrics(Collector):
    """Reads off a stage what it has counted; nothing is counted for this alone.

    Names end in `_total` where a figure only ever grows, until a reset; the main
    account's alone, and the busiest senders'.
    """

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._registry = CollectorRegistry(auto_describe=False)
        self._registry.register(self)

    def controls(self) -> Sequence[Control]:
        """Return the routes."""
        return (("GET", PATH, self.show),)

    def show(self, _: Asked) -> Answer:
        """Tell every figure."""
        said = generate_latest(self._registry)
        headers = {"Content-Type": CONTENT_TYPE}
        return Answer(200, headers=headers, content=said)

    def describe(self) -> Sequence[Metric]:
        """Name nothing beforehand: it is read when it is asked for."""
        return ()

    def collect(self) -> Iterator[Metric]:
        """Yield every figure, under the name that Prometheus has it by."""
        yield from self._messages()
        yield from self._queues()
        yield from self._requests()
        yield from self._callbacks("callbacks", self._stage.dispatcher.tally)
        yield from self._callbacks("webhooks", self._stage.webhooks.tally)
        yield self._faults()
        yield from self._time()

    def _messages(self) -> Iterator[Metric]:
        messages = GaugeMetricFamily(
            "smslab_messages", "Messages by the status they have.", labels=["status"]
        )
        for status, number in self._stage.gateway.counts.items():
            messages.add_metric([status.value], number)
        yield messages
        errors = CounterMetricFamily(
            "smslab_messages_failed",
            "Messages that ended with an error, by its code.",
            labels=["error_code"],
        )
        for code, number in sorted(self._stage.gateway.errors.items()):
            errors.add_metric([str(code)], number)
        yield errors
        yield CounterMetricFamily(
            "smslab_received",
            "Messages that phones have sent.",
            len(self._stage.gateway.inbox.handled),
        )

    def _queues(self) -> Iterator[Metric]:
        waiting = GaugeMetricFamily(
            "smslab_queue_messages", "Messages in a sender's queue.", labels=["sender"]
        )
        seconds = GaugeMetricFamily(
            "smslab_queue_seconds",
            "Simulated seconds until a sender's queue is empty.",
            labels=["sender"],
        )
        seats = self._stage.gateway.seats.values()
        for one in backlogs(seats, self._stage.clock.now(), MOST_SENDERS):
            waiting.add_metric([one.address], one.messages)
            seconds.add_metric([one.address], one.seconds)
        yield from (waiting, seconds)

    def _requests(self) -> Iterator[Metric]:
        limits = self._stage.gateway.limits
        answers = CounterMetricFamily(
            "smslab_requests",
            "Requests to Twilio's paths that were answered, by HTTP status.",
            labels=["status"],
        )
        for status, number in sorted(self._stage.handler.answered.items()):
            answers.add_metric([str(status)], number)
        yield answers
        for name, meaning, figure in (
            ("in_flight", "Requests in flight.", limits.in_flight),
            ("in_flight_peak", "Most requests in flight at a time.", limits.peak),
            ("in_flight_limit", "Requests that may be in flight.", limits.limit),
        ):
            yield GaugeMetricFamily(f"smslab_requests_{name}", meaning, figure)
        yield CounterMetricFamily(
            "smslab_requests_refused",
            "Requests refused as too many at a time (20429).",
            limits.refusals,
        )

    @staticmethod
    def _callbacks(name: str, tally: Tally) -> Iterator[Metric]:
        ended = CounterMetricFamily(
            f"smslab_{name}", f"Ended {name}, by how.", labels=["outcome"]
        )
        for outcome in Outcome:
            ended.add_metric([outcome.value], tally.ended[outcome])
        yield ended
        yield CounterMetricFamily(
            f"smslab_{name}_generated", f"All {name} there were.", tally.generated
        )
        yield GaugeMetricFamily(
            f"smslab_{name}_waiting", f"Unanswered {name}.", tally.waiting
        )

    def _faults(self) -> Metric:
        struck = CounterMetricFamily(
            "smslab_faults_struck",
            "How often a fault on order has struck.",
            labels=["number", "what"],
        )
        for number, rule in self._stage.gateway.faults.rules.items():
            struck.add_metric([str(number), rule.fault.what], rule.struck)
        return struck

    def _time(self) -> Iterator[Metric]:
        clock, lateness = self._stage.clock, self._stage.pump.lateness
        yield GaugeMetricFamily(
            "smslab_simulated_seconds", "Simulated seconds since time 0.", clock.now()
        )
        yield GaugeMetricFamily(
            "smslab_speed", "Simulated seconds a real one, unless paused.", clock.speed
        )
        yield GaugeMetricFamily(
            "smslab_paused", "1 while time stands still.", clock.paused
        )
        late = GaugeMetricFamily(
            "smslab_pacing_late_seconds",
            "Real seconds that what was due came late, at most, by share.",
            labels=["quantile"],
        )
        for share in (0.5, 0.99, 1.0):
            late.add_metric([f"{share:g}"], lateness.quantile(share))
        yield late
        yield CounterMetricFamily(
            "smslab_process_cpu_seconds",
            "Real seconds of processor time that the server took.",
            time.process_time(),
        )
