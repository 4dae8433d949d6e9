"""Numbering: recipients made up, with numbers that reach nobody.

Each country's numbers come in stages.  First those that its regulator keeps for film
and fiction, where it keeps any; then a range that nobody is served from: exchanges
that cannot be assigned in North America (N11, as in 411), elsewhere prefixes of the
right length in which libphonenumber 9.0.42 knows no valid number.  Plans change, so a
made-up number belongs in the simulator all the same and is never to be dialled.  The
first tenth of what is kept for fiction in the US, GB, DE and FR is left to senders.

Kept for fiction: 555-01XX (NANPA), 07700 900XXX (Ofcom), 0171 39200XX and 0176
040690XX (Bundesnetzagentur, Mitteilung 148/2021), 06 39 98 XX XX (ARCEP, 2018-0881),
020 91X XXXX (ComReg), 070-1740605 to 699 (PTS), thirty of 0491 57X XXX (ACMA).
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import chain, cycle, islice
from math import gcd
from random import Random
from typing import TYPE_CHECKING

from sender.recipients import Recipient, RecipientList, RecipientsError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_US_AREAS = (
    "201 202 203 205 206 207 208 209 210 212 213 214 215 216 217 218 219 220 223 224 "
    "225 227 228 229 231 234 235 239 240 248 251 252 253 254 256 260 262 267 269 270 "
    "272 274 276 279 281 283 301 302 303 304 305 307 308 309 310 312 313 314 315 316 "
    "317 318 319 320 321 323 324 325 326 327 329 330 331 332 334 336 337 339 341 346 "
    "347 350 351 352 353 360 361 363 364 369 380 385 386 401 402 404 405 406 407 408 "
    "409 410 412 413 414 415 417 419 423 424 425 430 432 434 435 440 442 443 445 447 "
    "448 458 463 464 469 470 472 475 478 479 480 484 501 502 503 504 505 507 508 509 "
    "510 512 513 515 516 517 518 520 530 531 534 539 540 541 551 557 559 561 562 563 "
    "564 567 570 571 572 573 574 575 580 582 585 586 601 602 603 605 606 607 608 609 "
    "610 612 614 615 616 617 618 619 620 623 626 628 629 630 631 636 640 641 645 646 "
    "650 651 656 657 659 660 661 662 667 669 678 680 681 682 686 689 701 702 703 704 "
    "706 707 708 712 713 714 715 716 717 718 719 720 724 725 726 727 728 730 731 732 "
    "734 737 738 740 743 747 748 754 757 760 762 763 765 769 770 771 772 773 774 775 "
    "779 781 785 786 801 802 803 804 805 806 808 810 812 813 814 815 816 817 818 820 "
    "821 826 828 830 831 832 835 838 839 840 843 845 847 848 850 854 856 857 858 859 "
    "860 862 863 864 865 870 872 878 901 903 904 906 907 908 909 910 912 913 914 915 "
    "916 917 918 919 920 925 928 929 930 931 934 936 937 938 940 941 943 945 947 948 "
    "949 951 952 954 956 959 970 971 972 973 975 978 979 980 983 984 985 986 989"
)
_CA_AREAS = (
    "204 226 236 249 250 257 263 273 289 306 343 354 365 367 368 382 403 416 418 428 "
    "431 437 438 450 468 474 506 514 519 548 579 581 584 587 604 613 639 647 672 683 "
    "705 709 742 753 778 780 782 807 819 825 867 873 879 902 905 942"
)
_AU_FICTION = (
    "0006 0110 0156 0157 0158 0159 0313 0737 1266 1491 1804 2549 2665 2983 3087 "
    "3770 4118 4632 5254 5789 6398 6801 7426 7644 8148 8888 8957 9212 9455 9760"
)


@dataclass(frozen=True, slots=True)
class Stage:
    """The numbers that begin with one of some prefixes and go on with any digits."""

    prefixes: tuple[str, ...]
    digits: int

    @property
    def size(self) -> int:
        """How many numbers there are."""
        return len(self.prefixes) * self._tails

    @property
    def _tails(self) -> int:
        return int(10**self.digits)

    def drawn(self, random: Random) -> Iterator[str]:
        """Yield each number once, in an order drawn by lot; it holds none in memory."""
        size, base = self.size, self._tails
        step = random.randrange(size) or 1  # prime to the size, it comes by all
        while gcd(step, size) > 1:
            step += 1
        at = random.randrange(size)
        for _ in range(size):
            tail, which = divmod(at, len(self.prefixes))
            yield self.prefixes[which] + str(base + tail)[1:]
            at = (at + step) % size


def _north_american(areas: str) -> tuple[Stage, ...]:
    """Return an area's 555-01XX, then its N11 exchanges but the emergency's."""
    fiction = tuple(f"+1{area}55501{n}" for area in areas.split() for n in range(1, 10))
    unassignable = tuple(
        f"+1{area}{n}11" for area in areas.split() for n in range(2, 9)
    )
    return Stage(fiction, 1), Stage(unassignable, 4)


STAGES: Mapping[str, tuple[Stage, ...]] = {
    "AT": (Stage(("+4363",), 8),),
    "AU": (
        Stage(tuple(f"+6149157{tail}" for tail in _AU_FICTION.split()), 0),
        Stage(("+61441", "+61442", "+61443", "+61445", "+61446"), 6),
    ),
    "BE": (Stage(("+3243",), 7),),
    "BR": (Stage(("+55209", "+55239", "+55259"), 8),),
    "CA": _north_american(_CA_AREAS),
    "CH": (Stage(("+4170",), 7),),
    "DE": (Stage(("+49176040690",), 2), Stage(("+49154",), 8)),
    "DK": (Stage(("+4583", "+4584", "+4585"), 6),),
    "ES": (Stage(("+3476",), 7),),
    "FI": (Stage(("+35849",), 7),),
    "FR": (
        Stage(tuple(f"+3363998{n}" for n in range(1, 10)), 3),
        Stage(("+3371", "+3372"), 7),
    ),
    "GB": (
        Stage(tuple(f"+447700900{n}" for n in range(1, 10)), 2),
        Stage(("+44761",), 7),
    ),
    "IE": (Stage(("+3532091",), 5), Stage(("+35384",), 7)),
    "IN": (Stage(("+9150",), 8),),
    "IT": (Stage(("+3930",), 8),),
    "JP": (Stage(("+81700", "+81900"), 7),),
    "MX": (Stage(("+5254",), 8),),
    "NL": (Stage(("+3169",), 7),),
    "NO": (Stage(("+4742", "+4743"), 6),),
    "NZ": (Stage(("+6425",), 7),),
    "PL": (Stage(("+4893",), 7),),
    "PT": (Stage(("+35197",), 7),),
    "SE": (
        Stage(tuple(f"+46701740{tail}" for tail in range(605, 700)), 0),
        Stage(("+4671",), 7),
    ),
    "SG": (Stage(("+6599",), 6),),
    "US": _north_american(_US_AREAS),
    "ZA": (Stage(("+2788", "+2789"), 7),),
}
"""By country, what to draw from: the next stage begins where one is used up."""


def made_up(count: int, countries: Sequence[str], seed: int) -> RecipientList:
    """Return so many recipients, their countries taking turns.

    A country that is named twice has two turns.  Numbers differ from each other, and
    are the same for the same arguments; a longer list begins with the shorter one.
    There are a million of each country at least.  Their one column is `to`.

    Raises:
        RecipientsError: a country of which no numbers are known, or too few.
    """
    turns = [country.strip().upper() for country in countries]
    _check(count, turns)
    numbers = {country: _numbers(country, seed) for country in set(turns)}
    no_fields: Mapping[str, str] = {}
    return RecipientList(
        tuple(
            Recipient(next(numbers[country]), 0, no_fields)
            for country in islice(cycle(turns), count)
        ),
        rejects=(),
        columns=("to",),
    )


def _check(count: int, turns: Sequence[str]) -> None:
    if count < 0 or not turns:
        raise RecipientsError(
            f"{count} recipients from {len(turns)} countries: give a count and at "
            "least one country, such as US"
        )
    for country in turns:
        if country not in STAGES:
            raise RecipientsError(
                f"no numbers are known for the country {country!r}; known are "
                f"{', '.join(STAGES)}"
            )
    asked = Counter(islice(cycle(turns), count))
    for country, wanted in asked.items():
        size = sum(stage.size for stage in STAGES[country])
        if wanted > size:
            raise RecipientsError(
                f"{wanted:,} numbers of {country} are asked for and there are {size:,}"
            )


def _numbers(country: str, seed: int) -> Iterator[str]:
    random = Random(f"{seed} {country}")
    return chain.from_iterable(stage.drawn(random) for stage in STAGES[country])
