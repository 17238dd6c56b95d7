"""The first page: every wrong claim once, what was not heard, what to practise, one figure."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from interviewer.core.assessment import Evidence
from interviewer.core.debrief import ClaimReview, Debrief, Exercise, Missing, Remark, Slip
from interviewer.core.settings import STEPS, Level, StepId
from interviewer.reports import to_markdown
from interviewer.reports.front import (
    KEPT,
    LINE,
    MISSING,
    MOST_MISSING,
    PRACTISE,
    WRONG,
    as_sentence,
    cut,
    marked,
    not_heard,
    remarks_of,
    tasks,
    unasked_sentence,
    wrong_claims,
)
from interviewer.reports.headline import (
    call_line,
    how_to_read,
    overall_figure,
    step_figure,
)
from interviewer.results.result import Result
from interviewer.scoring import (
    Band,
    FlagResult,
    LevelReading,
    PracticePoint,
    Recommendation,
    StepResult,
    StepStatus,
)
from tests.builders import CONCEPT
from tests.reports.whole import CASE, RESULT, TITLES

NOTHING = Debrief()


def a_flag(id_: str, quote: str, turn: int = 6, **other: bool) -> FlagResult:
    values = {"challenged": True, "recovered": False, "statement": f"{id_} fails"} | other
    return FlagResult.model_validate({"red_flag": id_, "quote": quote, "turn": turn, **values})


def a_result(
    *flags: FlagResult, debrief: Debrief = NOTHING, gaps: Sequence[PracticePoint] = ()
) -> Result:
    """An interview with these flags, the first in one step and the rest in another."""
    steps = [step.model_copy(update={"red_flags": ()}) for step in RESULT.steps]
    steps[0] = steps[0].model_copy(update={"red_flags": flags[:1]})
    steps[1] = steps[1].model_copy(update={"red_flags": flags[1:]})
    changed = {"steps": tuple(steps), "debrief": debrief, "gaps": tuple(gaps)}
    return RESULT.model_copy(update={**changed, "practice": tuple(gaps)[:2]})


def a_review(*ids: str, quote: str = "a", turn: int = 6, kept: bool = True) -> ClaimReview:
    return ClaimReview(
        red_flags=ids, name="N", quote=quote, turn=turn, kept=kept, why="W", better="B"
    )


A, B = a_flag("a", "a"), a_flag("b", "b", turn=4)
BACK = a_flag("c", "c", turn=2, recovered=True)


@pytest.mark.parametrize(
    ("flags", "debrief", "found"),
    [
        pytest.param([A, B], Debrief(), [("b fails", True), ("a fails", True)], id="by-turn"),
        pytest.param(
            [BACK, A], Debrief(), [("a fails", True), ("c fails", False)], id="kept-first"
        ),
        pytest.param([A, A], Debrief(), [("a fails", True)], id="same-id"),
        pytest.param([A, a_flag("d", "a")], Debrief(), [("a fails", True)], id="same-words"),
        pytest.param(
            [A, a_flag("d", "a", turn=8)],
            Debrief(),
            [("a fails", True), ("d fails", True)],
            id="same-words-said-again",
        ),
        pytest.param(
            [a_flag("a", "x", recovered=True), A], Debrief(), [("a fails", True)], id="kept-counts"
        ),
        pytest.param([A, B], Debrief(claims=(a_review("a", "b"),)), [("N", True)], id="together"),
        pytest.param(
            [A, B], Debrief(claims=(a_review("a"),)), [("N", True), ("b fails", True)], id="unnamed"
        ),
        pytest.param(
            [A, a_flag("d", "a")], Debrief(claims=(a_review("a"),)), [("N", True)], id="its-words"
        ),
        pytest.param(
            [A, B],
            Debrief(claims=(a_review("a", kept=False),)),
            [("b fails", True), ("N", False)],
            id="reviewed-and-taken-back",
        ),
        pytest.param(
            [A], Debrief(slips=(Slip(text="S", quote="a", turn=6),)), [], id="a-slip-already"
        ),
    ],
)
def test_a_wrong_claim_stands_once(
    flags: list[FlagResult], debrief: Debrief, found: list[tuple[str, bool]]
) -> None:
    claims = wrong_claims(a_result(*flags, debrief=debrief), CASE)
    assert [(one.name, one.kept) for one in claims] == found


SHORT, HELD = "a hundred features beat ten", "I'd say a hundred is fine"


@pytest.mark.parametrize(
    ("quote", "again", "shown"),
    [
        pytest.param(SHORT, HELD, HELD, id="in-other-words"),
        pytest.param(SHORT, SHORT, None, id="in-the-same"),
        pytest.param(f"So {SHORT}.", SHORT, None, id="in-a-part-of-them"),
        pytest.param("word " * 54, HELD, HELD, id="sixty-words-fit"),
        pytest.param("word " * 55, HELD, None, id="more-do-not"),
    ],
)
def test_a_claim_that_was_kept_is_shown_as_stated_and_as_held_last(
    quote: str, again: str, shown: str | None
) -> None:
    last = Evidence(quote=again, turn=8)
    flag = a_flag("a", quote).model_copy(update={"again": last})
    review = a_review("a", quote=quote).model_copy(update={"again": last})
    for debrief in (NOTHING, Debrief(claims=(review,))):
        (claim,) = wrong_claims(a_result(flag, debrief=debrief), CASE)
        assert (claim.quote, claim.again) == (quote, last if shown else None)
    (taken_back,) = wrong_claims(a_result(flag.model_copy(update={"recovered": True})), CASE)
    assert taken_back.again is None


def test_a_doubt_about_the_words_that_held_a_claim_last_is_no_second_claim() -> None:
    held = A.model_copy(update={"again": Evidence(quote="still", turn=8)})
    claims = wrong_claims(a_result(held, a_flag("doubt_8_1", "still", turn=8)), CASE)
    assert [one.name for one in claims] == ["a fails"]


@pytest.mark.parametrize(
    ("flag", "why"),
    [
        (a_flag("a", "a"), ""),
        (a_flag("a", "a", challenged=False), "Not discussed further."),
        (a_flag("a", "a", challenged=False, recovered=True), ""),
    ],
    ids=["challenged", "left", "taken-back"],
)
def test_of_a_claim_no_more_is_said_than_is_known(flag: FlagResult, why: str) -> None:
    assert [one.why for one in wrong_claims(a_result(flag), CASE)] == [why]


def test_a_claim_is_named_as_the_case_lists_it_and_by_its_id_when_the_case_is_gone() -> None:
    listed = CASE.steps[StepId.DATA].red_flags[0]
    result = a_result(a_flag(listed.id, "a").model_copy(update={"statement": ""}))
    assert [one.name for one in wrong_claims(result, CASE)] == [listed.statement]
    assert [one.name for one in wrong_claims(result, None)] == [listed.id]


def a_gap(item: str, verdict: str = "absent", reason: str = "") -> PracticePoint:
    return PracticePoint(
        item=item,
        step=StepId.DATA,
        concept=CONCEPT,
        verdict=verdict,
        quote=None,
        lacked=f"Not heard: about {item}. It follows.",
        exemplar="I would.",
        gain=0.1,
        reason=reason,
    )


CORE = next(item.id for _, item in CASE.items() if item.core)
OTHER = [item.id for _, item in CASE.items() if not item.core]


@pytest.mark.parametrize(
    ("gaps", "found"),
    [
        ([a_gap(OTHER[0]), a_gap(CORE)], [CORE, OTHER[0]]),
        ([a_gap(OTHER[0], "partial"), a_gap(OTHER[1])], [OTHER[1]]),
        ([a_gap(id_) for id_ in OTHER[:MOST_MISSING]], OTHER[:MOST_MISSING]),
        ([a_gap(id_) for id_ in OTHER[: MOST_MISSING + 1]], OTHER[:MOST_MISSING]),
    ],
    ids=["core-first", "absent-only", "six", "no-more-than-six"],
)
def test_what_was_not_heard_comes_from_the_gaps(
    gaps: list[PracticePoint], found: list[str]
) -> None:
    shown = not_heard(a_result(gaps=gaps), CASE)
    assert [one.text for one in shown] == [f"About {id_}. It follows." for id_ in found]


@pytest.mark.parametrize(
    ("asked", "marked"),
    [((False, False), []), ((True, True), []), ((True, False), [OTHER[1]])],
    ids=["not-known", "all", "one"],
)
def test_a_gap_is_marked_only_where_it_is_known_what_was_asked(
    asked: tuple[bool, bool], marked: list[str]
) -> None:
    pairs = zip(OTHER, asked, strict=False)
    gaps = [a_gap(id_).model_copy(update={"asked": one}) for id_, one in pairs]
    shown = not_heard(a_result(gaps=gaps), CASE)
    assert [one.text for one in shown if not one.asked] == [
        f"About {id_}. It follows." for id_ in marked
    ]


@pytest.mark.parametrize("challenged", [True, False])
def test_where_a_claim_was_pressed_its_step_is_not_marked(challenged: bool) -> None:
    flag = A.model_copy(update={"challenged": challenged})
    step = RESULT.steps[0].step
    gaps = [a_gap(id_).model_copy(update={"step": step}) for id_ in OTHER[:2]]
    gaps.append(gaps[0].model_copy(update={"asked": True}))  # so that it is known
    shown = not_heard(a_result(flag, gaps=gaps), CASE)
    assert [one.asked for one in shown] == [challenged, challenged, True]


def test_the_debrief_says_better_what_was_not_heard_and_what_to_practise() -> None:
    debrief = Debrief(
        missing=(Missing(text="A plan.", asked=False),),
        exercises=(Exercise(title="Add up", task="Do it.", note=CONCEPT),),
    )
    result = a_result(debrief=debrief, gaps=[a_gap(CORE)])
    assert not_heard(result, CASE) == list(debrief.missing)
    (task,) = tasks(result, CASE, TITLES)
    assert (task.title, task.lines, task.note) == ("Add up", ("Do it.",), CONCEPT)


@pytest.mark.parametrize(
    ("verdict", "reason", "said"),
    [
        ("partial", "", [f"Not heard: about {CORE}. It follows."]),
        ("partial", "So.", ["Judge: So."]),
        ("absent", "So.", []),
    ],
    ids=["no-reason", "reason", "named-as-not-heard"],
)
def test_without_exercises_the_best_gaps_are_practised(
    verdict: str, reason: str, said: list[str]
) -> None:
    (task,) = tasks(a_result(gaps=[a_gap(CORE, verdict, reason)]), CASE, TITLES)
    assert task.title == f"{TITLES[CONCEPT]} (data)" and task.note == CONCEPT
    assert list(task.lines) == [CASE.item(CORE).statement, *said]


@pytest.mark.parametrize(
    ("asked", "marks", "says"),
    [
        ([], [], ""),
        ([True], [False], ""),
        ([True, False], [False, True], "what is marked"),
        ([False, False], [False, False], "any of this"),
    ],
)
def test_what_nobody_asked_about_is_marked_and_said(
    asked: list[bool], marks: list[bool], says: str
) -> None:
    missing = [Missing(text="A plan.", asked=one) for one in asked]
    assert marked(missing) == [("A plan.", mark) for mark in marks]
    sentence = unasked_sentence(missing, RESULT)
    assert says in sentence and bool(sentence) == bool(says)


@pytest.mark.parametrize(("words", "kept"), [(1, 1), (LINE, LINE), (LINE + 1, LINE)])
def test_a_line_of_a_list_holds_the_beginning_of_a_quote(words: int, kept: int) -> None:
    shown = cut("word\n" * words)
    assert shown.count("word") == kept and shown.endswith("\u2026") == (kept < words)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [("It fails", "It fails."), ("It fails.", "It fails."), ("Why?", "Why?"), ("No!", "No!")],
)
def test_a_title_ends_as_a_sentence(text: str, sentence: str) -> None:
    assert as_sentence(text) == sentence


def test_what_carried_a_step_is_said_first() -> None:
    said = [("1", False), ("2", True), ("3", False), ("4", True)]
    remarks = tuple(Remark(step=StepId.DATA, text=t, strength=s) for t, s in said)
    result = a_result(debrief=Debrief(remarks=remarks))
    assert [remark.text for remark in remarks_of(result, StepId.DATA)] == ["2", "4", "1", "3"]
    assert remarks_of(result, StepId.SERVING) == []


# The figure


def read(brain: str, **changes: object) -> Result:
    return RESULT.model_copy(update={"brain": brain, **changes})


@pytest.mark.parametrize(
    ("brain", "overall", "band", "shown"),
    [
        ("llm m", 3.44, (2.84, 4.04), "3.4 of 5, most likely between 2.8 and 4.0"),
        ("llm m", 5.0, (4.4, 5.0), "5.0 of 5, most likely between 4.4 and 5.0"),
        ("llm m", None, None, "no overall score"),
        ("embedded-1", 3.44, (2.84, 4.04), "adequate, 2.5–4.5"),
        ("embedded-1", None, None, "no overall score"),
    ],
)
def test_one_figure_with_its_width_in_words(
    brain: str, overall: float | None, band: tuple[float, float] | None, shown: str
) -> None:
    given = None if band is None else Band(low=band[0], high=band[1])
    assert overall_figure(read(brain, overall=overall, band=given)) == shown


@pytest.mark.parametrize(
    ("brain", "status", "shown"),
    [
        ("llm m", StepStatus.SCORED, "3.4"),
        ("embedded-1", StepStatus.SCORED, "adequate, 3–4"),
        ("llm m", StepStatus.NOT_REACHED, "not reached"),
        ("llm m", StepStatus.SKIPPED, "skipped, counts as no answer"),
        ("llm m", StepStatus.UNASSESSED, "not enough evidence"),
    ],
)
def test_the_score_of_a_step_is_one_figure_or_why_there_is_none(
    brain: str, status: StepStatus, shown: str
) -> None:
    step = StepResult(
        step=STEPS[0],
        score=3.44,
        unaided=3.0,
        band=Band(low=3.0, high=4.0),
        status=status,
        items=(),
        red_flags=(),
        seconds=1,
    )
    assert step_figure(step, read(brain)) == shown


def test_how_to_read_it_depends_on_who_judged() -> None:
    assert "decimal" in how_to_read(read("llm m")) and "coarsely" in how_to_read(read("embedded-1"))


@pytest.mark.parametrize(
    ("call", "reads", "reached", "line"),
    [
        (None, None, True, "No recommendation"),
        ("lean_hire", Level.SENIOR, True, "Lean hire at senior"),
        ("lean_hire", None, True, "Lean hire at senior"),
        ("lean_no_hire", Level.MID, True, "Lean no hire at senior, reads as mid"),
        ("no_hire", Level.MID, False, "No hire at senior, reads below mid"),
        ("no_hire", Level.SENIOR, False, "No hire at senior, reads below senior"),
        ("strong_hire", Level.STAFF, True, "Strong hire at senior, reads as staff"),
    ],
)
def test_the_call_and_the_level_in_one_line(
    call: Recommendation | None, reads: Level | None, reached: bool, line: str
) -> None:
    reading = None if reads is None else LevelReading(level=reads, reached=reached)
    given = read("llm m", recommendation=call, reads_as=reads, level_reading=reading)
    assert call_line(given) == line


# The page


def test_the_first_part_is_complete_and_comes_first() -> None:
    first, rest = to_markdown(RESULT, CASE, TITLES).split("\n# Point by point\n")
    order = ["## In short", "## Steps", f"## {WRONG}", f"## {MISSING}", f"## {PRACTISE}"]
    assert [first.index(title) for title in order] == sorted(map(first.index, order))
    assert first.index(f"### {KEPT}\n\n1. **") < first.index("### Taken back")
    assert "*(not asked)*" in first and "No question led to" in first
    assert "### Data: " in first and first.index("- Carried.") < first.index("- Held back.")
    assert "## Transcript" in rest and "## Transcript" not in first
    assert "A kept claim" not in rest


def test_nothing_wrong_has_no_heading() -> None:
    assert f"## {WRONG}" not in to_markdown(a_result(), CASE)
