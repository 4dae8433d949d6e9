"""Grapheme clusters as Twilio's calculator sees them: Unicode 10, with its quirks.

A cluster is never split between two segments.  Most characters are clusters of their
own; a body that holds one which may join its neighbours is taken apart with `_PIECES`,
one regular expression for the rules of npm grapheme-splitter 1.0.4:

- a flag, or a prefix and one regional indicator, takes one more mark and no other;
- a skin tone joins an emoji that stands right before it if no Extend came before in
  the cluster, or an emoji with exactly one Extend between;
- after a joiner only the emoji of Unicode 10's own short lists go on;
- CR LF is two clusters, which is the calculator's doing, not the splitter's.

Source: npm grapheme-splitter 1.0.4 under npm sms-segments-calculator 1.3.0, read and
run 2026-11-23.
"""

from __future__ import annotations

import itertools
import re

from sms import grapheme_classes as classes

_SURROGATE = "D800-DFFF"
_ASTRAL_BUT_EMOJI = "10000-1EFFF E0000-E0FFF"


def _set(*ranges: str) -> str:
    """Return the inside of a regular expression's set: `300-36F AD` and so on."""
    ends = [code_points.split("-") for code_points in " ".join(ranges).split()]
    return "".join(
        "-".join(rf"\U{int(code_point, 16):08x}" for code_point in pair)
        for pair in ends
    )


def _is_rare(code_points: str) -> bool:
    start = int(code_points.partition("-")[0], 16)
    return start > 0xFFFF and not 0x1F000 <= start <= 0x1FFFF


def _one_of(*ranges: str) -> str:
    """Return an expression for one character of any of the classes.

    Past U+FFFF the regular expression engine goes through a set range by range, and the
    marks of rare scripts have 150: so these come second, once it is known that the
    character stands where they do.
    """
    pieces = " ".join(ranges).split()
    rare = _set(*filter(_is_rare, pieces))
    others = _set(*itertools.filterfalse(_is_rare, pieces))
    if not rare:
        return f"[{others}]"
    return f"(?: [{others}] | [{_set(_ASTRAL_BUT_EMOJI)}] (?<= [{rare}] ) )"


_MARKS = f"{classes.EXTEND} {classes.SPACING_MARK} {classes.PREPEND}"
_JOINING = _set(
    *itertools.filterfalse(_is_rare, _MARKS.split()),
    *(classes.JOINER, classes.REGIONAL_INDICATOR, classes.SKIN_TONE),
    *(classes.HANGUL_L, classes.HANGUL_V, classes.HANGUL_T),
    *(_SURROGATE, _ASTRAL_BUT_EMOJI),
)
"""All that can join a neighbour, and some more; two characters outside never do."""

_CLUSTER = r"""
    [{control}]
  | (?: {flag} | {prepend} ) {flag} {mark}?
  | {prepend}*+
    (?: [{l}]* (?: [{lv}{v}] [{v}]* | [{syllable}] ) [{t}]*
      | [{l}]+
      | [{t}]+
      | [{base}] {tone}?
      | (?! {mark} ) [^{control}]
    )?
    (?: {spacing} | {joiner} (?: [{glue}] | [{late_base}] {tone}? )? )*
    (?: {extend} (?: (?<= [{base}] {extend} ) {tone} )?
      | {spacing}
      | {joiner} [{glue}{late_base}]?
    )*
""".format(
    control=_set(classes.CONTROL, "A D"),
    flag=_one_of(classes.REGIONAL_INDICATOR),
    prepend=_one_of(classes.PREPEND),
    mark=_one_of(classes.EXTEND, classes.SPACING_MARK, classes.JOINER),
    l=_set(classes.HANGUL_L),
    v=_set(classes.HANGUL_V),
    lv=_set(classes.HANGUL_LV),
    syllable=_set(classes.HANGUL_SYLLABLE),
    t=_set(classes.HANGUL_T),
    base=_set(classes.EMOJI_BASE, classes.EMOJI_BASE_AFTER_JOINER),
    late_base=_set(classes.EMOJI_BASE_AFTER_JOINER),
    tone=_one_of(classes.SKIN_TONE),
    spacing=_one_of(classes.SPACING_MARK),
    joiner=_one_of(classes.JOINER),
    glue=_set(classes.GLUE_AFTER_JOINER),
    extend=_one_of(classes.EXTEND),
)

# Latin letters are told at a glance, so they have a loop of their own.
_LATIN = r"\u0000-\u02ff"
_OTHERS = rf"^{_LATIN}{_JOINING}"
_ALL_SINGLE = re.compile(rf"(?: [{_LATIN}]++ | [{_OTHERS}]++ )*+", re.VERBOSE)
_PIECES = re.compile(
    rf"""
    ( (?: [{_LATIN}]+ (?! [{_JOINING}] ) | [{_OTHERS}]+ (?! [{_JOINING}] ) )++ )
  | (?! \Z ) ( {_CLUSTER} )
    """,
    re.VERBOSE,
)
"""A run of single characters, or else one cluster."""

_SECOND_HALVES = bytes(
    ord(">") if 0xDC <= high_byte <= 0xDF else ord(".") for high_byte in range(256)
)


def atoms(body: str) -> bytes:
    """Return a mark a UTF-16 unit: `.` where a cluster begins, `>` where it goes on.

    Surrogates are taken as JavaScript takes them: two halves side by side are one
    character, and a lone one is a cluster of its own.
    """
    if _ALL_SINGLE.fullmatch(body):
        return _pair_atoms(body)
    joined = body.encode("utf-16-le", "surrogatepass").decode(
        "utf-16-le", "surrogatepass"
    )
    return b"".join(
        [
            _pair_atoms(run) if run else _cluster_atoms(cluster)
            for run, cluster in _PIECES.findall(joined)
        ]
    )


def _pair_atoms(run: str) -> bytes:
    """Return the atoms of characters that do not join, and are no lone surrogates."""
    if run.isascii():
        return b"." * len(run)
    return run.encode("utf-16-le")[1::2].translate(_SECOND_HALVES)


def _cluster_atoms(cluster: str) -> bytes:
    units = len(cluster.encode("utf-16-le", "surrogatepass")) // 2
    return b".".ljust(units, b">")
