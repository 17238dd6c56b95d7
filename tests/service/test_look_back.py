"""The end of an interview with a language model: nothing is missing before it was looked for."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from interviewer.brains.embedded.brain import EmbeddedBrain
from interviewer.brains.llm.grading import CONTROL
from interviewer.core.assessment import RaisedBy, Verdict
from interviewer.core.debrief import Debrief
from interviewer.core.errors import EndpointError, RejudgementRefused
from interviewer.core.paths import Places
from interviewer.core.settings import InterviewSettings, StepId
from interviewer.judge.embedded import EmbeddedJudge
from interviewer.llm.usage import Kind
from interviewer.results.view import InterviewView
from interviewer.scoring import ItemResult
from interviewer.simulation.endpoints.sensible import FEEDBACK, Sensible
from interviewer.simulation.endpoints.wire import Asked, ScriptedModel
from tests.service.modelled import all_absent, opened, say
from tests.shipped import CASE_ID, shipped_case, the_judge

STEP = StepId.MONITORING
DRILL = InterviewSettings(drill=STEP)
ITEM = shipped_case().steps[STEP].items[0].id
SAID = "We compare what was predicted with what happened, hour by hour. It costs next to nothing."
FIRST = "We compare what was predicted with what happened, hour by hour."
Replies = Mapping[Kind, Callable[[Asked], str] | str]


@pytest.fixture(scope="session")
def judge(tmp_path_factory: pytest.TempPathFactory) -> EmbeddedJudge:
    return the_judge(tmp_path_factory)


def point(verdict: str = "met", at: int = 1, quote: str = FIRST, id_: str = ITEM) -> dict[str, Any]:
    return {"id": id_, "at": at, "evidence": quote, "reason": "By the hour.", "verdict": verdict}


def finding(*points: dict[str, Any], **more: Any) -> str:
    return json.dumps({"items": list(points), **more})


def closing(**parts: Any) -> str:
    return json.dumps({"beyond": [], "holes": [], **parts})


def regraded(asked: Asked, again: str) -> str:
    """Everything absent in the step; this where a second reading is asked for."""
    return all_absent(asked) if asked.section("STEP") else again


async def ended(places: Places, judge: EmbeddedJudge, replies: Replies) -> InterviewView:
    """An interview of one message, of which the model says this."""
    other = Sensible(EmbeddedBrain(judge), shipped_case())
    nothing: Replies = {
        Kind.NOTES: json.dumps({"intents": ["answer"]}),
        Kind.GRADE: lambda asked: regraded(asked, finding(point())),
        Kind.SWEEP: finding(),
        Kind.CLOSING: closing(),
    }

    def reply(asked: Asked) -> str:
        known = {**nothing, **replies}.get(asked.kind, other)
        return known if isinstance(known, str) else known(asked)

    async with opened(places, judge, ScriptedModel(reply)) as interviews:
        known = (await interviews.start(CASE_ID, DRILL, "llm")).interview_id
        await say(interviews, known, SAID)
        return await interviews.end(known)


def the_item(view: InterviewView) -> ItemResult:
    assert view.scorecard is not None
    return next(one for step in view.scorecard.steps for one in step.items if one.item == ITEM)


@pytest.mark.parametrize(
    ("found", "again", "verdict"),
    [
        pytest.param(point(), point(), Verdict.MET, id="found_and_confirmed"),
        pytest.param(point(), point("partial"), Verdict.PARTIAL, id="confirmed_in_part"),
        pytest.param(point(), point("absent", 0, ""), Verdict.ABSENT, id="not_confirmed"),
        pytest.param(point(at=2), point(), Verdict.ABSENT, id="quote_of_another_sentence"),
        pytest.param(point(quote="It pages us."), point(), Verdict.ABSENT, id="nobody_said_it"),
        pytest.param(point("absent"), point(), Verdict.ABSENT, id="not_found"),
        pytest.param(point(id_="made_up"), point(), Verdict.ABSENT, id="no_such_point"),
    ],
)
async def test_nothing_is_missing_before_the_whole_interview_was_looked_through(
    places: Places,
    judge: EmbeddedJudge,
    found: dict[str, Any],
    again: dict[str, Any],
    verdict: Verdict,
) -> None:
    replies: Replies = {
        Kind.SWEEP: finding(found),
        Kind.GRADE: lambda asked: regraded(asked, finding(again)),
    }
    item = the_item(await ended(places, judge, replies))
    assert item.verdict is verdict
    if verdict is not Verdict.ABSENT:
        assert (item.quote, item.turn, item.raised_by) == (FIRST, 2, RaisedBy.CANDIDATE)


PART = point("partial") | {"lacks": "what is done then"}
PART_REASON = "By the hour. Lacks: what is done then."
SECOND = "It costs next to nothing."


def part(lacks: str, reason: str = "Counted.", **more: Any) -> dict[str, Any]:
    return point("partial", **more) | {"reason": reason, "lacks": lacks}


@pytest.mark.parametrize(
    ("found", "again", "verdict", "reason"),
    [
        pytest.param(point(), point(), Verdict.MET, "By the hour.", id="met"),
        pytest.param(
            point(), point("absent", 0, ""), Verdict.PARTIAL, PART_REASON, id="not_confirmed"
        ),
        pytest.param(
            point(), part("a figure"), Verdict.PARTIAL, "By the hour.", id="met_only_to_the_first"
        ),
        pytest.param(
            part("a figure"),
            part("who is told"),
            Verdict.PARTIAL,
            "Counted. Lacks: a figure.",
            id="lacks_something_else",
        ),
        pytest.param(
            part("a figure"),
            point(),
            Verdict.PARTIAL,
            "Counted. Lacks: a figure.",
            id="met_only_to_the_second",
        ),
        pytest.param(
            part("a figure"),
            point("absent", 0, ""),
            Verdict.PARTIAL,
            PART_REASON,
            id="lacks_something_else_not_confirmed",
        ),
        pytest.param(
            part("what is done then"), point(), Verdict.PARTIAL, PART_REASON, id="no_news"
        ),
        pytest.param(
            part("what is done then and by whom"),
            point(),
            Verdict.PARTIAL,
            PART_REASON,
            id="lacks_more",
        ),
        pytest.param(
            part("what is done then", at=2, quote=SECOND),
            part("a figure", at=2, quote=SECOND),
            Verdict.PARTIAL,
            "Counted. Lacks: what is done then.",
            id="other_words",
        ),
        pytest.param(
            point("absent", 0, ""), point(), Verdict.PARTIAL, PART_REASON, id="called_absent"
        ),
        pytest.param(None, point(), Verdict.PARTIAL, PART_REASON, id="not_named"),
    ],
)
async def test_what_a_point_found_in_part_lacks_is_looked_for_everywhere(
    places: Places,
    judge: EmbeddedJudge,
    found: dict[str, Any] | None,
    again: dict[str, Any],
    verdict: Verdict,
    reason: str,
) -> None:
    def grade(asked: Asked) -> str:
        return finding(PART) if asked.section("STEP") else finding(again)

    swept = finding(*([found] if found else []))
    item = the_item(await ended(places, judge, {Kind.GRADE: grade, Kind.SWEEP: swept}))
    assert (item.verdict, item.reason) == (verdict, reason)


@pytest.mark.parametrize(
    ("found", "known", "now", "raised_by"),
    [
        (point(), "led", "", RaisedBy.CHALLENGE),
        (point(), "led", "own", RaisedBy.CANDIDATE),
        (point(), "own", "led", RaisedBy.CHALLENGE),
        (point(), "own", "", RaisedBy.CANDIDATE),
        (part("a figure"), "own", "led", RaisedBy.CANDIDATE),
        (part("a figure"), "led", "own", RaisedBy.CHALLENGE),
    ],
)
async def test_who_brought_up_what_is_new_counts_and_what_was_known_keeps_it(
    places: Places,
    judge: EmbeddedJudge,
    found: dict[str, Any],
    known: str,
    now: str,
    raised_by: RaisedBy,
) -> None:
    def grade(asked: Asked) -> str:
        return finding(PART | {"help": known} if asked.section("STEP") else found)

    swept = finding(found | {"help": now})
    item = the_item(await ended(places, judge, {Kind.GRADE: grade, Kind.SWEEP: swept}))
    assert (item.verdict, item.raised_by) == (Verdict(found["verdict"]), raised_by)


DOUBT = {"at": 1, "wrong": "It finds no drift.", "damage": 2}
NOTED = json.dumps({"intents": ["answer"], "doubts": [DOUBT]})


@pytest.mark.parametrize(
    ("believed", "state", "claims"),
    [
        pytest.param("upheld", "upheld", [("doubt_2_1", False)], id="stands"),
        pytest.param("upheld", "taken_back", [("doubt_2_1", True)], id="was_taken_back"),
        pytest.param("upheld", "sound", [], id="was_right_after_all"),
        pytest.param("taken_back", "upheld", [("doubt_2_1", False)], id="stands_after_all"),
        pytest.param("taken_back", "taken_back", [("doubt_2_1", True)], id="stays_taken_back"),
        pytest.param("taken_back", "sound", [], id="was_never_wrong"),
        pytest.param("taken_back", "", [("doubt_2_1", True)], id="nothing_said_of_it"),
    ],
)
async def test_what_became_of_wrong_claims_is_said_by_whoever_read_everything(
    places: Places,
    judge: EmbeddedJudge,
    believed: str,
    state: str,
    claims: list[tuple[str, bool]],
) -> None:
    def grade(asked: Asked) -> str:
        return finding(claims=[{"id": "doubt_2_1", "state": believed}])

    judged = [{"id": "doubt_2_1", "state": state}] if state else []
    replies: Replies = {
        Kind.NOTES: NOTED,
        Kind.GRADE: grade,
        Kind.SWEEP: finding(claims=judged),
    }
    card = (await ended(places, judge, replies)).scorecard
    assert card is not None
    flags = [flag for step in card.steps for flag in step.red_flags]
    assert [(flag.red_flag, flag.recovered) for flag in flags] == claims
    assert all(flag.statement == "It finds no drift." for flag in flags)


@pytest.mark.parametrize(
    ("believed", "state", "verdict"),
    [
        pytest.param("upheld", "upheld", Verdict.ABSENT, id="stands"),
        pytest.param("upheld", "sound", Verdict.MET, id="was_right_after_all"),
        pytest.param("taken_back", "upheld", Verdict.ABSENT, id="stands_after_all"),
        pytest.param("taken_back", "taken_back", Verdict.MET, id="the_rest_of_its_sentence"),
    ],
)
async def test_what_rests_on_a_wrong_claim_is_not_found_either(
    places: Places, judge: EmbeddedJudge, believed: str, state: str, verdict: Verdict
) -> None:
    def grade(asked: Asked) -> str:
        claims = [{"id": "doubt_2_1", "state": believed}]
        return finding(claims=claims) if asked.section("STEP") else finding(point())

    swept = finding(point(), claims=[{"id": "doubt_2_1", "state": state}])
    replies: Replies = {Kind.NOTES: NOTED, Kind.GRADE: grade, Kind.SWEEP: swept}
    assert the_item(await ended(places, judge, replies)).verdict is verdict


@pytest.mark.parametrize(
    ("part", "graded", "verdict"),
    [
        pytest.param("monitoring", point(), Verdict.ABSENT, id="its_own_step"),
        pytest.param("serving", point(), Verdict.ABSENT, id="another_step"),
        pytest.param("serving", point(at=2, quote=SECOND), Verdict.MET, id="other_words"),
    ],
)
async def test_a_wrong_claim_of_any_step_earns_nothing(
    places: Places, judge: EmbeddedJudge, part: str, graded: dict[str, Any], verdict: Verdict
) -> None:
    replies: Replies = {
        Kind.NOTES: json.dumps({"intents": ["answer"], "doubts": [DOUBT | {"part": part}]}),
        Kind.GRADE: finding(graded),
    }
    assert the_item(await ended(places, judge, replies)).verdict is verdict


IDEA = {"at": 1, "evidence": FIRST, "worth": "It sees an outage within the hour."}
HOLE = {"at": 2, "evidence": "costs next to nothing", "question": "Who pays?", "note": "cost"}


@pytest.mark.parametrize(
    ("reply", "beyond", "holes"),
    [
        pytest.param(closing(beyond=[IDEA], holes=[HOLE]), 1, 1, id="as_it_says"),
        pytest.param(closing(beyond=[IDEA | {"at": 2}]), 0, 0, id="idea_of_another_sentence"),
        pytest.param(closing(beyond=[IDEA | {"worth": ""}]), 0, 0, id="worth_nothing"),
        pytest.param(closing(beyond=[IDEA | {"worth": "Your score is 5."}]), 0, 0, id="a_score"),
        pytest.param(closing(holes=[HOLE | {"question": "<b>Who</b>?"}]), 0, 0, id="markup"),
        pytest.param(closing(holes=[HOLE | {"evidence": "It is cheap."}]), 0, 0, id="unsaid"),
        pytest.param(closing(holes=[HOLE | {"question": " "}]), 0, 0, id="no_question"),
    ],
)
async def test_what_is_beyond_the_list_rests_on_what_was_said(
    places: Places, judge: EmbeddedJudge, reply: str, beyond: int, holes: int
) -> None:
    card = (await ended(places, judge, {Kind.CLOSING: reply})).scorecard
    assert card is not None
    assert (len(card.beyond), len(card.holes)) == (beyond, holes)
    assert all((idea.quote, idea.turn, idea.step) == (FIRST, 2, STEP) for idea in card.beyond)
    assert all(hole.note == "" for hole in card.holes), "a note that nobody proposed is none"


async def test_where_nobody_can_look_back_the_verdicts_stand_and_noted_ideas_are_shown(
    places: Places, judge: EmbeddedJudge
) -> None:
    broken = "I would rather not."
    noted = {"intents": ["answer"], "beyond": [{"at": 1, "worth": "It sees outages at once."}]}
    replies: Replies = {
        Kind.NOTES: json.dumps(noted),
        Kind.SWEEP: broken,
        Kind.CLOSING: broken,
    }
    view = await ended(places, judge, replies)
    assert view.scorecard is not None and view.end_reason == "candidate"
    assert [idea.text for idea in view.scorecard.beyond] == ["It sees outages at once."]
    assert the_item(view).verdict is Verdict.ABSENT


async def test_what_was_found_is_read_again_as_it_was_stored(
    places: Places, judge: EmbeddedJudge
) -> None:
    replies: Replies = {
        Kind.SWEEP: finding(point()),
        Kind.CLOSING: closing(beyond=[IDEA], holes=[HOLE]),
    }
    view = await ended(places, judge, replies)
    async with opened(places, judge, ScriptedModel(lambda asked: "")) as interviews:
        again = await interviews.view(view.interview_id)
    assert again.scorecard == view.scorecard


# What is told afterwards

REMARK = {"step": "monitoring", "good": True, "text": f'You began with "{FIRST}"'}
TOLD = json.dumps({"claims": [], "remarks": [REMARK], "summary": FEEDBACK})


async def test_a_debrief_is_stored_with_the_interview(places: Places, judge: EmbeddedJudge) -> None:
    view = await ended(places, judge, {Kind.DEBRIEF: TOLD})
    async with opened(places, judge, ScriptedModel(lambda asked: "")) as interviews:
        again = await interviews.view(view.interview_id)
        result = await interviews.result(view.interview_id)
    assert [remark.text for remark in view.debrief.remarks] == [REMARK["text"]]
    assert again.debrief == result.debrief == view.debrief
    assert again.feedback == result.feedback == FEEDBACK


@pytest.mark.parametrize("reply", ["I would rather not.", '{"claims": []}', '{"summary": "Well."}'])
async def test_without_a_debrief_the_embedded_brain_sums_up(
    places: Places, judge: EmbeddedJudge, reply: str
) -> None:
    view = await ended(places, judge, {Kind.DEBRIEF: reply})
    told = await ended(places, judge, {Kind.DEBRIEF: TOLD})
    assert view.debrief == Debrief(summary=view.feedback)
    assert view.feedback not in ("", FEEDBACK)
    assert view.scorecard is not None and told.scorecard is not None
    assert view.scorecard.overall == told.scorecard.overall
    assert the_item(view) == the_item(told)


# Disputed verdicts


@pytest.mark.parametrize(
    ("again", "after", "counts"),
    [
        pytest.param(point(), Verdict.MET, Verdict.MET, id="said_after_all"),
        pytest.param(point("absent", 0, ""), Verdict.ABSENT, Verdict.ABSENT, id="not_said"),
    ],
)
async def test_i_did_say_this_is_read_in_the_whole_transcript(
    places: Places, judge: EmbeddedJudge, again: dict[str, Any], after: Verdict, counts: Verdict
) -> None:
    view = await ended(places, judge, {})
    asked: list[Asked] = []

    def reply(request: Asked) -> str:
        asked.append(request)
        return finding(again)

    async with opened(places, judge, ScriptedModel(reply)) as interviews:
        words = "It costs next to nothing."
        made = await interviews.rejudge(view.interview_id, ITEM, 2, words)
        card = (await interviews.view(view.interview_id)).scorecard
    assert (made.kind, made.before, made.after) == ("said", Verdict.ABSENT, after)
    assert [one.kind for one in asked] == [Kind.SWEEP]
    assert (
        asked[0].items == [ITEM, CONTROL]
        and asked[0].sentences[1] == FIRST
        and words in asked[0].user
    )
    item = next(one for step in card.steps for one in step.items if one.item == ITEM)  # type: ignore[union-attr]
    assert item.verdict is counts
    assert item.quote == (FIRST if counts is Verdict.MET else None)


async def test_a_second_reading_that_misquotes_is_none(
    places: Places, judge: EmbeddedJudge
) -> None:
    view = await ended(places, judge, {})
    model = ScriptedModel(lambda asked: finding(point(at=2)))
    async with opened(places, judge, model) as interviews:
        with pytest.raises(EndpointError):
            await interviews.rejudge(view.interview_id, ITEM, 2, FIRST)
        assert (await interviews.result(view.interview_id)).rejudgements == ()


async def test_credit_that_is_not_there_cannot_be_disputed(
    places: Places, judge: EmbeddedJudge
) -> None:
    view = await ended(places, judge, {})
    async with opened(places, judge, ScriptedModel(lambda asked: "")) as interviews:
        with pytest.raises(RejudgementRefused):
            await interviews.dispute(view.interview_id, ITEM, 2, FIRST)


@pytest.mark.parametrize(
    ("again", "counts"),
    [
        pytest.param(point("absent", 0, ""), Verdict.ABSENT, id="the_judge_agrees"),
        pytest.param(point("partial"), Verdict.PARTIAL, id="half_way"),
        pytest.param(point(), Verdict.MET, id="the_judge_does_not"),
        pytest.param(point("unassessed"), Verdict.MET, id="nobody_can_tell"),
    ],
)
async def test_credit_that_its_candidate_calls_wrong_is_lowered_where_the_judge_agrees(
    places: Places, judge: EmbeddedJudge, again: dict[str, Any], counts: Verdict
) -> None:
    view = await ended(places, judge, {Kind.SWEEP: finding(point())})
    assert the_item(view).verdict is Verdict.MET
    model = ScriptedModel(lambda asked: finding(again))
    async with opened(places, judge, model) as interviews:
        made = await interviews.dispute(view.interview_id, ITEM, 2, FIRST)
        assert await interviews.dispute(view.interview_id, ITEM, 2, FIRST) == made
        after = await interviews.view(view.interview_id)
    assert (made.kind, made.before) == ("not_earned", Verdict.MET)
    assert the_item(after).verdict is counts
    assert len(model.asked) == 1


@pytest.mark.parametrize(
    ("help_", "raised_by"),
    [("led", RaisedBy.CHALLENGE), ("own", RaisedBy.CANDIDATE), ("", RaisedBy.CANDIDATE)],
)
async def test_a_second_reading_tells_who_brought_the_point_up(
    places: Places, judge: EmbeddedJudge, help_: str, raised_by: RaisedBy
) -> None:
    view = await ended(places, judge, {})
    model = ScriptedModel(lambda asked: finding({**point(), "help": help_}))
    async with opened(places, judge, model) as interviews:
        made = await interviews.rejudge(view.interview_id, ITEM, 2, FIRST)
        after = await interviews.view(view.interview_id)
    assert made.raised_by is raised_by
    assert (the_item(after).verdict, the_item(after).raised_by) == (Verdict.MET, raised_by)
