"""What the scorecard and the notebook show of what was heard, without a browser."""

from __future__ import annotations

import re

import pytest

from interviewer.core.assessment import Notebook, Rejudgement, Verdict
from interviewer.core.design import DesignEntry, DesignRecord, EntryKind
from interviewer.core.settings import StepId
from interviewer.reports import build_result
from interviewer.reports.front import KEPT, LATER, MISSING, PRACTISE, TAKEN_BACK, WRONG
from interviewer.reports.sentences import BEYOND, HOLES
from interviewer.results.view import InterviewView
from interviewer.retrieval.notes import Note
from interviewer.scoring import FlagResult, ItemResult, PracticePoint
from interviewer.web import chat
from interviewer.web.evidence import flag_row, item_row
from interviewer.web.scorecard import Card, scorecard
from tests.builders import CONCEPT, a_case
from tests.reports.whole import HELD, HOLE, IDEA, a_whole_view
from tests.views import a_view

CASE = a_case()
NOTE = Note(CONCEPT, "concept", "How time is shared", CONCEPT, "# How time is shared\n\nBy need.")


def the_card(view: InterviewView) -> str:
    return scorecard(Card(view, build_result(view), CASE, lambda _: NOTE))


def sections(shown: str) -> dict[str, str]:
    """The parts of the page by their titles; what stands before the first title is left out."""
    return dict(re.findall(r"<h2[^>]*>([^<]+)</h2>(.*?)(?=<h2|$)", shown, re.DOTALL))


def test_the_first_part_of_the_page_says_what_the_debrief_says() -> None:
    shown = sections(the_card(a_whole_view()))
    before = list(shown)[: list(shown).index("Point by point")]
    wanted = ["In short", "Step by step", WRONG, MISSING, PRACTISE, HOLES, BEYOND]
    assert before == wanted
    steps = shown["Step by step"]
    assert steps.count("Carried.") == steps.count("Held back.") == 3
    assert steps.index("Carried.") < steps.index("Held back.")
    kept, back = shown[WRONG].split(TAKEN_BACK)
    assert KEPT in kept and kept.count("A kept claim") == 1 and 'data-turn="6"' in kept
    assert "It fails." in kept and "What holds." in kept
    assert f"{LATER.strip()} " in kept and HELD in kept and 'data-turn="8"' in kept
    assert "A claim that was taken back" in back and "A slip." in back
    asked, not_asked = re.findall(r"<li>(.*?)</li>", shown[MISSING])
    assert "A plan." in asked and "(not asked)" not in asked
    assert "A check." in not_asked and "(not asked)" in not_asked
    assert re.findall(r'href="(study/[^"]+)">([^<]+)', shown[PRACTISE]) == [
        (f"study/concepts/{CONCEPT}", NOTE.title)
    ]


def test_without_a_debrief_the_first_part_is_made_of_the_figures() -> None:
    shown = sections(the_card(a_view()))
    assert "Everything can be thrown into one box." in shown[WRONG]
    assert "Storage of velvet." in shown[MISSING]
    assert NOTE.title in shown[PRACTISE] and 'class="remarks"' not in shown["Step by step"]


def test_a_claim_stands_once_with_its_words_and_below_in_one_line() -> None:
    shown = the_card(a_whole_view())
    first, rest = shown.split("Point by point")
    (flags,) = re.findall(r'<ul class="flags">(.*?)</ul>', rest)
    assert first.count("A kept claim") == 1 and "A kept claim" not in rest
    assert flags.count("data-turn=") == flags.count("<li") == 2 and "<q" not in flags


def test_every_step_that_was_judged_leads_to_its_points() -> None:
    shown = the_card(a_whole_view())
    asked = re.findall(r'data-unfold="([^"]+)"', shown)
    assert len(asked) == 5 and all(f'data-key="{key}"' in shown for key in asked)


@pytest.mark.parametrize(
    ("verdict", "reason", "says", "earns"),
    [
        (Verdict.MET, "So.", "So.", False),
        (Verdict.PARTIAL, "So.", "So.", True),
        (Verdict.ABSENT, "", "Not heard: it.", True),
        (Verdict.UNASSESSED, "", "Not heard: it.", True),
    ],
)
def test_a_point_that_was_not_earned_says_what_would_have(
    verdict: Verdict, reason: str, says: str, earns: bool
) -> None:
    item = ItemResult(
        item="req_granite", verdict=verdict, raised_by=None, quote=None, turn=None, reason=reason
    )
    gap = PracticePoint(
        item=item.item,
        step=StepId.REQUIREMENTS,
        concept=CONCEPT,
        verdict=verdict.value,
        quote=None,
        lacked="Not heard: it.",
        exemplar="I would keep it apart.",
        gain=0.2,
    )
    shown = item_row(item, CASE, (), gap, NOTE.title)
    assert f'class="reason">{says}<' in shown
    assert (gap.exemplar in shown, NOTE.title in shown) == (earns, earns)


def test_what_no_item_names_stands_on_the_card_with_its_words_and_turn() -> None:
    shown = the_card(a_whole_view())
    holes, beyond = shown.split(f"<h2>{HOLES}</h2>")[1].split(f"<h2>{BEYOND}</h2>")
    beyond = beyond.partition("</section>")[0]
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


def test_words_that_speak_against_a_point_are_shown_as_that() -> None:
    quote = "I throw everything into one box"
    item = ItemResult(
        item="req_granite",
        verdict=Verdict.ABSENT,
        raised_by=None,
        quote=quote,
        turn=2,
        reason="",
        contradicted=True,
    )
    shown = item_row(item, CASE)
    assert "Spoken against" in shown and quote in shown and "Not heard" not in shown


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
