"""smslab, the command: joins the rooms and holds no logic of its own.

Exit status: 0 good, 1 the answer is no, 2 the question was bad, 130 stopped by hand.
"""

from __future__ import annotations

import io
import os
import sys
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer
from typer import Argument, Option
from typer.exceptions import TyperException

from simulator.server.ctl import ctl
from sms import typed

if TYPE_CHECKING:
    from simulator.engine.faults import Fault

GOOD, NO, BAD, STOPPED = 0, 1, 2, 130

EXTRAS = {"cryptography": "tls", "locust": "load"}
"""Which extra brings a library, where that is not `reports`."""

FAST = 1_000_000.0
"""The highest speed; above it a real second is weeks and nothing keeps up."""

TLS_PORT = 4443
"""Where `smslab serve --tls` answers; above 1024, so that anybody may open it."""

EnvFormat = Literal["sh", "fish", "dotenv", "json"]
Driver = Literal["users", "open"]
OnAmbiguous = Literal["hold", "resend"]
Clock = Literal["virtual", "real"]
ProfileName = Annotated[
    str | None, Option(help="Limits and rates: twilio-2021 or twilio-2026.")
]
WorldFile = Annotated[
    Path | None, Option(help="TOML file: the account's numbers and services.")
]
Concurrency = Annotated[
    int | None, Option(help="Requests the API allows in flight.", min=1)
]
ApiLatency = Annotated[
    float | None, Option(help="Median of the API's own time in ms; 0: none.", min=0)
]
Seed = Annotated[int, Option(help="What decides all chance.")]
FaultRules = Annotated[
    list[str] | None,
    Option("--fault", "--faults", help="What goes wrong: 'reset: share=2%'; a file."),
]
PriceTable = Annotated[Path | None, Option(help="A price table of your own, in TOML.")]
RunFolder = Annotated[
    Path | None, Option(help="The run folder; otherwise runs/ gets a new one.")
]

app = typer.Typer(
    name="smslab",
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
app.command()(ctl)


def main() -> None:
    """Run the command; whatever is wrong with the question is one line on stderr."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal that knows ASCII alone
    try:
        status = app(standalone_mode=False)
    except ModuleNotFoundError as error:
        extra = EXTRAS.get(error.name or "", "reports")
        needed = f"{error.name} is not installed: pip install 'smslab[{extra}]'"
        sys.exit(_complain(ValueError(needed)))
    except (TyperException, ValueError, OSError) as error:
        sys.exit(_complain(error))
    except KeyboardInterrupt:
        sys.exit(STOPPED)
    sys.exit(status)


@app.callback(invoke_without_command=True)
def describe(
    context: typer.Context,
    version: Annotated[bool, Option("--version", help="Print the version.")] = False,
) -> None:
    """A wind tunnel for SMS: see how each way of sending scales, without sending."""
    if version:
        typer.echo(f"smslab {metadata.version('smslab')}")
        raise typer.Exit
    if context.invoked_subcommand is None:
        typer.echo(context.get_help(), err=True)
        raise typer.Exit(BAD)


@app.command()
def compare(
    context: typer.Context,
    file: Annotated[
        Path | None,
        Argument(help="CSV of recipients, with a column such as 'phone' or 'to'."),
    ] = None,
    count: Annotated[
        int | None, Option(help="Make up so many recipients instead of a file.", min=1)
    ] = None,
    country: Annotated[
        str, Option(help="Countries of --count; of national numbers in a file: first.")
    ] = "US",
    body: Annotated[str | None, Option(help="The text to send.")] = None,
    template: Annotated[
        Path | None, Option(help="A Jinja2 file with columns of the CSV in it.")
    ] = None,
    strategies: Annotated[
        str, Option(help="Which to compare, by name, with commas between.")
    ] = "single-number,number-pool,messaging-service,notify,short-code",
    pacing: Annotated[
        str, Option(help="How calls are paced: burst, paced, windowed or adaptive.")
    ] = "adaptive",
    rate: Annotated[float, Option(help="Calls a second, with --pacing paced.")] = 100.0,
    window: Annotated[int, Option(help="Open calls, with --pacing windowed.")] = 50,
    deadline: Annotated[
        str | None, Option(help="When every message must have ended: 2h, 30m, 90s.")
    ] = None,
    redeliver: Annotated[
        int, Option(help="How often to send again what may yet arrive.", min=0)
    ] = 0,
    on_ambiguous: Annotated[
        OnAmbiguous, Option(help="After a 5xx or no answer: leave it, or send again.")
    ] = "hold",
    validity_period: Annotated[
        str | None, Option(help="How long a message may queue at Twilio: 10m, 4h.")
    ] = None,
    quiet: Annotated[
        str | None,
        Option(help="When nobody is texted, by their own clock: 21:00-08:00."),
    ] = None,
    start: Annotated[
        str | None,
        Option(help="The moment it begins: 2026-11-23T12:00:00-05:00 if not given."),
    ] = None,
    answers: Annotated[
        str | None, Option(help="Share of messages that recipients answer: 5%.")
    ] = None,
    stops: Annotated[
        str | None, Option(help="Share of those answers that are STOP: 20%.")
    ] = None,
    profile: ProfileName = None,
    config: WorldFile = None,
    concurrency: Concurrency = None,
    api_latency: ApiLatency = None,
    seed: Seed = 1,
    clock: Annotated[
        Clock, Option(help="Virtual time, or real HTTP over loopback.")
    ] = "virtual",
    speed: Annotated[
        float, Option(help="Times real time, with --clock real.", min=0.1, max=FAST)
    ] = 60.0,
    keep_duplicates: Annotated[
        bool, Option("--keep-duplicates", help="Send every row of a number.")
    ] = False,
    fault: FaultRules = None,
    prices: PriceTable = None,
    events: Annotated[
        Path | None, Option(help="Write every event to this file, as JSON Lines.")
    ] = None,
    out: RunFolder = None,
) -> None:
    """Compare strategies: which makes the deadline, what goes wrong, what it costs.

    Exits 0 where at least one strategy meets the deadline or none was asked for, 1
    where none does, 2 where the question was bad.
    """
    from loadtests.comparison import Terms, compare_strategies
    from loadtests.questions import Question, Source
    from loadtests.scenarios import STARTED_AT
    from reports.prices import load_prices
    from sender.pacing import PacingOptions
    from sms.moments import parse_moment
    from sms.quiet_hours import QuietHours

    load_prices(prices)  # what is wrong with it is said now, not after the run
    question = Question(
        file=Source.read(file),
        count=count,
        countries=typed.names(country),
        keep_duplicates=keep_duplicates,
        body=body,
        template=Source.read(template),
        strategies=typed.names(strategies),
        pacing=pacing,
        pacing_options=PacingOptions(rate, window),
        redeliver=redeliver,
        resend_ambiguous=on_ambiguous == "resend",
        validity_period=typed.whole(validity_period),
        profile=profile,
        config=Source.read(config),
        concurrency=concurrency,
        api_latency=typed.milliseconds(api_latency),
        seed=seed,
        started_at=STARTED_AT if start is None else parse_moment(start),
        quiet=None if quiet is None else QuietHours.parse(quiet),
        answers=typed.share(answers),
        stops=typed.share(stops),
        faults=_faults(fault),
    )
    terms = Terms(
        deadline=typed.duration(deadline),
        speed=speed if clock == "real" else None,
        events=events,
        folder=out,
        options={name: _plain(given) for name, given in context.params.items()},
    )
    folder, whole = compare_strategies(question, terms)
    met = _report(folder, prices)
    raise typer.Exit((GOOD if met else NO) if whole else STOPPED)


@app.command()
def serve(
    port: Annotated[int, Option(help="Where to listen; 0 picks one.", min=0)] = 4010,
    profile: ProfileName = None,
    speed: Annotated[float, Option(help="Times real time.", min=0.1, max=FAST)] = 1.0,
    seed: Seed = 1,
    config: WorldFile = None,
    concurrency: Concurrency = None,
    api_latency: ApiLatency = None,
    fault: FaultRules = None,
    start: Annotated[
        str | None, Option(help="The moment at which its time begins; else now.")
    ] = None,
    journal: Annotated[
        Path | None, Option(help="Write what becomes of every message: JSON Lines.")
    ] = None,
    tls: Annotated[bool, Option("--tls", help="HTTPS for Twilio's names too.")] = False,
    tls_port: Annotated[
        int, Option(help="Where HTTPS is answered, straight or as a proxy.", min=0)
    ] = TLS_PORT,
    control_token: Annotated[
        str | None,
        Option(
            help="Who may change the server; otherwise made, and printed.",
            envvar="SMSLAB_TOKEN",
            show_envvar=False,
        ),
    ] = None,
    allow_host: Annotated[list[str] | None, Option(help="One more Host name.")] = None,
    paused: Annotated[bool, Option("--paused", help="Have time stand still.")] = False,
    retain: Annotated[str | None, Option(help="Forget what ended so long ago.")] = None,
) -> None:
    """Start a Twilio on this machine, for your own program to talk to.

    Listens on 127.0.0.1 alone, until Ctrl-C or SIGTERM.
    """
    from loadtests.questions import Source
    from simulator.server.running import Settings
    from simulator.server.serve import run_server
    from simulator.server.tls import Tls
    from simulator.server.tokens import notes_folder
    from simulator.setups import set_up
    from sms.moments import parse_moment

    file = Source.read(config)
    setup = set_up(
        file.text if file else "",
        file.name if file else "",
        profile=profile,
        concurrency=concurrency,
        api_latency=typed.milliseconds(api_latency),
        faults=_faults(fault),
    )
    settings = Settings(
        world=setup.world,
        profile=setup.profile,
        seed=seed,
        speed=speed,
        port=port,
        started_at=None if start is None else parse_moment(start),
        journal=journal,
        retain=typed.duration(retain),
        tls=Tls(_own_folder() / "tls", tls_port) if tls else None,
        control_token=control_token,
        notes=notes_folder(),
        allowed_hosts=frozenset(allow_host or ()),
        paused=paused,
    )
    run_server(settings, typer.echo, config)


@app.command()
def text(
    sender: Annotated[str, Argument(metavar="FROM", help="The phone that writes.")],
    to: Annotated[str, Argument(help="The account's number it writes to.")],
    body: Annotated[str, Argument(help="What it writes, such as STOP.")],
    url: Annotated[
        str | None,
        Option(help="Where the server is.", envvar="SMSLAB_URL", show_envvar=False),
    ] = None,
    token: Annotated[
        str | None,
        Option(help="Its control token.", envvar="SMSLAB_TOKEN", show_envvar=False),
    ] = None,
) -> None:
    """Write to a running server as a phone would, and see what comes of it.

    Finds the newest server of yours by itself.
    """
    from simulator.server.texting import send_text

    for line in send_text(sender, to, body, url=url, token=token):
        typer.echo(line)


@app.command()
def env(
    url: Annotated[
        str | None, Option(help="Where the server is; else the newest of yours.")
    ] = None,
    config: Annotated[
        Path | None, Option(help="TOML file of the server, for its account.")
    ] = None,
    tls: Annotated[
        bool, Option("--tls", help="Lead a program that cannot be changed there.")
    ] = False,
    tls_port: Annotated[
        int, Option(help="Where the server answers HTTPS.", min=1)
    ] = TLS_PORT,
    format_: Annotated[
        EnvFormat, Option("--format", help="Who reads it: sh, fish, dotenv or json.")
    ] = "sh",
) -> None:
    """Print what to export, so that a program of yours finds `smslab serve`.

    As in: eval "$(smslab env)"
    """
    from loadtests.questions import Source
    from simulator.server.exports import doubts, exported, spell
    from simulator.server.tls import Tls
    from simulator.setups import set_up

    file = Source.read(config)
    world = set_up(file.text if file else "", file.name if file else "").world
    secured = Tls(_own_folder() / "tls", tls_port) if tls else None
    for doubt in doubts(secured):
        typer.echo(f"smslab: {doubt}", err=True)
    typer.echo(spell(exported(world, url, secured), format_))


@app.command()
def load(
    context: typer.Context,
    scenario: Annotated[Path, Argument(help="TOML file: streams, arrivals, checks.")],
    check: Annotated[
        list[str] | None,
        Option(help="One more threshold: 'p95(submitted-terminal) < 30m'."),
    ] = None,
    speed: Annotated[
        float | None, Option(help="Simulated seconds a real second.", min=0.1)
    ] = None,
    seed: Annotated[int | None, Option(help="What decides all chance.")] = None,
    users: Annotated[
        int | None, Option(help="Users of each stream, with --driver users.", min=1)
    ] = None,
    processes: Annotated[
        int | None, Option(help="Processes that make the load.", min=1)
    ] = None,
    driver: Annotated[
        Driver | None, Option(help="Who calls: users that wait, or each as it is due.")
    ] = None,
    clock: Annotated[
        Clock, Option(help="Real HTTP over loopback, or virtual time.")
    ] = "real",
    fault: FaultRules = None,
    out: RunFolder = None,
    prices: PriceTable = None,
) -> None:
    """Put a load on a simulator of its own, by Locust, and see whether it holds.

    Options say over the file what they name. Exits 0 where every check is met, 1 where
    one is missed or the run is not whole, 2 where the question was bad.
    """
    from loadtests.loads import Changes
    from loadtests.loads import Driver as LoadDriver
    from loadtests.runner import Asked, run_load
    from reports.prices import load_prices
    from simulator.fault_tables import spelled

    load_prices(prices)  # what is wrong with it is said now, not after the run
    changes = Changes(
        speed=speed,
        seed=seed,
        users=users,
        processes=processes,
        driver=None if driver is None else LoadDriver(driver),
        checks=tuple(check or ()),
        faults=tuple(map(spelled, _faults(fault))),
    )
    options = {name: _plain(given) for name, given in context.params.items()}
    outcome = run_load(
        Asked(
            scenario=scenario,
            changes=changes,
            clock=clock,
            folder=out,
            options=options | {"check": list(changes.checks)},
        )
    )
    _report(outcome.folder, prices)
    raise typer.Exit(STOPPED if outcome.by_hand else GOOD if outcome.holds else NO)


@app.command()
def report(
    folders: Annotated[
        list[Path], Argument(help="Run folders, as `compare` and `load` leave them.")
    ],
    prices: PriceTable = None,
    out: Annotated[
        Path | None,
        Option(help="The page on several folders; otherwise in the last of them."),
    ] = None,
) -> None:
    """Draw a run's report again; or set several runs beside each other.

    Of one run it exits 0 where a strategy met its deadline, or a load all its checks, 1
    where none did. Of several it says what changed between them, and exits 0.
    """
    if len(folders) > 1:
        _set_beside(folders, prices, out)
        raise typer.Exit(GOOD)
    if out is not None:
        raise ValueError(f"--out {out}: one folder alone keeps its report.html within")
    raise typer.Exit(GOOD if _report(folders[0], prices) else NO)


def _set_beside(folders: list[Path], prices: Path | None, out: Path | None) -> None:
    """Print the table of several runs and what changed, and where the page is."""
    from rich.console import Console

    from reports.besides import set_beside

    beside = set_beside(folders, prices, out)
    console = Console()
    console.print(beside)
    for line in (*beside.lines(), "", f"Comparison: {beside.page}"):
        console.print(line, soft_wrap=True, markup=False, highlight=False)


def _report(folder: Path, prices: Path | None) -> bool:
    """Draw a run's report, print its table, and say whether the answer is yes."""
    from rich.console import Console

    from reports.drawing import draw

    drawn = draw(folder, prices)
    console = Console()
    console.print(drawn.table())
    for line in (*drawn.lines(), "", f"Report: {drawn.page}"):
        console.print(line, soft_wrap=True, markup=False, highlight=False)
    return drawn.verdict.met


def _own_folder() -> Path:
    """Return where this user's own things are kept between runs."""
    named = os.environ.get("XDG_STATE_HOME")
    base = Path(named) if named else Path.home() / ".local" / "state"
    return base / "smslab"


def _faults(given: list[str] | None) -> tuple[Fault, ...]:
    from simulator.fault_tables import parse_faults

    return parse_faults(given or (), lambda name: Path(name).read_text("utf-8"))


def _plain(given: object) -> object:
    if isinstance(given, int | float | None):
        return given
    return str(given).encode(errors="backslashreplace").decode()  # a path is bytes


def _complain(error: Exception) -> int:
    """Say in one line what was wrong with the question."""
    text = getattr(error, "format_message", lambda: str(error))()
    if isinstance(error, OSError) and error.filename is not None:
        text = f"cannot use {str(error.filename)!r}: {error.strerror}"
    line = " ".join(text.split())
    print(f"smslab: {line}", file=sys.stderr)  # noqa: T201 - the one way out
    return BAD


if __name__ == "__main__":
    main()
