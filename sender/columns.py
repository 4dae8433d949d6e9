"""Columns: what a customer's headers mean.

For the numbers' column, headers are compared by their letters and digits alone, so
that `Phone Number`, `phone_number` and `PHONE-NUMBER` are one.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

PHONE_COLUMNS = (
    *("to", "tonumber", "msisdn", "e164", "sms", "smsnumber"),
    *("mobile", "mobilephone", "mobilenumber", "mobilephonenumber", "mobileno"),
    *("phonemobile", "cell", "cellphone", "cellnumber", "cellphonenumber"),
    *("phone", "phonenumber", "phoneno", "telephone", "telephonenumber"),
    *("tel", "telno", "contactnumber", "recipient", "recipientnumber", "number"),
)
"""What the column with the numbers may be called; of two in a file the earlier wins.

Mobile comes before phone: where a file has both, the latter is a desk's.
"""


def phone_columns(headers: Sequence[str]) -> list[int]:
    """Return the places of the columns to send to.

    None where no header is a phone column's, and several where the best there is
    stands there more than once.
    """
    keys = [_key(header) for header in headers]
    best = next((key for key in PHONE_COLUMNS if key in keys), None)
    return [place for place, key in enumerate(keys) if key == best]


def variable(header: str) -> str:
    """Return a column's name in a template: `First Name` is `first_name`.

    Empty where the header has neither letter nor digit.
    """
    plain = unicodedata.normalize("NFKC", header).casefold()
    letters = (c if f"_{c}".isidentifier() else " " for c in plain.replace("_", " "))
    joined = "_".join("".join(letters).split())
    return joined if joined.isidentifier() or not joined else f"_{joined}"


def told_apart(headers: Iterable[str]) -> tuple[str, ...]:
    """Return the headers, none of which is another's namesake in a template.

    The second `email` becomes `email_2`, a third column without a name `column_3`.
    """
    names: dict[str, str] = {}
    namesakes: Counter[str] = Counter()
    for place, header in enumerate(headers, 1):
        name = header if variable(header) else f"column_{place}"
        plain, word = name, variable(name)
        while variable(name) in names:
            namesakes[word] += 1
            name = f"{plain}_{namesakes[word] + 1}"
        names[variable(name)] = name
    return tuple(names.values())


def _key(header: str) -> str:
    return "".join(filter(str.isalnum, header.casefold()))
