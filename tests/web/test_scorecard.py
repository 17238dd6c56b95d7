"""What the scorecard and the notebook show of what was heard, without a browser."""

from __future__ import annotations

import re

import pytest

from interviewer.core.assessment import Notebook, Rejudgement, Verdict
from interviewer.core.design import DesignEntry, DesignRecord, EntryKind
from interviewer.core.settings import StepId
from interviewer.reports import build_result
from interviewer.reports.sentences import BEYOND, HOLES
from interviewer.results.view import InterviewView
from interviewer.retrieval.notes import Note
from interviewer.scoring import FlagResult, ItemResult
from interviewer.web import chat
from interviewer.web.evidence import flag_row, item_row
from interviewer.web.scorecard import Card, scorecard
from tests.builders import CONCEPT, a_case
from tests.reports.whole import HOLE, IDEA, a_whole_view
from tests.views import a_view

CASE = a_case()
NOTE = Note(CONCEPT, "concept", "How time is shared", CONCEPT, "# How time is shared\n\nBy need.")


def the_card(view: InterviewView) -> str:
    return scorecard(Card(view, build_result(view), CASE, lambda _: NOTE))


def test_what_no_item_names_stands_on_the_card_with_its_words_and_turn() -> None:
    shown = the_card(a_whole_view())
    beyond, holes = shown.split(f"<h2>{BEYOND}</h2>")[1].split(f"<h2>{HOLES}</h2>")
    holes = holes.partition("</section>")[0]
    assert IDEA in beyond and beyond.count('data-turn="6"') == 1
    assert holes.count(HOLE) == holes.count('data-turn="6"') == 2
    assert re.findall(r'href="(study/[^"]+)">([^<]+)', holes) == [
        (f"study/concepts/{CONCEPT}", NOTE.title)
    ]


def test_without_such_there_is_no_heading_for_it() -> None:
    shown = the_card(a_view())
    assert BEYOND not in shown and HOLES not in shown


@pytest.mark.parametrize(
    ("verdict", "quote", "acts"),
    [
        (Verdict.MET, "I sort it", [("dispute", "I sort it")]),
        (Verdict.PARTIAL, "I sort it", [("rejudge", ""), ("dispute", "I sort it")]),
        (Verdict.ABSENT, None, [("rejudge", "")]),
        (Verdict.UNASSESSED, None, [("rejudge", "")]),
    ],
)
def test_how_a_verdict_can_be_disputed(
    verdict: Verdict, quote: str | None, acts: list[tuple[str, str]]
) -> None:
    item = ItemResult(
        item="req_granite", verdict=verdict, raised_by=None, quote=quote, turn=2, reason=""
    )
    shown = item_row(item, CASE)
    assert re.findall(r'data-judge="(\w+)".*?data-words="([^"]*)"', shown) == acts


def test_a_second_verdict_stands_with_its_reason() -> None:
    item = ItemResult(
        item="req_granite", verdict=Verdict.MET, raised_by=None, quote="x", turn=2, reason="First."
    )
    again = Rejudgement(
        item=item.item,
        step=StepId.REQUIREMENTS,
        turn=2,
        quote="x",
        before=Verdict.ABSENT,
        after=Verdict.MET,
        reason="It is tied to the place.",
    )
    shown = item_row(item, CASE, [again])
    assert "First judged: not heard; then: met." in shown and again.reason in shown


@pytest.mark.parametrize(
    ("flag", "statement", "badge", "says"),
    [
        ("req_flag", "", "Red flag", "Everything can be thrown into one box."),
        ("doubt_4_1", "A coin per request mixes arms.", "Doubtful", "A coin per request"),
        ("gone", "", "Red flag", "gone"),
    ],
)
def test_a_wrong_claim_is_named_whether_the_case_lists_it_or_not(
    flag: str, statement: str, badge: str, says: str
) -> None:
    hit = FlagResult(
        red_flag=flag, quote="x", turn=2, challenged=True, recovered=False, statement=statement
    )
    shown = flag_row(hit, CASE)
    assert f'class="badge">{badge}<' in shown and says in shown


def test_the_notebook_shows_the_design_as_it_was_noted_but_for_open_threads() -> None:
    entries = [DesignEntry(kind=kind, text=f"A {kind.value}.", turn=2) for kind in EntryKind]
    book = Notebook(decisions=("I take trees.",))
    noted = chat.notebook(book, None, DesignRecord(entries=tuple(entries)))
    assert all(f"A {kind.value}." in noted for kind in EntryKind if kind is not EntryKind.THREAD)
    assert "A thread." not in noted and "I take trees." not in noted
    assert "I take trees." in chat.notebook(book)
