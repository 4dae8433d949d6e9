"""Templates: the text of a message, with the recipient's columns filled in.

The language is Jinja2's, in its sandbox and without chance or globals: a column that
does not exist is found before anything is sent, not at the row that lacks it.
"""

from __future__ import annotations

from difflib import get_close_matches
from functools import lru_cache
from typing import TYPE_CHECKING

import jinja2
from jinja2 import meta, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from sender.columns import variable

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sender.recipients import Recipient

SHARED_BODIES = 4096
"""Bodies a template keeps, so that recipients with the same data share one object."""

_MARKS = ("{{", "{%", "{#")
_ELSEWHERE = (nodes.Include, nodes.Import, nodes.FromImport, nodes.Extends)
_ROW_ERRORS = (
    jinja2.TemplateError,
    ArithmeticError,
    AttributeError,
    LookupError,
    TypeError,
    ValueError,
)


class TemplateError(ValueError):
    """A template that cannot be used, or not for a recipient, said in one line."""


class Template:
    """A text with places for columns.

    A column is reachable by its header where that is a word (`Name`), and in small
    letters joined by underscores always (`name`, `first_name`); the phone column also
    as `to`, and its value is the number in E.164.  One line break at the text's end is
    the file's and is cut off; a text without marks is otherwise the body as it stands.

    Raises:
        TemplateError: a mistake in the language, or a column that is not there; the
            text names the template, the line and the nearest columns.
    """

    def __init__(self, text: str, columns: Iterable[str], name: str) -> None:
        self.name = name
        self._columns = _reachable(columns)
        text = _without_last_break(text)
        self._used: tuple[str, ...] = ()
        self._template: jinja2.Template | None = None
        self._fill = lru_cache(maxsize=SHARED_BODIES)(self._filled)
        self._constant: str | None = text
        if any(mark in text for mark in _MARKS):
            self._compile(text)

    @property
    def variables(self) -> tuple[str, ...]:
        """The columns that a body depends on, as the template spells them, sorted."""
        return self._used

    def render(self, recipient: Recipient) -> str:
        """Return the body for a recipient.

        Recipients whose columns hold the same get the same object.

        Raises:
            TemplateError: the row's data do not fit what is done with them; the text
                names the row's line.
        """
        if self._constant is not None:
            return self._constant
        fields = recipient.fields
        values = [
            fields.get(self._columns[name], recipient.address) for name in self._used
        ]
        try:
            return self._fill(*values)
        except _ROW_ERRORS as error:
            where = f"line {recipient.line}" if recipient.line else recipient.address
            raise TemplateError(
                f"{self.name}: cannot be filled in for {where}: {error}"
            ) from error

    def _compile(self, text: str) -> None:
        environment = _environment(text)
        try:
            tree = environment.parse(text)
            self._template = environment.from_string(text)
        except jinja2.TemplateSyntaxError as error:
            raise TemplateError(
                f"{self.name}, line {error.lineno}: {error.message}"
            ) from error
        except RecursionError as error:
            raise TemplateError(f"{self.name}: is nested too deeply") from error
        self._check(tree)
        self._used = tuple(sorted(meta.find_undeclared_variables(tree)))
        self._constant = None if self._used else self._rendered_once()

    def _check(self, tree: nodes.Template) -> None:
        for fetching in tree.find_all(_ELSEWHERE):
            raise TemplateError(
                f"{self.name}, line {fetching.lineno}: a template stands alone "
                "and cannot fetch from another"
            )
        unknown = meta.find_undeclared_variables(tree) - self._columns.keys()
        for node in tree.find_all(nodes.Name):
            if node.name in unknown:
                raise TemplateError(
                    f"{self.name}, line {node.lineno}: there is no column "
                    f"{node.name}; {_nearest(node.name, self._columns)}"
                )

    def _rendered_once(self) -> str:
        try:
            return self._filled()
        except _ROW_ERRORS as error:
            raise TemplateError(f"{self.name}: cannot be filled in: {error}") from error

    def _filled(self, *values: str) -> str:
        assert self._template is not None
        return self._template.render(zip(self._used, values, strict=True))


def _reachable(columns: Iterable[str]) -> dict[str, str]:
    """Map each name that a template may use to its column, and `to` to none there is.

    Of two columns with one name the first has it, unless it is the other's header.
    """
    columns = tuple(columns)
    names = {"to": ""}
    for column in columns:
        names.setdefault(variable(column), column)
    return names | {column: column for column in columns if column.isidentifier()}


def _environment(text: str) -> ImmutableSandboxedEnvironment:
    environment = ImmutableSandboxedEnvironment(
        undefined=jinja2.StrictUndefined,
        newline_sequence="\r\n" if "\r\n" in text else "\n",
        keep_trailing_newline=True,
    )
    environment.globals.clear()
    del environment.filters["random"]  # a run must be replayable
    return environment


def _without_last_break(text: str) -> str:
    return text.removesuffix("\n").removesuffix("\r") if text.endswith("\n") else text


def _nearest(name: str, known: Iterable[str]) -> str:
    words = [word for word in known if word == variable(word)]
    near = get_close_matches(variable(name), words, n=3)
    if near:
        return f"did you mean {' or '.join(near)}?"
    return f"known are {', '.join(words)}"
