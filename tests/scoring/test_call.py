"""What a recommendation rests on: movers, the cheapest change, the level it reads as."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Mapping
from itertools import combinations

import pytest

from interviewer.core.assessment import Assessment, RaisedBy, RedFlagHit, Verdict
from interviewer.core.case import Case
from interviewer.core.settings import STEPS, InterviewSettings, Level, StepId
from interviewer.scoring import InterviewRecord, Scorecard, StepRecord, credit, score_interview
from interviewer.scoring.call import Scoring
from interviewer.scoring.overall import recommend, step_weights
from interviewer.scoring.practice import what_lacked
from interviewer.scoring.reads_as import AT_LEVEL, level_read
from tests.builders import a_case, a_step, an_item
from tests.scoring.records import ALL, HALF, REQ, WORDS, flag, interview, plain_case, record

pytestmark = pytest.mark.usefixtures("plain_model")

SETTINGS = InterviewSettings()
CASE = plain_case()


def score(rec: InterviewRecord, case: Case = CASE, level: str = "senior") -> Scorecard:
    return score_interview(rec, case, InterviewSettings(level=Level(level)))


def with_item(rec: InterviewRecord, item: str, verdict: str) -> InterviewRecord:
    """The record with one item judged differently, with nobody's help."""
    steps = []
    for step in rec.steps:
        kept = tuple(a for a in step.assessments if a.item != item)
        if step.step is CASE.step_of(item):
            new = Assessment(item=item, step=step.step, verdict=Verdict(verdict))
            step = step.model_copy(update={"assessments": (*kept, new)})
        steps.append(step)
    return rec.model_copy(update={"steps": tuple(steps)})


def overall(rec: InterviewRecord) -> float:
    weights = step_weights(SETTINGS)
    return Scoring(rec, CASE, Level.SENIOR, weights).overall


def overall_with(rec: InterviewRecord, earned: Iterable[str]) -> float:
    for item in earned:
        rec = with_item(rec, item, "met")
    return overall(rec)


def replaced(verdicts: Mapping[StepId, str], step: StepRecord) -> InterviewRecord:
    rec = interview(verdicts)
    steps = tuple(step if other.step is step.step else other for other in rec.steps)
    return rec.model_copy(update={"steps": steps})


def make_interviews() -> Iterator[InterviewRecord]:
    """Interviews of every quality, the same each time."""
    chance = random.Random(7)
    for quality in range(12):
        letters = ["m"] * quality + ["p"] * 4 + ["a"] * (12 - quality) + ["u"]
        yield interview({s: "".join(chance.choices(letters, k=4)) for s in STEPS})


INTERVIEWS = [*make_interviews()]


# What moved it


@pytest.mark.parametrize(
    ("rec", "kind", "id_", "sign"),
    [
        pytest.param(
            interview({**dict.fromkeys(STEPS, "aaaa"), StepId.MODELING: "maaa"}),
            "point",
            "mod_granite",
            +1,
            id="the_only_point_earned",
        ),
        pytest.param(
            replaced(ALL, record("mmmm", red_flags=(flag(3),))),
            "red_flag",
            "req_flag3",
            -1,
            id="a_claim_that_stands",
        ),
        pytest.param(
            replaced(ALL, record("", skipped=True)), "step", None, -1, id="a_step_left_out"
        ),
        pytest.param(interview({**ALL, REQ: "aaaa"}), "step", None, -1, id="a_step_with_nothing"),
    ],
)
def test_the_strongest_mover(rec: InterviewRecord, kind: str, id_: str | None, sign: int) -> None:
    first = score(rec).movers[0]
    assert (first.kind, first.id) == (kind, id_)
    assert first.change * sign > 0


def test_movers_keep_the_words_and_the_turn() -> None:
    movers = score(interview({**ALL, REQ: "maaa"})).movers
    assert [(m.id, m.quote, m.turn) for m in movers] == [
        ("req_granite", "as said", 2),
        ("req_copper", None, None),  # nobody brought it up
    ]
    (mover, *_) = score(replaced(ALL, record("mmmm", red_flags=(flag(3),)))).movers
    assert (mover.quote, mover.turn) == ("3 box", 2)


def test_a_heavy_gap_moves_more_than_a_light_point() -> None:
    weights = (1, 3, 1, 1)
    items = [
        an_item(f"req_{word}", weight=weight, core=False)
        for word, weight in zip(WORDS, weights, strict=True)
    ]
    case = a_case(steps={**CASE.steps, REQ: a_step(REQ, items=tuple(items))})
    rec = replaced(ALL, record("paaa"))
    first, second = score(rec, case).movers
    assert (first.kind, first.id, second.id) == ("gap", "req_copper", "req_velvet")
    assert first.change < second.change < 0


@pytest.mark.parametrize("rec", INTERVIEWS)
def test_movers_are_the_largest_changes_of_one_thing(rec: InterviewRecord) -> None:
    """Every single change is made and scored from the beginning."""
    was = overall(rec)
    changes: list[float] = []
    for step in rec.steps:
        if not any(credit(a) for a in step.assessments):
            others = tuple(s for s in rec.steps if s is not step)
            changes.append(was - overall(rec.model_copy(update={"steps": others})))
            continue
        for a in step.assessments:
            if a.verdict is not Verdict.UNASSESSED:
                changes += [was - overall(with_item(rec, a.item, v)) for v in ("absent", "met")]
    largest = sorted((abs(change) for change in changes), reverse=True)[:2]
    found = [abs(mover.change) for mover in score(rec).movers]
    assert found == pytest.approx([change for change in largest if change > 0.001], abs=0.001)


@pytest.mark.parametrize("rec", INTERVIEWS)
def test_what_was_earned_lifts_and_what_lacked_lowers(rec: InterviewRecord) -> None:
    for mover in score(rec).movers:
        assert (mover.change > 0) == (mover.kind == "point")


def test_where_nothing_can_be_changed_nothing_moved_the_score() -> None:
    assert score(interview({REQ: "uuuu"})).movers == ()
    assert score(interview({})).movers == ()


# The cheapest change


@pytest.mark.parametrize("rec", INTERVIEWS)
def test_the_cheapest_change_does_it_and_nothing_smaller_does(rec: InterviewRecord) -> None:
    card = score(rec)
    flip = card.flip
    if flip is not None:
        changed = overall_with(rec, [point.item for point in flip.points])
        assert flip.points and changed == flip.overall
        assert recommend(changed) == flip.to != card.recommendation

    gaps = [gap.item for gap in card.gaps if gap.verdict != "unassessed"]
    for size in range(1, len(flip.points) if flip else 4):
        for items in combinations(gaps, min(size, 2)):
            assert recommend(overall_with(rec, items)) == card.recommendation


@pytest.mark.parametrize(
    ("rec", "settings"),
    [
        pytest.param(interview(ALL), {}, id="already_the_best_call"),
        pytest.param(interview({REQ: "maaa"}), {"drill": REQ}, id="a_drill_has_no_call"),
        pytest.param(interview({REQ: "maaa"}), {}, id="too_little_for_a_call"),
        pytest.param(interview({}), {}, id="nothing_reached"),
    ],
)
def test_there_is_nothing_to_flip(rec: InterviewRecord, settings: dict[str, object]) -> None:
    assert score_interview(rec, CASE, InterviewSettings(**settings)).flip is None


def test_half_a_point_is_cheaper_than_none_of_it() -> None:
    flip = score(interview({**HALF, StepId.MODELING: "mppa"})).flip
    assert flip is not None
    (point,) = flip.points
    assert (point.item, point.verdict) == ("mod_copper", Verdict.PARTIAL)
    assert (point.quote, point.turn) == ("as said", 2)


@pytest.mark.parametrize(
    ("helped", "cheapest"),
    [
        pytest.param([], "req_velvet", id="the_first_of_equals"),
        pytest.param(["req_velvet"], "req_amber", id="another_of_the_step"),
        pytest.param(["req_velvet", "req_amber"], "fra_velvet", id="one_of_another_step"),
    ],
)
def test_of_equal_points_the_one_that_needed_the_least_help(
    helped: list[str], cheapest: str
) -> None:
    rec = interview(HALF)
    first = rec.steps[0].assessments
    asked = tuple(
        a.model_copy(update={"raised_by": RaisedBy.HINT2 if a.item in helped else a.raised_by})
        for a in first
    )
    step = rec.steps[0].model_copy(update={"assessments": asked})
    flip = score(rec.model_copy(update={"steps": (step, *rec.steps[1:])})).flip
    assert flip is not None and [point.item for point in flip.points] == [cheapest]


def many_items_case() -> Case:
    return a_case(
        steps={
            step: a_step(
                step,
                items=tuple(
                    an_item(f"{step.value[:3]}_{i}x", weight=1, level=Level.MID, core=False)
                    for i in range(10)
                ),
            )
            for step in STEPS
        }
    )


def test_where_three_points_are_not_enough_no_change_is_told() -> None:
    case = many_items_case()
    steps = tuple(
        StepRecord(
            step=step,
            reached=True,
            assessments=tuple(
                Assessment(item=item.id, step=step, verdict=Verdict.MET)
                for item in case.steps[step].items[:4]
            ),
        )
        for step in STEPS
    )
    card = score(InterviewRecord(steps=steps), case)
    assert (card.recommendation, card.flip) == ("hire", None)


def test_a_core_item_is_the_cheapest_change_where_its_lack_caps_the_step() -> None:
    """Heavier gaps under the cap change nothing, and are neither named nor practised first."""
    items = (
        an_item("req_granite", weight=1, core=True),
        an_item("req_copper", weight=3, core=False),
        an_item("req_velvet", weight=3, core=False),
        an_item("req_amber", weight=3, core=False),
    )
    case = a_case(steps={**CASE.steps, REQ: a_step(REQ, items=items)})
    card = score(interview({**dict.fromkeys(STEPS, "mmaa"), REQ: "ammp"}), case)
    assert card.practice[0].item == "req_granite"
    assert card.flip is not None and card.flip.points[0].item == "req_granite"


# Levels


def levelled(letters: str, target: str) -> Scorecard:
    """Items of mid, senior, senior and staff in every step."""
    levels = (Level.MID, Level.SENIOR, Level.SENIOR, Level.STAFF)
    steps = {
        step: a_step(
            step,
            items=tuple(
                an_item(f"{step.value[:3]}_{word}", weight=1, level=level, core=False)
                for word, level in zip(WORDS, levels, strict=True)
            ),
        )
        for step in STEPS
    }
    return score(interview(dict.fromkeys(STEPS, letters)), a_case(steps=steps), target)


@pytest.mark.parametrize(
    ("letters", "target", "reads_as", "reached", "points"),
    [
        pytest.param("aaaa", "senior", "mid", False, "granite", id="below_the_lowest"),
        pytest.param("paaa", "senior", "mid", True, "copper velvet", id="below_the_target"),
        pytest.param("maaa", "senior", "senior", True, "amber", id="at_the_target"),
        pytest.param("mmam", "senior", "staff", True, "amber", id="above_the_target"),
        pytest.param("mmmm", "staff", "staff", True, "", id="nothing_above_the_highest"),
    ],
)
def test_what_separates_the_level_it_reads_as_from_the_target(
    letters: str, target: str, reads_as: str, reached: bool, points: str
) -> None:
    card = levelled(letters, target)
    reading = card.level_reading
    assert reading is not None and card.reads_as is reading.level
    assert (reading.level.value, reading.reached) == (reads_as, reached)
    assert {item.partition("_")[2] for item in reading.points} == set(points.split())


SCORED = {
    "no": 2.0,
    "just no": 2.49,
    "lean no": 2.5,
    "just lean no": 2.99,
    "lean": 3.0,
    "just lean": 3.49,
    "hire": 3.5,
}


@pytest.mark.parametrize(
    ("target", "at", "reads_as"),
    [
        ("senior", ("hire", "lean", "no"), "senior"),
        ("senior", ("hire", "lean", "just lean"), "senior"),
        ("senior", ("hire", "hire", "hire"), "staff"),
        ("senior", ("hire", "just lean no", "no"), "mid"),
        ("senior", ("lean no", "lean no", "no"), "mid"),
        ("senior", ("lean", "just no", "no"), "mid"),
        ("senior", ("just lean no", "just no", "no"), None),
        ("senior", ("just no", "lean", "no"), "senior"),
        ("senior", ("just no", "just no", "hire"), None),
        ("mid", ("just lean no", "hire", "hire"), None),
        ("mid", ("lean", "just lean", "no"), "mid"),
        ("mid", ("hire", "hire", "just lean"), "senior"),
        ("mid", ("lean", "no", "hire"), "staff"),
        ("staff", ("hire", "hire", "lean"), "staff"),
        ("staff", ("lean", "just lean no", "lean no"), "senior"),
        ("staff", ("hire", "lean", "just no"), "senior"),
        ("staff", ("lean", "just lean no", "just no"), "mid"),
        ("staff", ("just lean no", "no", "no"), None),
    ],
)
def test_the_level_never_contradicts_the_call(
    target: str, at: tuple[str, str, str], reads_as: str | None
) -> None:
    """What the answers score at mid, senior and staff."""
    overall = {level: SCORED[name] for level, name in zip(Level, at, strict=True)}
    found = level_read(overall, Level(target))
    assert (found and found.value) == reads_as


@pytest.mark.parametrize("target", Level)
@pytest.mark.parametrize("rec", INTERVIEWS)
def test_who_is_called_a_lean_hire_reads_at_least_as_the_target(
    rec: InterviewRecord, target: Level
) -> None:
    card = score(rec, level=target.value)
    if card.recommendation is not None and card.level_reading is not None:
        at_least = card.level_reading.reached and card.level_reading.level.rank >= target.rank
        assert at_least is (card.recommendation in AT_LEVEL)


# Gaps


@pytest.mark.parametrize(
    ("verdict", "by", "reason", "says"),
    [
        ("absent", "candidate", "", "Not heard: storage of granite. Left among"),
        ("partial", "candidate", "A figure lacks.", "In part: storage of granite. Left among"),
        ("partial", "candidate", "", "granite. The rubric's words for that: Mentions the granite"),
        ("met", "hint1", "", "It came after a first hint; unprompted it counts in full."),
        ("met", "challenge", "", "It came after a challenge or a scenario that led to it;"),
        ("unassessed", "candidate", "", "This could not be judged, so it may not be a gap at all."),
    ],
)
def test_what_lacked_depends_on_the_verdict(verdict: str, by: str, reason: str, says: str) -> None:
    assessment = Assessment(
        item="req_granite", step=REQ, verdict=verdict, raised_by=RaisedBy(by), reason=reason
    )
    assert says in what_lacked(an_item("req_granite"), assessment)
    untitled = an_item("req_granite", topic="")
    assert ("latency budget" in what_lacked(untitled, assessment)) == ("granite" in says)


def test_every_gap_is_listed_and_the_first_five_are_to_be_practised() -> None:
    card = score(interview({**HALF, REQ: "mpua"}))
    assert len(card.gaps) == 6 * 2 + 3
    assert card.practice == card.gaps[:5]
    assert card.gaps[-1].item == "req_velvet"  # what may be no gap comes last
    partial = next(gap for gap in card.gaps if gap.item == "req_copper")
    assert (partial.quote, partial.turn, partial.raised_by) == ("as said", 2, RaisedBy.CANDIDATE)


def test_what_was_asked_about_is_practised_before_what_nobody_touched() -> None:
    """The step that weighs most was met best; each of the others lacks two points."""
    rec = interview({**HALF, StepId.MODELING: "mmma"}, asked=frozenset({"mon_amber"}))
    hinted = record("mmpa", StepId.SUMMARY)
    *others, last = hinted.assessments[:3]
    led = last.model_copy(update={"raised_by": RaisedBy.CHALLENGE})
    hinted = hinted.model_copy(update={"assessments": (*others, led)})
    wrong = record("mmaa", red_flags=(flag(1, challenged=False),))
    taken_back = record("mmaa", StepId.FRAMING, red_flags=(a_flag_of(StepId.FRAMING),))
    new = {REQ: wrong, StepId.SUMMARY: hinted, StepId.FRAMING: taken_back}
    steps = tuple(new.get(step.step, step) for step in rec.steps)
    card = score(rec.model_copy(update={"steps": steps}))
    first = [(gap.item, gap.asked) for gap in card.gaps]
    assert first[:4] == [
        ("mon_amber", True),
        ("sum_velvet", True),
        ("req_velvet", False),  # a wrong claim stands there
        ("req_amber", False),
    ]
    assert not any(asked for _, asked in first[4:])
    assert {item.partition("_")[0] for item, _ in first[4:]} >= {"fra", "mod", "ser"}


def a_flag_of(step: StepId) -> RedFlagHit:
    """A claim about another step, taken back."""
    id_ = f"{step.value[:3]}_flag1"
    return flag(1, recovered=True).model_copy(update={"red_flag": id_, "step": step})


def test_a_stored_scorecard_of_an_earlier_version_still_reads() -> None:
    stored = score(interview(HALF)).model_dump(mode="json")
    for name in ("gaps", "movers", "flip", "level_reading"):
        del stored[name]
    for point in stored["practice"]:
        for name in ("turn", "raised_by", "reason"):
            del point[name]
    read = Scorecard.model_validate(stored)
    assert (read.movers, read.flip, read.gaps, read.level_reading) == ((), None, (), None)
