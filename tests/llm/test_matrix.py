"""An interview outlives whatever its endpoint does, and is the model's again when that works.

Every misbehaviour meets a whole interview at the facade, over a real connection. By default each is
tried at calls of one kind; INTERVIEWER_FULL_MATRIX=1 tries all of them at all.
"""

from __future__ import annotations

import os
import re
import socket
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from interviewer.brains.embedded.brain import EmbeddedBrain
from interviewer.brains.llm.brain import BROKEN_REPLIES
from interviewer.cases.library import Library, load_library
from interviewer.core.errors import EndpointError
from interviewer.core.settings import InterviewSettings
from interviewer.core.transcript import Intent
from interviewer.judge.embedded import EmbeddedJudge
from interviewer.llm.breaker import Breaker
from interviewer.llm.configuration import LLMSettings, Style
from interviewer.llm.usage import Kind, Spent
from interviewer.results.view import InterviewView
from interviewer.service.interviews import Interviews, open_interviews
from interviewer.simulation.endpoints.misbehaving import NOWHERE, Misbehaving, Plan, misbehaving
from interviewer.simulation.endpoints.misbehaviours import ADDRESSES, INABILITIES, Misbehaviour
from interviewer.simulation.endpoints.sensible import FEEDBACK, Sensible
from interviewer.text.sentences import split_sentences
from tests.homes import places_in
from tests.shipped import CASE_ID, shipped_case

FULL = os.environ.get("INTERVIEWER_FULL_MATRIX") == "1"  # read before a test hides it

SAID: tuple[tuple[str, Intent | None], ...] = (
    ("I would optimise watch time per session, because clicks alone reward clickbait.", None),
    ("Let's move on.", Intent.MOVE_ON),
    (
        "I would predict the watch time of each video, because ranking by it serves the goal. "
        "Videos that nobody has seen yet need some impressions to start with.",
        None,
    ),
)
"""The messages of the candidate; nobody has to read the second."""
READ = {1, 3}  # exchanges with a call that reads the message
SPOKEN = {1, 2, 3}  # with a call that speaks
SWEPT = 1  # parts in which the look back finds something, which is then judged
GRADED = 2 + SWEPT  # parts that are judged as a whole

M, K = Misbehaviour, Kind
HEARS = K.NOTES
"""The call that reads a message."""
JUDGING = (HEARS, K.GRADE, K.SWEEP, K.CLOSING, K.DEBRIEF)
MADE = (K.REPLY, HEARS, K.GRADE, K.SWEEP, K.CLOSING, K.DEBRIEF)
"""The calls of an interview whose model asks its own questions."""
AT: dict[Misbehaviour, Kind] = {
    M.UNAUTHORIZED: HEARS,
    M.FORBIDDEN: K.GRADE,
    M.NO_MODEL: K.REPLY,
    M.LIMITED_AT_ONCE: K.REPLY,
    M.LIMITED_FOR_LONG: HEARS,
    M.LIMITED: K.DEBRIEF,
    M.BROKEN: K.REPLY,
    M.OVERLOADED: K.CLOSING,
    M.TOO_LONG: HEARS,
    M.NO_RESPONSE_FORMAT: HEARS,
    M.NO_SCHEMA: K.SWEEP,
    M.NO_TEMPERATURE: K.REPLY,
    M.NO_STREAM_OPTIONS: K.REPLY,
    M.SLOW: K.REPLY,
    M.DROPPED: HEARS,
    M.CUT: K.REPLY,
    M.ENDLESS: K.DEBRIEF,
    M.HUGE: HEARS,
    M.OUT_OF_TOKENS: K.SAY,
    M.EMPTY: K.DEBRIEF,
    M.NULL: K.REPLY,
    M.REFUSAL: K.GRADE,
    M.NOT_JSON: HEARS,
    M.WRONG_SHAPE: K.CLOSING,
    M.WEB_PAGE: K.DEBRIEF,
    M.ERROR_BODY: HEARS,
    M.NO_CHOICES: K.SWEEP,
}
"""The kind of call that each misbehaviour is tried at."""

UNREPEATED = {
    M.UNAUTHORIZED,
    M.FORBIDDEN,
    M.NO_MODEL,
    M.LIMITED_FOR_LONG,
    M.TOO_LONG,
    M.SLOW,
    M.ENDLESS,
    M.HUGE,
    M.REFUSAL,
    M.WEB_PAGE,
}
"""A second try would not help, or would come too late."""


def is_fatal(misbehaviour: Misbehaviour, kind: Kind) -> bool:
    """Whether one such reply is enough to lose the call."""
    if misbehaviour is M.CUT:
        return kind is K.SAY  # something of it had been heard
    if misbehaviour is M.REFUSAL:
        return kind in JUDGING  # LangChain drops it from a stream, which is then merely empty
    return misbehaviour in UNREPEATED


def is_harmless(misbehaviour: Misbehaviour, kind: Kind) -> bool:
    """Whether the call comes to something whatever happens."""
    if misbehaviour in INABILITIES:
        return True
    if misbehaviour is M.OUT_OF_TOKENS:
        return kind is not K.REPLY  # of which half a question is none
    return misbehaviour is M.WRONG_SHAPE and kind is K.SAY  # then the draft is said


def is_ever_harmless(misbehaviour: Misbehaviour) -> bool:
    return any(is_harmless(misbehaviour, kind) for kind in Kind)


class Setup(NamedTuple):
    """An interview that can be talked to, with its server."""

    interviews: Interviews
    server: Misbehaving
    id: str


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One database for all of these interviews."""
    return tmp_path_factory.mktemp("matrix")


trusted = cache(ssl.create_default_context)  # every client reads all certificates otherwise


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Second tries come at once, and nobody asks a name server."""
    monkeypatch.setattr("interviewer.llm.endpoint.BACKOFF", 0.0)
    monkeypatch.setattr(ssl, "create_default_context", trusted)
    known = socket.getaddrinfo

    def getaddrinfo(host: Any, *rest: Any, **options: Any) -> Any:
        if host in (NOWHERE, NOWHERE.encode()):
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return known(host, *rest, **options)

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)


@pytest.fixture
def always_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """No rest for an endpoint that fails, so that every call is made."""
    monkeypatch.setattr("interviewer.llm.endpoint.Breaker", Trusting)


class Trusting(Breaker):
    """Never opens."""

    def failed(self, error: EndpointError) -> None:
        """Thinks nothing of it."""


@cache
def library() -> Library:
    """Cases and frameworks, read once."""
    return load_library()


@asynccontextmanager
async def begun(
    judge: EmbeddedJudge, home: Path, plan: Plan | None, **settings: Any
) -> AsyncIterator[Setup]:
    """An interview that has just begun, with a model that judges as the embedded judge does."""
    own = EmbeddedBrain(judge)
    async with misbehaving(Sensible(own, shipped_case()), plan) as server:
        late = plan is not None and plan.misbehaviour is M.SLOW
        style = Style.GUIDED if plan is not None and plan.kind is K.SAY else Style.AUTO
        bounds = {"first_token_seconds": 2.0 if late else 60.0, "style": style, **settings}
        llm = LLMSettings(base_url=server.base_url, **bounds)
        async with open_interviews(places_in(home), llm=llm) as interviews:
            interviews.brains.embedded = own
            interviews._resources.library = library()
            view = await interviews.start(CASE_ID, InterviewSettings(), "llm")
            yield Setup(interviews, server, view.interview_id)


async def say(setup: Setup, number: int) -> list[str]:
    """One exchange, counted from 1."""
    text, intent = SAID[number - 1]
    said = setup.interviews.submit(setup.id, text, intent=intent)
    return [sentence async for sentence in said]


async def talk(setup: Setup) -> InterviewView:
    """The whole interview."""
    for number in range(1, len(SAID) + 1):
        assert await say(setup, number)
    return await setup.interviews.end(setup.id)


def stand_ins(view: InterviewView) -> set[int]:
    """Exchanges that the embedded brain took over."""
    spoken = [turn for turn in view.turns if turn.role == "interviewer"][1:]
    return {number for number, turn in enumerate(spoken, 1) if turn.stand_in}


def check_whole(view: InterviewView) -> None:
    """Every message has one reply, something was said in each, and it ended with a scorecard."""
    assert [turn.number for turn in view.turns] == list(range(1, 2 * len(SAID) + 2))
    assert "".join(turn.role[0] for turn in view.turns) == "ic" * len(SAID) + "i"
    assert all(turn.text.strip() for turn in view.turns)
    assert [turn.text for turn in view.turns[1::2]] == [text for text, _ in SAID]
    assert view.scorecard is not None and view.feedback.strip()
    assert (view.ended, view.unanswered) == (True, False)


def grades_of(view: InterviewView) -> int:
    """Calls for a grade that came to something."""
    spent = view.spent.get(K.GRADE, Spent())
    return spent.calls - spent.failed


def cells(*, lasting: bool) -> list[Any]:
    """Misbehaviours with the kinds of call they are tried at.

    Args:
        lasting: those that have to last to cost anything, where not all are wanted.
    """
    chosen = [(how, kind) for how in AT for kind in (*MADE, K.SAY)]
    if not FULL:
        chosen = [(how, kind) for how, kind in AT.items() if is_fatal(how, kind) is not lasting]
    return [pytest.param(how, kind, id=f"{how}-{kind}") for how, kind in chosen]


def test_every_misbehaviour_is_tried_and_every_kind_of_call() -> None:
    assert set(AT) == set(M) - ADDRESSES
    assert set(AT.values()) == {*MADE, K.SAY}


async def test_an_undisturbed_interview_is_the_models(judge: EmbeddedJudge, home: Path) -> None:
    async with begun(judge, home, None) as setup:
        view = await talk(setup)
        asked = [one.kind for one in setup.server.asked]
    check_whole(view)
    assert not stand_ins(view)
    assert view.feedback == FEEDBACK
    assert {kind: asked.count(kind) for kind in set(asked)} == {
        K.REPLY: len(SPOKEN),
        HEARS: len(READ),
        K.GRADE: GRADED,
        K.SWEEP: 1,
        K.CLOSING: 1,
        K.DEBRIEF: 1,
    }


@pytest.mark.usefixtures("always_asked")
@pytest.mark.parametrize(("how", "kind"), cells(lasting=False))
async def test_one_bad_reply_costs_one_exchange_at_most(
    judge: EmbeddedJudge, home: Path, how: Misbehaviour, kind: Kind
) -> None:
    async with begun(judge, home, Plan(how, kind)) as setup:
        view = await talk(setup)
        harmed = len(setup.server.harmed)
    check_whole(view)
    assert harmed >= 1
    lost = is_fatal(how, kind) and not is_harmless(how, kind)
    assert stand_ins(view) == ({1} if lost and kind in (HEARS, K.SAY, K.REPLY) else set())
    assert grades_of(view) == GRADED  # a step is judged again when the interview ends
    if kind is K.DEBRIEF and (lost or how in (M.WRONG_SHAPE, M.OUT_OF_TOKENS)):
        assert view.feedback != FEEDBACK
    else:
        assert view.feedback == FEEDBACK


@pytest.mark.usefixtures("always_asked")
@pytest.mark.parametrize(("how", "kind"), cells(lasting=True))
async def test_calls_of_one_kind_that_always_fail_leave_the_others_to_the_model(
    judge: EmbeddedJudge, home: Path, how: Misbehaviour, kind: Kind
) -> None:
    async with begun(judge, home, Plan(how, kind, times=None)) as setup:
        view = await talk(setup)
        asked = {one.kind for one in setup.server.asked}
    check_whole(view)
    harmless = is_harmless(how, kind)
    lost = {HEARS: READ, K.SAY: SPOKEN, K.REPLY: SPOKEN}.get(kind, set())
    if kind is K.REPLY and how in (M.WRONG_SHAPE, M.OUT_OF_TOKENS):
        lost = set(sorted(SPOKEN)[:BROKEN_REPLIES])  # from then on the model is guided
    assert stand_ins(view) == (set() if harmless else lost)
    ungraded = {K.GRADE: GRADED, K.SWEEP: SWEPT}.get(kind, 0)
    assert grades_of(view) == GRADED - (0 if harmless else ungraded)
    assert (view.feedback == FEEDBACK) is (kind is not K.DEBRIEF or how in INABILITIES)
    guided = kind is K.SAY or len(lost) == BROKEN_REPLIES and kind is K.REPLY
    assert asked - {K.SAY} == set(MADE) - ({K.REPLY} if kind is K.SAY else set())
    assert (K.SAY in asked) is guided


@pytest.mark.parametrize("how", sorted(ADDRESSES))
async def test_an_address_without_an_endpoint_leaves_all_to_the_embedded_brain(
    judge: EmbeddedJudge, home: Path, how: Misbehaviour
) -> None:
    async with begun(judge, home, Plan(how, times=None), model="scripted-1") as setup:
        view = await talk(setup)
        assert not setup.server.asked
    check_whole(view)
    assert stand_ins(view) == SPOKEN
    assert view.feedback != FEEDBACK


@pytest.mark.parametrize(
    ("how", "model"),
    [
        (M.BROKEN, "scripted-1"),
        (M.UNAUTHORIZED, None),
        *([(how, "scripted-1") for how in AT if not is_ever_harmless(how)] if FULL else ()),
    ],
)
async def test_an_endpoint_that_never_works_leaves_all_to_the_embedded_brain(
    judge: EmbeddedJudge, home: Path, how: Misbehaviour, model: str | None
) -> None:
    async with begun(judge, home, Plan(how, times=None), model=model) as setup:
        view = await talk(setup)
    check_whole(view)
    assert stand_ins(view) == SPOKEN
    assert grades_of(view) == 0
    assert view.feedback != FEEDBACK


@pytest.mark.usefixtures("always_asked")
async def test_a_server_that_is_away_for_one_exchange_costs_that_one(
    judge: EmbeddedJudge, home: Path
) -> None:
    async with begun(judge, home, None) as setup:
        await say(setup, 1)
        await setup.server.stop()
        await say(setup, 2)
        await setup.server.start()
        await say(setup, 3)
        view = await setup.interviews.end(setup.id)
    check_whole(view)
    assert stand_ins(view) == {2}
    assert grades_of(view) == GRADED
    assert view.feedback == FEEDBACK


@pytest.mark.usefixtures("always_asked")
@pytest.mark.parametrize(("times", "lost"), [(2, set()), (3, {1})])
async def test_a_call_is_made_three_times(
    judge: EmbeddedJudge, home: Path, times: int, lost: set[int]
) -> None:
    async with begun(judge, home, Plan(M.BROKEN, HEARS, times=times)) as setup:
        view = await talk(setup)
    check_whole(view)
    assert stand_ins(view) == lost


@pytest.mark.usefixtures("always_asked")
@pytest.mark.parametrize("number", [1, 2, 3] if FULL else [2])
async def test_words_cut_by_their_limit_are_whole_sentences(
    judge: EmbeddedJudge, home: Path, number: int
) -> None:
    plan = Plan(M.OUT_OF_TOKENS, K.SAY, first=number)
    async with begun(judge, home, plan) as setup:
        view = await talk(setup)
        draft = setup.server.harmed[0].section("DRAFT")
    said = view.turns[2 * number].text
    assert [sentence for sentence in split_sentences(said) if sentence not in draft] == []
    assert said.endswith(draft[-20:])


@pytest.mark.usefixtures("always_asked")
async def test_feedback_cut_by_its_limit_ends_with_a_sentence(
    judge: EmbeddedJudge, home: Path
) -> None:
    async with begun(judge, home, Plan(M.OUT_OF_TOKENS, K.DEBRIEF)) as setup:
        view = await talk(setup)
    assert re.search(r"[.!?][\"')]*$", view.feedback.strip()), view.feedback


async def test_shown_words_are_never_taken_back(judge: EmbeddedJudge, home: Path) -> None:
    async with begun(judge, home, Plan(M.CUT, K.SAY, times=None)) as setup:
        for number in sorted(SPOKEN):
            shown = await say(setup, number)
            view = await setup.interviews.view(setup.id)
            assert view.turns[-1].text == " ".join(shown)
