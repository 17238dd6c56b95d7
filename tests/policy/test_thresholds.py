"""Every threshold of the policy, with one case on each side of its bound.

Steps have a hundred items of one weight here, so that a share can be put a hundredth under a bound.
"""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest

from interviewer.core.act import MoveKind
from interviewer.core.assessment import RaisedBy, TurnAssessment, Verdict
from interviewer.core.case import ConstraintChange, DeepDive, RubricItem
from interviewer.core.settings import InterviewSettings, Level, StepId
from interviewer.core.transcript import Intent, Turn
from interviewer.policy import (
    InterviewState,
    apply_candidate,
    coverage,
    detours,
    interview_record,
    new_state,
    planned_seconds,
    record,
    requests,
    rules,
    state,
)
from interviewer.text.quantities import stated_numbers
from tests.builders import a_case, a_framework, a_step, a_turn, an_item
from tests.policy.talk import earned, wrong
from tests.shipped import shipped_case, shipped_framework

REQ, FRAMING, SERVING = StepId.REQUIREMENTS, StepId.FRAMING, StepId.SERVING
MODELING, MONITORING, SUMMARY = StepId.MODELING, StepId.MONITORING, StepId.SUMMARY
ITEMS = 100
WHOLE = 45 * 60.0  # seconds of an interview
REQ_SECONDS = 7 * 60.0  # planned for its requirements


def ids(step: StepId, share: float = 1.0) -> list[str]:
    """So much of a step, as ids of its items."""
    return [f"{step.value[:3]}_p{number}" for number in range(round(share * ITEMS))]


def a_fine_step(step: StepId) -> Any:
    items = (an_item(id_, core=False, weight=1, level=Level.MID) for id_ in ids(step))
    return a_step(step, items=tuple(items))


def a_dive(step: StepId) -> DeepDive:
    items = tuple(ids(step)[:-1:6])  # some are met and some are not, whatever the share
    id_, question = f"dive_{step.value}", "Shall we look closer?"
    return DeepDive(id=id_, step=step, title="Closer", question=question, items=items)


FINE: dict[str, Any] = {
    "steps": {step: a_fine_step(step) for step in StepId},
    "deep_dives": (),
    "constraint_changes": (),
    "push_backs": (),
    "variants": (),
}
CHANGE = ConstraintChange(id="half", after=SERVING, text="Half of it.", items=("ser_p0",))
DIVES = tuple(a_dive(step) for step in (MODELING, SERVING, MONITORING))


def stand(
    share: float = 0.0,
    step: StepId = REQ,
    *,
    case: dict[str, Any] | None = None,
    settings: dict[str, Any] | None = None,
    seconds: float = 0.0,
    about: tuple[str, ...] = (),
    **here: Any,
) -> InterviewState:
    """An interview in a step, with so much of it met and the clock of the step at `seconds`."""
    chosen = InterviewSettings.model_validate(settings or {})
    stands = new_state(a_case(**FINE, **(case or {})), a_framework(), chosen)
    stands.step = step
    meet(stands, step, share)
    stands.here.seconds = seconds
    stands.about = list(about)
    for name, value in {"entered": True, "answers": 1, **here}.items():
        setattr(stands.here, name, value)
    return stands


def meet(stands: InterviewState, step: StepId, share: float) -> InterviewState:
    stands.assessments |= {one.item: one for one in earned(*ids(step, share))}
    stands.steps[step].answers = 1
    return stands


def heard(*items: str, intents: tuple[Intent, ...] = (Intent.ANSWER,), **more: Any) -> Any:
    return TurnAssessment(intents=intents, verdicts=earned(*items), **more)


def kind_of(move: Any) -> MoveKind | None:
    return move.kind if move is not None else None


# Each is what happens just under a bound, then at it


def challenge(made: int) -> object:
    stands, said = stand(challenges=made), heard(**wrong())
    turn = a_turn(2, "One box.")
    apply_candidate(stands, turn, said)
    return kind_of(coverage.challenge(stands, said))


def first_asked(*items: RubricItem, touched: str = "", asked: str = "", half: str = "") -> str:
    """The number of the item that is asked about first."""
    steps = {**FINE["steps"], REQ: a_step(REQ, items=items)}
    stands = new_state(a_case(**{**FINE, "steps": steps}), a_framework(), InterviewSettings())
    stands.last_items = (touched,) if touched else ()
    stands.asked = {asked: 1} if asked else {}
    halves = earned(half, verdict=Verdict.PARTIAL) if half else ()
    stands.assessments = {one.item: one for one in halves}
    return coverage.open_items(stands, REQ)[0].id.removeprefix("req_")


def plain(name: str, weight: int, *, core: bool = False) -> RubricItem:
    return an_item(f"req_{name}", weight=weight, core=core, level=Level.MID)


def asks(weight: int, persona: str = "supportive") -> bool:
    steps = {**FINE["steps"], REQ: a_step(REQ, items=(plain("one", weight),))}
    chosen = InterviewSettings.model_validate({"persona": persona})
    stands = new_state(a_case(**{**FINE, "steps": steps}), a_framework(), chosen)
    return coverage.worth_asking(stands, REQ) is not None


def passes_over(share: float) -> bool:
    """Whether a step is passed over of which there is nothing left to ask."""
    stands = meet(stand(1.0), FRAMING, share)
    stands.steps[FRAMING].answers = 0
    stands.already_given = set(ids(FRAMING))
    return coverage.leave(stands).passes_over


def detour(share: float, minutes: int = 45) -> object:
    settings = {"minutes": minutes}
    stands = stand(share, SERVING, case={}, settings=settings)
    stands.case = stands.case.model_copy(update={"constraint_changes": (CHANGE,)})
    return kind_of(detours.due_detour(stands, MONITORING, asked_for=False))


def second_dive(seconds: float, dives: int = 1) -> object:
    """What is done before the summary after so many dives."""
    about = tuple(dive.id for dive in DIVES[:dives])
    stands = stand(0.5, MONITORING, seconds=seconds, about=about)
    stands.case = stands.case.model_copy(update={"deep_dives": DIVES})
    meet(meet(stands, MODELING, 0.5), SERVING, 0.5)
    return kind_of(detours.due_detour(stands, SUMMARY, asked_for=False))


def probe(share: float = 0.0, probes: int = 0, **settings: Any) -> object:
    stands = stand(share, StepId.DATA, settings=settings, probes=probes)
    return kind_of(rules.probe(stands, heard()))


def deeper(probes: int) -> object:
    stands = stand(0.5, SERVING)
    stands.case = stands.case.model_copy(update={"deep_dives": DIVES})
    stands.dive, stands.dive_probes = DIVES[1].id, probes
    return kind_of(rules.go_deeper(stands, heard("ser_p0")))


def check(checks: int) -> object:
    case = shipped_case()
    stands = new_state(case, shipped_framework(), InterviewSettings())
    stands.facts, stands.here.checks = ["latency"], checks
    numbers = tuple(stated_numbers(case, ["Ranking takes 250 ms."]))
    stands.numbers = list(numbers)
    return kind_of(rules.check_numbers(stands, heard(numbers=numbers)))


def redirect(made: int) -> object:
    stands = stand()
    stands.redirects = made
    return kind_of(rules.redirect(stands, heard(intents=(Intent.OFF_TOPIC,))))


def jump(share: float = 0.0, answers: int = 1, points: int = 2) -> object:
    """What follows when points of a later step come while the requirements stand so."""
    stands = stand(share, answers=answers)
    return kind_of(rules.redirect(stands, heard(*ids(FRAMING)[:points])))


def let_finish(share: float, step: StepId = REQ, answers: int = 1, seconds: float = 0.0) -> object:
    stands = stand(share, step, answers=answers, seconds=seconds)
    return kind_of(rules.let_finish(stands, heard(ids(step)[0])))


def overrun(seconds: float) -> object:
    return kind_of(rules.finish(stand(seconds=seconds), heard()))


def remind(share: float, seconds: float = WHOLE * 0.9) -> object:
    return kind_of(rules.remind_of_time(stand(share, SUMMARY, seconds=seconds), heard()))


def time_up(seconds: float) -> object:
    return kind_of(rules.time_up(stand(seconds=seconds), heard()))


def counted(seconds: float) -> float:
    stands = stand()
    turn = a_turn(2, "Said.", at=stands.asked_at + seconds)
    apply_candidate(stands, turn, heard())
    return stands.here.seconds


def left_open(words: int, unread: int) -> int:
    """How many points of a step stay open for words that nobody could judge."""
    steps = interview_record(stand(words=words, unread=unread), [], {}).steps
    return sum(one.verdict is Verdict.UNASSESSED for one in steps[0].assessments)


def quoted(length: int) -> int:
    """How long the quote is of a message of so many characters, in words of nine."""
    text = "".join("abcdefgh " for _ in range(50))[: length - 1] + "."
    turn = Turn(number=2, role="candidate", step=REQ, text=text, at=0.0)
    said = heard(intents=(Intent.QUESTION,))
    found = interview_record(stand(), [turn], {2: said}).observations[0].evidence
    return len(found.quote) if found else 0


def decided(points: int) -> bool:
    seen = interview_record(stand(points / ITEMS), [], {}).observations
    return next(one.seen for one in seen if one.id == "decided_with_reasons")


def after_dont_know(times: int) -> object:
    stands = stand(dont_knows=times)
    return kind_of(requests.dont_know(stands, heard(intents=(Intent.DONT_KNOW,))))


PROBE, CHALLENGE, REDIRECT = MoveKind.PROBE, MoveKind.CHALLENGE, MoveKind.REDIRECT
LISTEN, DIVE, CHANGED = MoveKind.LISTEN, MoveKind.DEEP_DIVE, MoveKind.CHANGE_CONSTRAINT
OPEN, WRAP_UP, CHECK = MoveKind.OPEN_STEP, MoveKind.WRAP_UP, MoveKind.CHECK_NUMBERS
BOUNDS: list[tuple[str, Callable[[], object], object]] = [
    # agenda
    ("CHALLENGES_A_STEP", lambda: challenge(1), CHALLENGE),
    ("CHALLENGES_A_STEP", lambda: challenge(2), None),
    ("CORE", lambda: first_asked(plain("a", 2), plain("b", 2, core=True)), "b"),
    ("CORE", lambda: first_asked(plain("a", 3), plain("b", 2, core=True)), "a"),
    ("CORE", lambda: first_asked(plain("a", 2), plain("b", 3, core=True), half="req_b"), "a"),
    ("CLOSE_TO_LAST", lambda: first_asked(plain("a", 3), plain("b", 2), touched="req_b"), "b"),
    ("CLOSE_TO_LAST", lambda: first_asked(plain("a", 2), plain("b", 1), touched="req_b"), "a"),
    (
        "CLOSE_TO_LAST",
        lambda: first_asked(plain("a", 2, core=True), plain("b", 3), touched="req_b", half="req_b"),
        "a",
    ),
    ("asked", lambda: first_asked(plain("a", 3), plain("b", 2), asked="req_a"), "b"),
    ("asked", lambda: first_asked(plain("a", 3), plain("b", 1), asked="req_a"), "a"),
    ("MINOR", lambda: asks(1), False),
    ("MINOR", lambda: asks(2), True),
    ("MINOR", lambda: asks(1, "neutral"), True),
    ("HALF_COVERED", lambda: coverage.still_open(meet(stand(), FRAMING, 0.49), FRAMING), None),
    ("HALF_COVERED", lambda: coverage.still_open(meet(stand(), FRAMING, 0.5), FRAMING), "fra_p50"),
    ("COVERED", lambda: passes_over(0.74), False),
    ("COVERED", lambda: passes_over(0.75), True),
    ("COVERED", lambda: probe(0.74), PROBE),
    ("COVERED", lambda: probe(0.75), None),
    ("COVERED", lambda: remind(0.74), MoveKind.REMIND_TIME),
    ("COVERED", lambda: remind(0.75), None),
    # detours
    ("LONG_INTERVIEW", lambda: detour(1.0, 20), None),
    ("LONG_INTERVIEW", lambda: detour(1.0, 30), CHANGED),
    ("STRONG_ENOUGH", lambda: detour(0.39), None),
    ("STRONG_ENOUGH", lambda: detour(0.4), CHANGED),
    ("SPARE_MINUTES", lambda: second_dive(WHOLE - (5 + 3) * 60), DIVE),
    ("SPARE_MINUTES", lambda: second_dive(WHOLE - (5 + 3) * 60 + 1), None),
    ("DEEP_DIVES", lambda: second_dive(0, dives=1), DIVE),
    ("DEEP_DIVES", lambda: second_dive(0, dives=2), None),
    # rules
    ("PROBES_A_STEP", lambda: probe(probes=1), PROBE),
    ("PROBES_A_STEP", lambda: probe(probes=2), None),
    ("PROBES_A_DRILL", lambda: probe(probes=7, drill="data"), PROBE),
    ("PROBES_A_DRILL", lambda: probe(probes=8, drill="data"), None),
    ("PROBES_IN_A_DIVE", lambda: deeper(2), PROBE),
    ("PROBES_IN_A_DIVE", lambda: deeper(3), None),
    ("CHECKS_A_STEP", lambda: check(0), CHECK),
    ("CHECKS_A_STEP", lambda: check(1), None),
    ("REDIRECTS", lambda: redirect(1), REDIRECT),
    ("REDIRECTS", lambda: redirect(2), None),
    ("EARLY", lambda: jump(answers=2), REDIRECT),
    ("EARLY", lambda: jump(answers=3), None),
    ("NEARLY_EMPTY", lambda: jump(0.14), REDIRECT),
    ("NEARLY_EMPTY", lambda: jump(0.15), None),
    ("jumps", lambda: jump(points=1), None),
    ("DOING_WELL", lambda: let_finish(0.49), None),
    ("DOING_WELL", lambda: let_finish(0.5), LISTEN),
    ("MESSAGES_A_STEP", lambda: let_finish(0.5, answers=2), LISTEN),
    ("MESSAGES_A_STEP", lambda: let_finish(0.5, answers=3), None),
    ("MESSAGES_A_STEP", lambda: let_finish(0.5, SUMMARY, answers=1), LISTEN),
    ("MESSAGES_A_STEP", lambda: let_finish(0.5, SUMMARY, answers=2), None),
    ("planned", lambda: let_finish(0.5, seconds=REQ_SECONDS - 1), LISTEN),
    ("planned", lambda: let_finish(0.5, seconds=REQ_SECONDS), None),
    ("planned", lambda: time_up(WHOLE - 1), None),
    ("planned", lambda: time_up(WHOLE), WRAP_UP),
    ("STEP_OVERRUN", lambda: overrun(1.5 * REQ_SECONDS - 1), None),
    ("STEP_OVERRUN", lambda: overrun(1.5 * REQ_SECONDS), OPEN),
    ("dont_know", lambda: after_dont_know(1), PROBE),
    ("dont_know", lambda: after_dont_know(2), MoveKind.OFFER_HINT),
    ("dont_know", lambda: after_dont_know(3), MoveKind.TELL),
    # state
    ("REMIND_AT", lambda: remind(0.0, 0.85 * WHOLE - 1), None),
    ("REMIND_AT", lambda: remind(0.0, 0.85 * WHOLE), MoveKind.REMIND_TIME),
    ("TURN_CAP_SECONDS", lambda: counted(299), 299),
    ("TURN_CAP_SECONDS", lambda: counted(301), 300),
    # record
    ("WORDS_A_POINT", lambda: left_open(words=90, unread=59), 1),
    ("WORDS_A_POINT", lambda: left_open(words=90, unread=60), 2),
    ("WORDS_A_POINT", lambda: left_open(words=29, unread=90), ITEMS),
    ("WORDS_A_POINT", lambda: left_open(words=30, unread=90), 3),
    ("QUOTED", lambda: quoted(200), 200),
    ("QUOTED", lambda: quoted(201), 197),
    ("decided", lambda: decided(2), False),
    ("decided", lambda: decided(3), True),
]


@pytest.mark.parametrize(
    ("found", "expected"), [pytest.param(found, then, id=name) for name, found, then in BOUNDS]
)
def test_on_each_side_of_a_bound(found: Callable[[], object], expected: object) -> None:
    assert found() == expected


@pytest.mark.parametrize("module", [coverage, detours, record, requests, rules, state])
def test_no_threshold_is_without_its_bounds(module: ModuleType) -> None:
    numbers = {
        name
        for name, value in vars(module).items()
        if name.isupper() and isinstance(value, int | float)
    }
    assert numbers <= {name for name, _, _ in BOUNDS}


def test_the_bounds_are_of_an_interview_of_45_minutes() -> None:
    assert planned_seconds(stand()) == WHOLE


def test_a_point_that_took_help_is_not_asked_about_again_and_half_of_one_is() -> None:
    stands = stand()
    met, half = earned("req_p0")[0], earned("req_p1", verdict=Verdict.PARTIAL)[0]
    helped = met.model_copy(update={"raised_by": RaisedBy.HINT3})
    stands.assessments = {one.item: one for one in (helped, half)}
    open_ = [item.id for item in coverage.open_items(stands, REQ)]
    assert "req_p0" not in open_ and "req_p1" in open_
