"""Twilio's calculator told slowly, as its description has it, to hold ours against.

Atoms are a list of texts here, clusters are found by asking of each two neighbours
whether the rules let them part, and segments are lists that are filled and emptied.
"""

from __future__ import annotations

from functools import cache

from sms import grapheme_classes, gsm7
from sms.smart_encoding import REPLACEMENTS

CONTROLS = {"CONTROL", "CR", "LF"}
MARKS = {"EXTEND", "SPACING_MARK", "JOINER"}
EMOJI = {"EMOJI_BASE", "EMOJI_BASE_AFTER_JOINER"}
HANGUL = {
    "HANGUL_L": {"HANGUL_L", "HANGUL_V", "HANGUL_LV", "HANGUL_LVT"},
    "HANGUL_LV": {"HANGUL_V", "HANGUL_T"},
    "HANGUL_V": {"HANGUL_V", "HANGUL_T"},
    "HANGUL_LVT": {"HANGUL_T"},
    "HANGUL_T": {"HANGUL_T"},
}
AFTER_JOINER = {"GLUE_AFTER_JOINER", "EMOJI_BASE_AFTER_JOINER"}


@cache
def class_table() -> dict[str, str]:
    """Return the class of each character that has one."""
    table = {"\r": "CR", "\n": "LF"}
    table |= dict.fromkeys(map(chr, range(0xAC00, 0xD7A4)), "HANGUL_LVT")
    for name, ranges in vars(grapheme_classes).items():
        if name.isupper() and name != "HANGUL_SYLLABLE":
            for piece in ranges.split():
                start, _, end = piece.partition("-")
                points = range(int(start, 16), int(end or start, 16) + 1)
                table |= dict.fromkeys(map(chr, points), name)
    return table


def segment(body: str, smart: bool) -> tuple[str, list[int]]:
    """Return the encoding of a body and the units in each of its segments."""
    if smart:
        body = "".join(REPLACEMENTS.get(character, character) for character in body)
    if set(body) <= set(gsm7.BASIC + gsm7.EXTENSION):
        septets = [2 if character in gsm7.EXTENSION else 1 for character in body]
        return "GSM-7", fill(septets, 160, 153)
    return "UCS-2", fill([utf16_units(cluster) for cluster in clusters(body)], 70, 67)


def utf16_units(text: str) -> int:
    """Return how many UTF-16 units a text has."""
    return sum(1 + (character > "\uffff") for character in text)


def fill(atoms: list[int], single: int, multi: int) -> list[int]:
    """Fill segments one atom after the other, and empty the first once it overflows."""
    segments: list[list[int]] = [[]]
    limit = single
    for atom in atoms:
        if sum(segments[-1]) + atom > limit:
            segments.append([])
            while limit == single and sum(segments[-2]) > multi:
                segments[-1].insert(0, segments[-2].pop())
            limit = multi
        segments[-1].append(atom)
    return [sum(atoms) for atoms in segments]


def clusters(body: str) -> list[str]:
    """Return the clusters of a body, with CR LF as two."""
    joined = body.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")
    found: list[str] = []
    classes: list[str] = []
    for character in joined:
        following = class_table().get(character, "OTHER")
        if found and joins(classes, following):
            found[-1] += character
            classes.append(following)
        else:
            found.append(character)
            classes = [following]
    return found


def joins(cluster: list[str], following: str) -> bool:
    """Return whether a cluster of these classes takes one more character."""
    last, tail = cluster[-1], cluster[1:]
    if {last, following} & CONTROLS:
        return False
    if following == "SKIN_TONE":
        return takes_skin_tone(cluster)
    if flag_is_full(cluster, following):
        return False
    if following == "REGIONAL_INDICATOR":
        alone = "REGIONAL_INDICATOR" not in tail
        return last == "PREPEND" or (alone and last == "REGIONAL_INDICATOR")
    return (
        following in HANGUL.get(last, ())
        or following in MARKS
        or last == "PREPEND"
        or (last == "JOINER" and following in AFTER_JOINER)
    )


def takes_skin_tone(cluster: list[str]) -> bool:
    """Return whether a skin tone joins; an Extend before it is looked through once."""
    if cluster[-1] == "PREPEND":
        return True
    if "EXTEND" not in cluster:
        return cluster[-1] in EMOJI
    return cluster[-1] == "EXTEND" and len(cluster) > 1 and cluster[-2] in EMOJI


def flag_is_full(cluster: list[str], following: str) -> bool:
    """Return whether a flag stands in the cluster and has had its mark."""
    if "REGIONAL_INDICATOR" not in cluster[1:] or following == "REGIONAL_INDICATOR":
        return False
    if cluster[-1] in {"REGIONAL_INDICATOR", "PREPEND"}:
        return False
    end = len(cluster) - cluster[::-1].index("REGIONAL_INDICATOR")
    return set(cluster[1:end]) == {"REGIONAL_INDICATOR"}
