"""Area codes: which of them are laid over one another in North America.

A complex names the codes that serve one and the same territory.  A code may stand in
several: 878 lies over both 412 and 724, which do not share a street.
Nothing in libphonenumber says this; the complexes are from the North American Numbering
Plan as published by its administrator (nanpa.com, area code maps) and the Canadian
one (cnac.ca), put together by hand in November 2026 for codes in service by the end of
2025.  New ones come every few months, so look here first when a match surprises.
"""

from __future__ import annotations

from itertools import chain
from typing import Final

TOLL_FREE: Final = frozenset(("800", "833", "844", "855", "866", "877", "888"))
"""The codes whose numbers are free to call and belong to no place."""

_COMPLEXES: Final = (
    # Alabama, Arizona, Arkansas
    *("205 659", "256 938", "480 602 623", "870 327"),
    # California
    *("209 350", "213 323 738", "310 424", "408 669", "415 628", "510 341"),
    *("619 858", "707 369", "714 657", "760 442", "805 820", "818 747", "909 840"),
    "916 279",
    # Colorado, Connecticut, District of Columbia
    *("303 720 983", "970 748", "203 475", "860 959", "202 771"),
    # Florida, Georgia
    *("305 786 645", "407 321 689", "561 728", "813 656", "850 448", "904 324"),
    *("954 754", "404 470 678 943", "770 470 678 943", "706 762"),
    # Idaho, Illinois, Indiana
    *("208 986", "217 447", "309 861", "312 872", "773 872", "618 730", "630 331"),
    *("708 464", "815 779", "847 224", "317 463", "812 930"),
    # Kentucky, Maryland, Massachusetts
    *("270 364", "240 301 227", "410 443 667"),
    *("508 774", "617 857", "781 339", "978 351"),
    # Michigan, Minnesota, Mississippi, Missouri
    *("248 947", "313 679", "507 924", "601 769"),
    *("314 557", "573 235", "816 975"),
    # Nebraska, Nevada, New Jersey
    *("402 531", "702 725", "201 551", "609 640", "732 848", "973 862"),
    # New York: 917 lies over the whole of New York City
    *("212 332 646 917", "718 347 929 917", "315 680", "516 363", "518 838"),
    *("631 934", "845 329"),
    # North Carolina, Ohio
    *("336 743", "704 980", "910 472", "919 984"),
    *("330 234", "419 567", "440 436", "513 283", "614 380", "740 220", "937 326"),
    # Oklahoma, Oregon, Pennsylvania
    *("405 572", "918 539", "503 971", "541 458"),
    *("215 267 445", "412 878", "724 878", "570 272", "610 484 835", "717 223"),
    "814 582",
    # South Carolina, Tennessee
    *("803 839", "843 854", "864 821", "615 629"),
    # Texas
    *("210 726", "214 469 972 945", "512 737", "713 281 832 346 621", "817 682"),
    "903 430",
    # Utah, Virginia, Washington, West Virginia, Wisconsin
    *("801 385", "540 826", "703 571", "757 948", "804 686"),
    *("206 564", "253 564", "360 564", "425 564", "304 681"),
    *("608 353", "715 534", "920 274"),
    # Canada
    *("403 368 587 825", "780 368 587 825", "204 431 584", "306 639 474"),
    *("250 236 257 672 778", "604 236 257 672 778", "506 428", "709 879", "902 782"),
    *("416 437 647 942", "519 226 382 548", "613 343 753", "705 249 683"),
    *("905 289 365 742", "418 273 367 581", "450 354 579", "514 263 438"),
    "819 468 873",
    # Dominican Republic, Jamaica, Puerto Rico
    *("809 829 849", "876 658", "787 939"),
)


def _neighbours() -> dict[str, frozenset[str]]:
    complexes = [frozenset(group.split()) for group in _COMPLEXES]
    return {
        code: frozenset(chain.from_iterable(c for c in complexes if code in c)) - {code}
        for code in frozenset(chain.from_iterable(complexes))
    }


OVERLAYS: Final = _neighbours()
"""The other codes that serve some of a code's territory."""
