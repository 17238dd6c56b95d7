"""The facade: every interview from its first words to its scorecard, and everything in between."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from interviewer.core.act import Act, Move, MoveKind
from interviewer.core.assessment import Verdict
from interviewer.core.errors import (
    InterviewEnded,
    InterviewerError,
    InterviewNotFound,
    KnowledgeError,
    MessageRejected,
    SettingsError,
    TurnConflict,
    UnknownCase,
)
from interviewer.core.settings import MESSAGE_LIMIT, InterviewSettings, Level, Mode, Persona, StepId
from interviewer.core.transcript import Intent
from interviewer.service.interviews import Interviews, open_interviews
from tests.homes import warm_places
from tests.service.sessions import (
    ANSWER,
    CASE,
    WaitingBrain,
    begin,
    quick,
    roles,
    say,
    store_unanswered,
)

# The real brain's model and vectors are loaded once for the module, so all tests share its loop.
pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def interviews(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Interviews]:
    """The real thing: the shipped case and the embedded brain."""
    async with open_interviews(warm_places(tmp_path_factory)) as opened:
        await opened.warm()
        yield opened


# Starting


async def test_an_interview_starts_with_its_opening(tmp_path: Path) -> None:
    async with quick(tmp_path, clock=lambda: 50.0, new_id=lambda: "mine") as interviews:
        view = await interviews.start(CASE, InterviewSettings(level=Level.STAFF), "embedded")
        assert view == await interviews.view("mine")
    assert (view.interview_id, view.brain, view.last_turn) == ("mine", "quick", 1)
    assert view.turns[0].at == 50.0
    assert view.turns[0].move == Move(
        kind=MoveKind.OPEN_STEP, step=StepId.REQUIREMENTS, acts=(Act.OPENING,)
    )
    assert view.settings.level is Level.STAFF
    assert not (view.ended or view.unanswered)
    assert view.scorecard is None
    assert [phase.status for phase in view.phases] == ["current", *["ahead"] * 6]
    assert view.seconds_planned == pytest.approx(45 * 60)


async def test_the_opening_is_the_case_in_the_interviewers_words(interviews: Interviews) -> None:
    view = await interviews.start(CASE, InterviewSettings())
    assert interviews.library.cases[CASE].opening in view.turns[0].text


@pytest.mark.parametrize(
    ("case_id", "settings", "brain", "error", "says"),
    [
        pytest.param("video_recomendation", {}, "auto", UnknownCase, CASE, id="misspelt_case"),
        pytest.param(CASE, {"variant": "huge"}, "auto", SettingsError, "variant", id="variant"),
        pytest.param(
            CASE, {"framework": "seven_steps"}, "auto", SettingsError, "seven_step", id="framework"
        ),
        pytest.param(CASE, {}, "psychic", SettingsError, "psychic", id="brain"),
    ],
)
async def test_what_is_not_there_cannot_be_started(
    interviews: Interviews,
    case_id: str,
    settings: dict[str, str],
    brain: str,
    error: type[InterviewerError],
    says: str,
) -> None:
    before = await interviews.summaries()
    with pytest.raises(error, match=says) as caught:
        await interviews.start(case_id, InterviewSettings(**settings), brain)
    assert caught.value.action
    assert await interviews.summaries() == before


VARIED: list[dict[str, Any]] = [
    *({"persona": persona} for persona in Persona),
    *({"mode": mode, "minutes": 20} for mode in Mode),
    *({"level": level} for level in Level),
    {"framework": "four_step"},
    {"drill": StepId.SERVING},
    {"drill": StepId.SUMMARY, "framework": "four_step"},
]


@pytest.mark.parametrize(
    "settings", VARIED, ids=lambda settings: "-".join(str(value) for value in settings.values())
)
async def test_every_setting_runs_to_a_scorecard(
    interviews: Interviews, settings: dict[str, Any]
) -> None:
    mine = await begin(interviews, **settings)
    for text in ("How many users are there?", ANSWER):
        assert await say(interviews, mine, text)
    view = await interviews.end(mine)
    assert roles(view) == "icici"
    assert view.scorecard is not None
    steps = (settings["drill"],) if "drill" in settings else tuple(StepId)
    assert tuple(step for phase in view.phases for step in phase.steps) == steps
    assert tuple(step.step for step in view.scorecard.steps) == steps


async def test_phases_follow_the_framework(interviews: Interviews) -> None:
    view = await interviews.start(CASE, InterviewSettings(framework="four_step"))
    assert [len(phase.steps) for phase in view.phases] == [2, 1, 1, 3]


async def test_every_variant_can_be_played(interviews: Interviews) -> None:
    for variant in interviews.library.cases[CASE].variants:
        mine = await begin(interviews, variant=variant.id)
        changed = {fact.id for fact in variant.facts}
        assert changed
        assert await say(interviews, mine, "What is the latency budget?")
        told = (await interviews.view(mine)).notebook.facts
        answers = {fact.id: fact.answer for fact in variant.facts}
        if "latency" in changed:
            assert answers["latency"] in told


async def test_a_sketch_may_speak_alone_and_says_something_only_once(
    interviews: Interviews,
) -> None:
    known = await begin(interviews)
    assert await say(interviews, known, "", sketch="app -> retrieval -> ranker")
    view = await interviews.view(known)
    turn = view.turns[1]
    assert (turn.text, turn.sketch) == ("", "app -> retrieval -> ranker")
    assert turn.whole == turn.sketch
    assert (view.last_turn, view.notebook.sketch) == (3, turn.sketch)
    for sketch in (turn.sketch, f"{turn.sketch}  \n", "", " \n"):
        with pytest.raises(MessageRejected, match="empty"):
            await say(interviews, known, " \n", sketch=sketch)
    assert (await interviews.view(known)).last_turn == 3
    assert (await interviews.end(known)).ended


# What the candidate says


async def test_a_message_is_stored_and_answered(interviews: Interviews) -> None:
    mine = await begin(interviews)
    pieces = await say(interviews, mine, after=1)
    view = await interviews.view(mine)
    assert roles(view) == "ici"
    assert [turn.number for turn in view.turns] == [1, 2, 3]
    assert view.turns[1].text == ANSWER
    assert Intent.ANSWER in view.turns[1].intents
    assert view.turns[2].text == " ".join(pieces)
    assert not view.unanswered


@pytest.mark.parametrize(
    ("text", "says"),
    [
        pytest.param("", "empty", id="empty"),
        pytest.param(" \n\t ", "empty", id="blank"),
        pytest.param("\x00\x1b\u202e\u2066", "empty", id="nothing_but_control_characters"),
        pytest.param("x" * (MESSAGE_LIMIT + 1), "12,001 characters", id="one_too_many"),
        pytest.param("long " * 20_000, "99,999 characters", id="100,000_characters"),
    ],
)
async def test_a_message_that_cannot_be_taken_is_not_stored(
    interviews: Interviews, text: str, says: str
) -> None:
    mine = await begin(interviews)
    with pytest.raises(MessageRejected, match=says):
        await say(interviews, mine, text)
    assert (await interviews.view(mine)).last_turn == 1


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        pytest.param("a\x00b\x1b[31m\x07c", "ab[31mc", id="control_characters_go"),
        pytest.param("safe\u202eevil\u202c \u2066x\u2069", "safeevil x", id="bidi_overrides_go"),
        pytest.param("  one\r\n\ttwo  \n", "one\n\ttwo", id="lines_and_tabs_stay"),
        pytest.param("half \ud83d of a pair", "half  of a pair", id="lone_surrogates_go"),
        pytest.param(
            "<script>alert('x')</script> & <b>bold</b>",
            "<script>alert('x')</script> & <b>bold</b>",
            id="html_is_text",
        ),
        pytest.param(
            "p99 ≤ 150 ms, 日本 👍🏽 é", "p99 ≤ 150 ms, 日本 👍🏽 é", id="any_script_stays"
        ),
        pytest.param("y" * MESSAGE_LIMIT, "y" * MESSAGE_LIMIT, id="exactly_the_limit"),
        pytest.param("'); DROP TABLE turns; --", "'); DROP TABLE turns; --", id="sql_is_text"),
        pytest.param("{text} %s {0}", "{text} %s {0}", id="templates_are_text"),
    ],
)
async def test_a_message_is_kept_as_text(interviews: Interviews, text: str, kept: str) -> None:
    mine = await begin(interviews)
    assert await say(interviews, mine, text)
    view = await interviews.view(mine)
    assert view.turns[1].text == kept
    assert roles(view) == "ici"


@pytest.mark.parametrize(
    ("intent", "kind", "step"),
    [
        pytest.param(Intent.HINT_REQUEST, MoveKind.OFFER_HINT, StepId.REQUIREMENTS, id="hint"),
        pytest.param(Intent.MOVE_ON, MoveKind.OPEN_STEP, StepId.FRAMING, id="move_on"),
        pytest.param(Intent.GO_BACK, MoveKind.LISTEN, StepId.REQUIREMENTS, id="nothing_before"),
        pytest.param(Intent.END, MoveKind.WRAP_UP, StepId.REQUIREMENTS, id="end"),
    ],
)
async def test_a_button_means_what_it_says_whatever_its_words(
    interviews: Interviews, intent: Intent, kind: MoveKind, step: StepId
) -> None:
    mine = await begin(interviews)
    await say(interviews, mine, "I pressed a button.", intent=intent)
    view = await interviews.view(mine)
    assert view.turns[1].intents == (intent,)
    assert view.turns[2].move is not None
    assert (view.turns[2].move.kind, view.step) == (kind, step)
    assert view.ended == (intent is Intent.END)


async def test_a_fact_that_was_asked_for_stands_in_the_notebook(interviews: Interviews) -> None:
    mine = await begin(interviews)
    await say(interviews, mine, "How many daily users do we have?")
    fact = interviews.library.cases[CASE].fact("daily_users").answer
    view = await interviews.view(mine)
    assert fact in view.turns[2].text
    assert fact in view.notebook.facts


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(
            "Ich würde zuerst klären, wie viele Nutzer es gibt und wie schnell die Antwort sein "
            "muss, weil davon die ganze Architektur abhängt.",
            id="german",
        ),
        pytest.param(
            "Yo empezaría por aclarar cuántos usuarios hay y qué tan rápida debe ser la respuesta, "
            "porque de eso depende toda la arquitectura.",
            id="spanish",
        ),
        pytest.param("まず、利用者の数と応答時間の制限を確認します。", id="japanese"),
    ],
)
async def test_another_language_is_unassessed_and_politely_so(
    interviews: Interviews, text: str
) -> None:
    mine = await begin(interviews)
    await say(interviews, mine, text)
    view = await interviews.view(mine)
    assert view.turns[1].intents == (Intent.UNJUDGEABLE,)
    assert "English" in view.turns[2].text
    await say(interviews, mine, "Let's move on.", intent=Intent.MOVE_ON)
    assert (await interviews.result(mine)).steps == ()  # nothing is scored before the end
    card = (await interviews.end(mine)).scorecard
    assert card is not None
    assert (card.steps[0].score, card.steps[0].status) == (None, "unassessed")
    assert {item.verdict for item in card.steps[0].items} == {Verdict.UNASSESSED}
    assert card.overall is None


# Two windows


async def test_a_window_that_missed_something_conflicts(interviews: Interviews) -> None:
    mine = await begin(interviews)
    await say(interviews, mine, after=1)
    with pytest.raises(TurnConflict, match="another window"):
        await say(interviews, mine, "From the other window.", after=1)
    assert roles(await interviews.view(mine)) == "ici"
    assert await say(interviews, mine, after=3)


async def test_of_two_messages_at_once_one_is_answered(interviews: Interviews) -> None:
    mine = await begin(interviews)
    outcomes = await asyncio.gather(
        say(interviews, mine, "Mine first."),
        say(interviews, mine, "No, mine."),
        return_exceptions=True,
    )
    assert [type(outcome) for outcome in outcomes] == [list, TurnConflict]
    assert len(str(outcomes[1]).split(". ")) <= 2
    view = await interviews.view(mine)
    assert [turn.text for turn in view.turns if turn.role == "candidate"] == ["Mine first."]


async def test_of_two_processes_one_answers(tmp_path: Path) -> None:
    async with quick(tmp_path) as one, quick(tmp_path) as other:
        mine = await begin(one)
        outcomes = await asyncio.gather(
            say(one, mine, "One.", after=1),
            say(other, mine, "Other.", after=1),
            return_exceptions=True,
        )
        kinds = sorted(type(outcome).__name__ for outcome in outcomes)
        assert kinds == ["TurnConflict", "list"]
        assert roles(await one.view(mine)) == "ici"
        assert await say(one, mine, "And on.") and await say(other, mine, "And on in the other.")


@pytest.mark.slow
async def test_many_interviews_go_on_at_once(tmp_path: Path) -> None:
    async with quick(tmp_path) as interviews:
        everybody = [await begin(interviews) for _ in range(20)]
        for _ in range(3):
            await asyncio.gather(*(say(interviews, mine, f"I am {mine}.") for mine in everybody))
        for mine in everybody:
            view = await interviews.view(mine)
            assert roles(view) == "icicici"
            assert {t.text for t in view.turns if t.role == "candidate"} == {f"I am {mine}."}


# Ending


async def test_an_ended_interview_takes_nothing_more(interviews: Interviews) -> None:
    mine = await begin(interviews)
    await say(interviews, mine)
    ended = await interviews.end(mine)
    assert ended.end_reason == "candidate"
    assert ended.scorecard is not None
    with pytest.raises(InterviewEnded, match="has ended"):
        await say(interviews, mine, "One more thing.")
    assert [words async for words in interviews.resume(mine)] == []
    assert await interviews.end(mine) == ended == await interviews.view(mine)


async def test_the_result_is_kept_and_listed(interviews: Interviews) -> None:
    mine = await begin(interviews)
    await say(interviews, mine)
    assert (await interviews.result(mine)).end_reason is None
    view = await interviews.end(mine)
    result = await interviews.result(mine)
    assert view.scorecard is not None
    assert (result.overall, result.end_reason) == (view.scorecard.overall, "candidate")
    assert [line.text for line in result.transcript] == [turn.text for turn in view.turns]
    listed = {one.interview_id: one for one in await interviews.summaries()}[mine]
    assert (listed.turns, listed.overall, listed.end_reason) == (3, result.overall, "candidate")
    assert listed.case_title == view.case_title


async def test_the_last_words_end_the_interview(interviews: Interviews) -> None:
    mine = await begin(interviews, drill=StepId.SUMMARY)
    await say(interviews, mine, "Let's stop.", intent=Intent.MOVE_ON)
    view = await interviews.view(mine)
    assert view.end_reason == "completed"
    assert view.scorecard is not None
    assert view.scorecard.recommendation is None  # a drill recommends nothing


async def test_what_was_said_last_still_counts(tmp_path: Path) -> None:
    async with quick(tmp_path) as interviews:
        mine = await begin(interviews)
        await store_unanswered(tmp_path, mine)
        view = await interviews.end(mine)
    assert roles(view) == "ici"
    assert (view.end_reason, view.unanswered) == ("candidate", False)


async def test_an_end_waits_for_the_reply_under_way(tmp_path: Path) -> None:
    brain = WaitingBrain()
    async with quick(tmp_path, brain=brain) as interviews:
        mine = await begin(interviews)
        talking = asyncio.create_task(say(interviews, mine))
        await brain.speaking.wait()
        ending = asyncio.create_task(interviews.end(mine))
        await asyncio.sleep(0)
        brain.go_on.set()
        await talking
        view = await ending
    assert (roles(view), view.end_reason) == ("ici", "candidate")


# Sudden death and recovery; `test_resume.py` kills real processes


async def test_nothing_is_resumed_where_everything_is_answered(interviews: Interviews) -> None:
    mine = await begin(interviews)
    assert [words async for words in interviews.resume(mine)] == []
    assert roles(await interviews.view(mine)) == "i"


# The clock


async def test_only_the_candidates_time_counts(tmp_path: Path) -> None:
    now = [1000.0]
    async with quick(tmp_path, clock=lambda: now[0]) as interviews:
        mine = await begin(interviews)
        for waited in (40.0, 3600.0, -5.0):
            now[0] += waited
            await say(interviews, mine)
        view = await interviews.view(mine)
    assert view.seconds_used == 40 + 300 + 0


# What a brain is shown


async def test_notes_and_passages(interviews: Interviews) -> None:
    note = interviews.note("position_bias")
    assert note is not None
    assert "position" in note.title.lower()
    assert interviews.note("no_such_concept") is None
    with pytest.raises(KnowledgeError) as caught:
        await interviews.search("position bias")
    assert caught.value.action


async def test_one_answer_is_graded(interviews: Interviews) -> None:
    model_answer = interviews.library.cases[CASE].steps[StepId.DATA].model_answer
    good = await interviews.grade(CASE, "data", model_answer)
    bad = await interviews.grade(CASE, "data", "I would use a lot of data.")
    assert good.score is not None and bad.score is not None
    assert good.score > bad.score + 1
    with pytest.raises(SettingsError, match="no step 'dta'"):
        await interviews.grade(CASE, "dta", "Anything.")
    with pytest.raises(UnknownCase):
        await interviews.grade("nothing", "data", "Anything.")


# Ids and databases that are not usable

Action = Callable[[Interviews], Awaitable[object]]


@pytest.mark.parametrize(
    "act",
    [
        pytest.param(lambda i: i.view("nowhere"), id="view"),
        pytest.param(lambda i: i.result("nowhere"), id="result"),
        pytest.param(lambda i: i.end("nowhere"), id="end"),
        pytest.param(lambda i: say(i, "nowhere"), id="submit"),
        pytest.param(lambda i: anext(i.resume("nowhere")), id="resume"),
    ],
)
async def test_an_unknown_interview_is_named(interviews: Interviews, act: Action) -> None:
    with pytest.raises(InterviewNotFound, match="'nowhere'"):
        await act(interviews)
