"""The result of an interview: as a value, as JSON, as a document."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser

import pytest
from markdown_it import MarkdownIt

from interviewer.core.assessment import RaisedBy, Verdict
from interviewer.core.settings import InterviewSettings, StepId
from interviewer.llm.usage import Kind, Spent
from interviewer.reports import Result, build_result, to_json, to_markdown
from interviewer.reports.escape import literal, literal_block
from interviewer.reports.front import PRACTISE
from interviewer.results.view import InterviewView
from interviewer.scoring import (
    score_interview,
)
from tests.views import (
    ANSWER,
    CASE,
    HOSTILE,
    LAID_OUT,
    QUOTE,
    a_record,
    a_running_view,
    a_view,
)

pytestmark = pytest.mark.usefixtures("plain_model")


RESULT = build_result(a_view())


# The value

KEYS = """
    schema_version interview_id case_id settings brain end_reason overall recommendation confidence
    reads_as steps dimensions practice transcript usage unused_messages
"""


def test_result_keeps_what_the_design_names() -> None:
    keys = KEYS.split()
    view = a_view(spent={Kind.SAY: Spent(calls=2, prompt=900, output=40)})
    data = json.loads(to_json(build_result(view, unused_messages=3)))

    assert [key for key in data if key in keys] == keys
    assert (data["schema_version"], data["unused_messages"]) == (1, 3)
    assert (data["began_at"], data["seconds_used"]) == ("2026-11-30T00:53:20+00:00", 425.0)
    assert {kind: spent["calls"] for kind, spent in data["usage"].items()} == {"say": 2, "total": 2}
    assert {"step", "score", "status", "items", "red_flags", "seconds"} <= set(data["steps"][0])
    assert data["transcript"] == [
        {
            "turn": 1,
            "role": "interviewer",
            "step": "requirements",
            "text": "Tell me more.",
            "clock": 0.0,
            "move": {"kind": "hint", "step": "requirements", "item": "req_copper", "hint": 2},
            "stand_in": "",
        },
        {
            "turn": 2,
            "role": "candidate",
            "step": "requirements",
            "text": ANSWER,
            "sketch": "",
            "clock": 30.0,
            "intents": ["answer", "question"],
        },
    ]


def test_items_stand_in_the_order_of_the_case_with_their_evidence() -> None:
    record = a_record()
    first = record.steps[0].model_copy(update={"assessments": record.steps[0].assessments[::-1]})
    turned = record.model_copy(update={"steps": (first, *record.steps[1:])})
    view = a_view(scorecard=score_interview(turned, CASE, InterviewSettings()))
    items = build_result(view).steps[0].items

    assert [item.item for item in items] == [i.id for i in CASE.steps[StepId.REQUIREMENTS].items]
    assert items[0].model_dump(mode="json") == {
        "item": "req_granite",
        "verdict": "met",
        "raised_by": "candidate",
        "quote": QUOTE,
        "turn": 2,
        "reason": "A decision with a reason.",
    }
    assert items[1].raised_by is RaisedBy.HINT2
    assert (items[2].verdict, items[2].raised_by, items[2].quote) == (Verdict.ABSENT, None, None)


def test_red_flags_keep_their_words_and_fate() -> None:
    (flag,) = build_result(a_view()).steps[0].red_flags
    assert flag.model_dump() == {
        "red_flag": "req_flag",
        "quote": "one box for the rest",
        "turn": 2,
        "challenged": True,
        "recovered": False,
        "statement": "",
        "again": None,
    }


@pytest.mark.parametrize(
    ("step", "status", "score"),
    [
        pytest.param("framing", "skipped", 1.0, id="skipped-is-worth-1"),
        pytest.param("data", "unassessed", None, id="unassessed-has-no-score"),
        pytest.param("serving", "not_reached", None, id="not-reached-has-no-score"),
    ],
)
def test_steps_without_an_answer(step: str, status: str, score: float | None) -> None:
    steps = {s.step: s for s in build_result(a_view()).steps}
    assert (steps[StepId(step)].status, steps[StepId(step)].score) == (status, score)


@pytest.mark.parametrize("view", [a_view(), a_running_view()], ids=["ended", "running"])
def test_json_reads_back_as_the_same_result(view: InterviewView) -> None:
    result = build_result(view)
    text = to_json(result)
    assert Result.model_validate_json(text) == result
    assert to_json(Result.model_validate_json(text)) == text
    assert text.startswith('{\n  "schema_version": 1,\n  "interview_id": "abc123",\n')


def test_a_running_interview_has_words_and_no_scores() -> None:
    result = build_result(a_running_view())
    assert (result.end_reason, result.overall, result.confidence) == (None, None, None)
    assert (result.steps, result.practice) == ((), ())
    assert set(result.dimensions.values()) == {None}
    assert result.transcript[1].text == ANSWER


# The document


def rendered(markdown: str) -> str:
    """The text of a document without marks, as a reader sees it."""
    page = Page()
    page.feed(MarkdownIt("commonmark").enable("table").render(markdown))
    return page.words


class Page(HTMLParser):
    """Text and tags of a rendered document."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        self.text.append(data)

    @property
    def words(self) -> str:
        return " ".join("".join(self.text).replace("\u2060", "").split())


@pytest.mark.parametrize(
    "words",
    [
        pytest.param("Case: A warehouse", id="case"),
        pytest.param("Judged by: Embedded brain", id="brain"),
        pytest.param("Time used: 7:05 of 45:00", id="time-used"),
        pytest.param("Length: 45 minutes, seven steps", id="length"),
        pytest.param("Ended: by the candidate", id="how-it-ended"),
        pytest.param("senior · 30 Nov 2026", id="facts"),
        pytest.param("No recommendation · weak, 1.5–3", id="headline"),
        pytest.param("Not enough evidence: under 60% of the interview", id="why-there-is-no-call"),
        pytest.param(
            f"in its range (1.5–3 of 5); confidence {RESULT.confidence:.0%}",
            id="uncertainty",
        ),
        pytest.param("Unaided", id="unaided"),
        pytest.param("✓ Met Keep the granite apart", id="met-item"),
        pytest.param("◐ Partly (after a second hint) Keep the copper", id="helped-item"),
        pytest.param("○ Not heard Keep the velvet", id="absent-item"),
        pytest.param("? Not judged Keep the quartz", id="unassessed-item"),
        pytest.param(f"“{QUOTE}” (turn 2) Judge: A decision with a reason.", id="evidence"),
        pytest.param(
            "Everything can be thrown into one box. “one box for the rest” (turn 2)", id="claim"
        ),
        pytest.param("⚑ Everything can be thrown into one box. Not taken back (turn 2)", id="flag"),
        pytest.param("Serving: not reached", id="not-reached"),
        pytest.param("Left out, which counts as no answer", id="skipped"),
        pytest.param("Not judged: not enough evidence", id="unassessed-step"),
        pytest.param("Latency budget (", id="practice"),
        pytest.param("Not heard: storage of velvet. Left among", id="what-lacked"),
        pytest.param("Storage of velvet. Left among", id="what-was-not-heard"),
        pytest.param("Would have earned it: The ", id="exemplar"),
        pytest.param("Read: Latency budget.", id="note-to-read"),
        pytest.param("A senior answer I decide with a reason", id="model-answer"),
        pytest.param("The sums visits per minute: 4,000 / (10 x 60)", id="derivation"),
        pytest.param("Decided with reasons", id="observation"),
        pytest.param("2. You · requirements I think granite stays apart", id="transcript"),
        pytest.param("Time: 7:05.", id="time"),
    ],
)
def test_document_shows(words: str) -> None:
    assert words in rendered(to_markdown(build_result(a_view()), CASE))


def test_document_of_a_drill_says_why_it_recommends_nothing() -> None:
    view = a_view(settings=InterviewSettings(drill=StepId.REQUIREMENTS))
    page = rendered(to_markdown(build_result(view), CASE))
    assert "A drill is not a whole interview" in page


def test_document_of_a_running_interview_has_its_transcript_only() -> None:
    page = rendered(to_markdown(build_result(a_running_view()), CASE))
    assert "still running" in page
    assert ANSWER in page
    assert PRACTISE not in page


def test_document_survives_a_case_that_has_changed() -> None:
    items = CASE.steps[StepId.REQUIREMENTS].items[1:]
    step = CASE.steps[StepId.REQUIREMENTS].model_copy(update={"items": items, "red_flags": ()})
    changed = CASE.model_copy(update={"steps": {**CASE.steps, StepId.REQUIREMENTS: step}})
    page = rendered(to_markdown(build_result(a_view()), changed))
    assert "✓ Met req_granite" in page
    assert "⚑ req_flag" in page


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_what_people_say_is_shown_and_never_interpreted(text: str) -> None:
    for markdown, allowed in (
        (literal_block(text), {"blockquote", "p", "br"}),
        (f"- {literal(text)}", {"ul", "li", "p"}),
    ):
        page = Page()
        dialect = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
        page.feed(dialect.render(markdown))
        assert set(page.tags) <= allowed
        assert page.words == " ".join(text.split())


@pytest.mark.parametrize(
    ("text", "markdown"),
    [
        pytest.param("<b> & |", "&lt;b&gt; &amp; &#124;", id="references"),
        pytest.param("*a* _b_ `c` [d]", r"\*a\* \_b\_ \`c\` \[d\]", id="backslashes"),
        pytest.param("1. one", "1&#46; one", id="list"),
        pytest.param("a - b + c = d #1", "a - b + c = d #1", id="harmless"),
        pytest.param("http://a www.b c@d.e", "http&#58;//a www&#46;b c&#64;&#8288;d.e", id="links"),
        pytest.param("recall@500: 0.9", "recall@500: 0.9", id="no-link"),
    ],
)
def test_no_more_is_escaped_than_some_dialect_needs(text: str, markdown: str) -> None:
    assert literal(text) == markdown


def test_hostile_words_add_nothing_to_the_document() -> None:
    plain = Page()
    plain.feed(MarkdownIt("js-default").render(to_markdown(build_result(a_view()), CASE)))
    hostile = Page()
    others = [text for name, text in HOSTILE.items() if name not in LAID_OUT]
    view = a_view("\n\n".join(others), brain="<b>x</b>")
    hostile.feed(MarkdownIt("js-default").render(to_markdown(build_result(view), CASE)))

    quoted = {"blockquote", "p", "br"}
    assert [t for t in hostile.tags if t not in quoted] == [
        t for t in plain.tags if t not in quoted
    ]


def test_characters_that_hide_or_reorder_text_are_left_out() -> None:
    text = "a\x00b\x1b[31mc\u202ed\u2066e\u200bf"
    assert literal(text) == "ab\\[31mcdef"
    assert not re.search("[\x00-\x08\x1b\u200b\u202e\u2066]", literal_block(text))
