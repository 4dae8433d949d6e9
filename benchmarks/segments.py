"""How many messages a second `sms.segments` takes, beside what else there is.

Run from the project's folder as `python -m benchmarks.segments [CALCULATOR]`.  All
counters get the same bodies, one after the other, in one run on one core; nothing is
remembered from one body to the next.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence
from itertools import cycle
from pathlib import Path
from typing import NamedTuple

import smsutil

from sms.segments import segment

SECONDS_EACH = 1.5
"""For how long each counter is run over each kind of body."""

BODIES = 20_000
"""Bodies of the mix.  They are gone through again until the time is up."""

NAMES = ("Maria", "José", "Zoë", "Łukasz", "Nguyễn", "Chloe", "Søren", "Anaïs", "Wei")
WORDS = (
    *("your order", "has shipped", "and will", "arrive on Tuesday", "please reply"),
    *("YES", "to confirm", "or STOP to end", "thank you", "for the payment", "of"),
    *("we have", "moved", "the appointment", "doctor", "your code is", "sale ends"),
    *("tonight", "at the store", "near you", "table", "booked", "for two", "see you"),
)
EMOJI = ("😀", "🎉", "❤️", "👍🏽", "👨‍👩‍👧‍👦", "🇮🇹", "📦", "🙏", "🤷🏽‍♂️")
EXTENSION = ("[1]", "{ref}", "€20", "~5 min", "a|b", "C:\\")
ACCENTED = ("będzie", "przesyłka", "garçon", "señorita así", "naše", "Über-öffnung ő")
TYPOGRAPHIC = ("it’s", "“today”", "now –", "more…", "don’t")

Counter = Callable[[str, bool], object]


class Body(NamedTuple):
    """A body, whether smart encoding is on, and what kind of body it is."""

    text: str
    smart: bool
    kind: str


def main() -> None:
    """Print the messages a second of each counter, and how it compares with ours."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1, help="of the bodies (1)")
    parser.add_argument(
        "calculator",
        nargs="?",
        type=Path,
        help="folder that `npm install sms-segments-calculator` was run in, to measure "
        "Twilio's own under node too",
    )
    arguments = parser.parse_args()
    bodies = make_bodies(random.Random(arguments.seed))
    report("mix", bodies, arguments.calculator)
    plain = [body for body in bodies if body.kind == "plain"]
    report("plain GSM-7", plain, None)
    for kind in ("extension", "accented", "emoji", "typographic"):
        chosen = [body for body in bodies if body.kind == kind]
        print(f"{kind:>12} sms.segments {measure(count_ours, chosen, 0.3):>11,.0f}/s")


def make_bodies(chance: random.Random) -> list[Body]:
    """Return the mix: 70 % plain GSM-7, the rest what makes counting hard."""
    kinds = ("plain", "extension", "accented", "emoji", "typographic")
    return [
        make_body(chance, kind)
        for kind in chance.choices(kinds, weights=(70, 8, 8, 8, 6), k=BODIES)
    ]


def make_body(chance: random.Random, kind: str) -> Body:
    """Return a personal message of 40 to 300 characters."""
    names = NAMES if kind == "accented" else ("Maria", "Chloe", "Wei", "Zoé")
    spice = {
        "plain": WORDS,
        "extension": EXTENSION,
        "accented": ACCENTED,
        "emoji": EMOJI,
        "typographic": TYPOGRAPHIC,
    }[kind]
    words = [f"Hi {chance.choice(names)},"]
    wanted = chance.randint(40, 300)
    length = 0
    while length < wanted:
        word = chance.choice(spice if chance.random() < 0.08 else WORDS)
        words.append(word)
        length += len(word) + 1
    words += [chance.choice(spice), str(chance.randrange(10**6))]
    return Body(" ".join(words), kind == "typographic", kind)


def report(title: str, bodies: Sequence[Body], calculator: Path | None) -> None:
    """Print a line for each counter."""
    rates = {
        "sms.segments": measure(count_ours, bodies, SECONDS_EACH),
        "smsutil": measure(count_smsutil, bodies, SECONDS_EACH),
    }
    if calculator is not None:
        rates["sms-segments-calculator (node)"] = measure_node(calculator, bodies)
    ours = rates["sms.segments"]
    for name, rate in rates.items():
        print(f"{title:>12} {name:31} {rate:>11,.0f}/s   ours x {ours / rate:,.1f}")


def measure(counter: Counter, bodies: Sequence[Body], seconds: float) -> float:
    """Return how many bodies a second a counter takes."""
    pairs = [(body.text, body.smart) for body in bodies]
    batches = [pairs[start : start + 500] for start in range(0, len(pairs), 500)]
    counted = 0
    begun = time.perf_counter()
    for batch in cycle(batches):
        for text, smart in batch:
            counter(text, smart)
        counted += len(batch)
        if (spent := time.perf_counter() - begun) > seconds:
            return counted / spent
    raise ValueError("there are no bodies to measure with")


def count_ours(text: str, smart: bool) -> object:
    """Count with sms.segments."""
    return segment(text, smart_encoding=smart)


def count_smsutil(text: str, smart: bool) -> object:
    """Count with smsutil, which knows no smart encoding and no clusters."""
    del smart
    return smsutil.split(text)


NODE = """
const { SegmentedMessage } = require('sms-segments-calculator');
const bodies = JSON.parse(require('fs').readFileSync(process.argv[2], 'utf8'));
const begun = process.hrtime.bigint();
const spent = () => Number(process.hrtime.bigint() - begun) / 1e9;
let counted = 0;
while (spent() < Number(process.argv[3])) {
  const [text, smart] = bodies[counted++ % bodies.length];
  new SegmentedMessage(text, 'auto', smart).segmentsCount;
}
console.log(counted / spent());
"""


def measure_node(folder: Path, bodies: Sequence[Body]) -> float:
    """Return how many bodies a second Twilio's calculator takes under node."""
    with tempfile.TemporaryDirectory() as scratch:
        file = Path(scratch, "bodies.json")
        file.write_text(json.dumps([(body.text, body.smart) for body in bodies]))
        command = ("node", "-", str(file), str(SECONDS_EACH))
        done = subprocess.run(
            command, cwd=folder, input=NODE, capture_output=True, text=True, check=True
        )
    return float(done.stdout)


if __name__ == "__main__":
    main()
