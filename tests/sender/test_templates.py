"""Templates: mistakes are found before anything is sent, and bodies are exact."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sender.recipients import Recipient, read_recipients
from sender.templates import Template, TemplateError
from sms.segments import segment

EXAMPLES = Path(__file__).parents[2] / "examples"
ADA = Recipient("+14155550100", 7, {"First Name": "Ada", "Town": "Köln", "due": ""})
COLUMNS = ("First Name", "Phone", "Town", "due")


def render(text: str) -> str:
    """Fill a template in for Ada."""
    return Template(text, COLUMNS, "note.txt").render(ADA)


def refusal(text: str) -> str:
    """Return why a template makes no body for Ada; empty where it makes one."""
    try:
        render(text)
    except TemplateError as error:
        return str(error)
    return ""


@pytest.mark.parametrize(
    ("text", "body"),
    [
        ("Hi {{ first_name }}!", "Hi Ada!"),
        ("{{ Town }} {{ town }}", "Köln Köln"),
        ("{{ to }} {{ phone }} {{ Phone }}", " ".join(["+14155550100"] * 3)),
        ("{{ first_name | upper }}", "ADA"),
        ("{% if due %}by {{ due }}{% else %}soon{% endif %}", "soon"),
        ("{% set n = first_name %}{{ n }} & <{{ n }}>", "Ada & <Ada>"),
        ("a\r\n{{ town }}\r\n", "a\r\nKöln"),
        ("{{ town }}\n\n", "Köln\n"),
    ],
)
def test_a_body_is_filled_in(text: str, body: str) -> None:
    """Columns are reached by their header or its name in small letters."""
    assert render(text) == body


@settings(max_examples=300, deadline=None)
@given(st.text().filter(lambda text: "{" not in text))
def test_a_text_without_marks_comes_back_unchanged(text: str) -> None:
    """A text is the body as it stands, but for the one line break at its end."""
    expected = text[:-1].removesuffix("\r") if text.endswith("\n") else text
    assert render(text) == expected


def test_a_constant_body_is_one_object() -> None:
    """A body on which no column has a say is rendered once, for all."""
    template = Template("{{ 6 * 7 }} days", COLUMNS, "note.txt")
    other = Recipient("+14155550101", 8, {})
    assert template.render(ADA) is template.render(other)
    assert template.variables == ()


def test_equal_data_share_one_body() -> None:
    """Recipients whose used columns hold the same get the same object."""
    template = Template("Come to {{ town }}.", COLUMNS, "note.txt")
    other = Recipient("+14155550101", 8, {**ADA.fields, "First Name": "Bo"})
    assert template.render(ADA) is template.render(other)
    assert template.variables == ("town",)


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        (
            "Hi\n{{ frist_name }}",
            "note.txt, line 2: there is no column frist_name; did you mean first_name",
        ),
        ("{{ TOWN }}", "no column TOWN; did you mean town"),
        ("{{ zz }}", "no column zz; known are to, first_name, phone, town, due"),
        ("{{ range(9) }}", "no column range"),
        ("Hi\n{{ town", "note.txt, line 2: "),
        ("{{ town | shout }}", "note.txt, line 1: No filter named 'shout'"),
        ("{{ town | random }}", "No filter named 'random'"),
        ("{% include 'x' %}", "line 1: a template stands alone"),
        ("{{" + "(" * 9999, "note.txt: is nested too deeply"),
        ("{{ 1 / 0 }}", "note.txt: cannot be filled in: division by zero"),
    ],
)
def test_a_mistake_is_found_before_anything_is_sent(text: str, hint: str) -> None:
    """One line names the template, the line, and what was probably meant."""
    with pytest.raises(TemplateError) as caught:
        Template(text, COLUMNS, "note.txt")
    assert hint in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "text",
    ["{{ due[0] }}", "{{ 1 / due }}", "{{ due.__class__.__mro__ }}", "{{ due() }}"],
)
def test_a_row_that_does_not_fit_is_named(text: str) -> None:
    """An error with a row's data says on which line the row stands."""
    template = Template(text, COLUMNS, "note.txt")
    with pytest.raises(TemplateError, match=r"^note\.txt: .* for line 7: "):
        template.render(ADA)


def test_a_recipient_without_a_line_is_named_by_number() -> None:
    """Where no file stood behind, the number says which recipient it was."""
    made_up = Recipient("+14155550100", 0, {})
    with pytest.raises(TemplateError, match=r"for \+14155550100: "):
        Template("{{ to / 2 }}", ("to",), "note.txt").render(made_up)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from([*"{%#}-|()[].'\" \n", "town", "to", "if", "endif"])))
def test_any_text_is_rendered_or_refused(pieces: list[str]) -> None:
    """Whatever stands in a template, it makes a body or a TemplateError."""
    told = refusal("".join(pieces))
    assert not told or told.startswith("note.txt")
    assert told.isprintable()


def test_the_example_makes_few_bodies_of_two_segments() -> None:
    """The example's bodies are one a branch, each of two GSM-7 segments."""
    data = (EXAMPLES / "recipients.csv").read_bytes()
    table = read_recipients(data, name="recipients.csv")
    text = (EXAMPLES / "message.txt").read_text(encoding="utf-8")
    template = Template(text, table.columns, "message.txt")
    bodies = {template.render(recipient) for recipient in table.recipients}
    assert len(bodies) == 8
    assert {segment(body).segments for body in bodies} == {2}
