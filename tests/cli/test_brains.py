"""Brains in the terminal: the one that is asked for, who stands in, what it says and costs."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from interviewer.brains.embedded.brain import EmbeddedBrain
from interviewer.cli import conversation
from interviewer.cli.conversation import print_summary
from interviewer.cli.output import terminal
from interviewer.core.debrief import ClaimReview, Debrief, Exercise
from interviewer.judge.embedded import EmbeddedJudge
from interviewer.llm.usage import Kind, Spent
from interviewer.reports import build_result
from interviewer.reports.front import PRACTISE, WRONG
from interviewer.retrieval.embedding import shared_model
from interviewer.service.interviews import open_interviews
from interviewer.simulation.endpoints.sensible import FEEDBACK, Sensible
from interviewer.simulation.endpoints.wire import ScriptedModel
from tests.builders import a_case
from tests.cli.conftest import ANSWER, CASE, Run, assert_one_sentence, listed
from tests.models import SETTINGS
from tests.views import a_view

NOBODY = "http://user:hidden@127.0.0.1:9/v1"
STOOD_IN = "The embedded brain took this exchange."
ESCAPES = "\x1b[2J\u202e\r"


@pytest.fixture
def scripted(
    knowledge: Path, vectors: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[[], ScriptedModel]:
    """Conversations whose language model is a scripted one."""
    judge = EmbeddedJudge(lambda texts: shared_model().encode(texts), vectors)
    model = ScriptedModel(Sensible(EmbeddedBrain(judge), a_case()))
    opened = partial(open_interviews, llm=SETTINGS, transport=model)
    monkeypatch.setattr(conversation, "open_interviews", opened)
    return lambda: model


@pytest.mark.parametrize(
    ("options", "named", "asked"),
    [
        pytest.param([], "scripted-1", True, id="auto"),
        pytest.param(["--brain", "llm"], "scripted-1", True, id="llm"),
        pytest.param(["--brain", "embedded"], "the embedded brain", False, id="embedded"),
    ],
)
def test_the_brain_that_is_asked_for_plays(
    run: Run, scripted: Callable[[], ScriptedModel], options: list[str], named: str, asked: bool
) -> None:
    played = run("play", CASE, *options, input=f"{ANSWER}\n/end\n")
    assert (played.exit_code, played.stderr) == (0, "")
    assert f"You talk to {named}." in played.stdout.splitlines()[0]
    assert bool(scripted().asked) is asked
    assert (FEEDBACK[:60] in played.stdout) is asked
    assert ("What it cost: scripted-1, " in played.stdout) is asked
    assert STOOD_IN not in played.stdout

    (row,) = listed(run)
    assert (row["tokens"] > 0, row["dollars"]) == (asked, None)
    printed = run("list").stdout
    assert ("Tokens" in printed, f"{row['tokens']:,}" in printed) == (asked, True)
    assert ("unknown" in printed) is asked
    assert row["interview_id"] in printed


def test_a_reply_of_the_brain_behind_says_so_now_and_later(
    run: Run, knowledge: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", NOBODY)
    monkeypatch.setenv("OPENAI_API_KEY", "hidden")
    monkeypatch.setenv("INTERVIEWER_MODEL", "m")
    played = run("play", CASE, input=f"{ANSWER}\n")
    assert played.stdout.count(STOOD_IN) == 1
    assert "\nNothing answers at the endpoint. The embedded brain" in played.stdout
    resumed = run("resume", input="/quit\n")
    assert resumed.stdout.count(STOOD_IN) == 1
    assert "hidden" not in played.output + resumed.output + run("list").output


def test_without_a_language_model_the_llm_brain_is_refused(run: Run, knowledge: Path) -> None:
    refused = run("play", CASE, "--brain", "llm")
    assert_one_sentence(refused, 1, "No language model is set up", "OPENAI_API_KEY")
    assert listed(run) == []


@pytest.mark.parametrize(
    ("feedback", "spent", "shown", "missing"),
    [
        pytest.param("", {}, ["Scorecard"], ["What it cost"], id="old"),
        pytest.param("One.\n\nTwo.", {}, ["\nOne.\n\nTwo.\n"], ["What it cost"], id="feedback"),
        pytest.param(
            f"One.{ESCAPES}",
            {Kind.SAY: Spent(calls=2, prompt=1_500, output=10, dollars=0.02)},
            ["\nOne.[2J\n", "What it cost: m[2J, 2 calls, 1,510 tokens, $0.02."],
            list(ESCAPES[:1] + ESCAPES[5:]),
            id="cost",
        ),
    ],
)
def test_the_summary_has_the_closing_words_and_the_cost(
    feedback: str,
    spent: dict[Kind, Spent],
    shown: list[str],
    missing: list[str],
    capsys: pytest.CaptureFixture[str],
) -> None:
    told = Debrief(summary=feedback)
    view = a_view(debrief=told, spent=spent, brain=f"llm m{ESCAPES}, prompts 1")
    print_summary(terminal(), build_result(view), None)
    printed = capsys.readouterr().out
    assert all(part in printed for part in shown)
    assert not any(part in printed for part in missing)


def test_the_summary_names_what_was_kept_and_what_to_practise(
    capsys: pytest.CaptureFixture[str],
) -> None:
    kept = {"red_flags": ("req_flag",), "quote": f"One.{ESCAPES}", "turn": 2, "better": "B"}
    review = ClaimReview.model_validate(
        {**kept, "name": f"Kept{ESCAPES}", "kept": True, "why": "W"}
    )
    back = review.model_copy(update={"name": "Withdrawn", "kept": False})
    told = Debrief(claims=(back, review), exercises=(Exercise(title="Add", task=f"It.{ESCAPES}"),))
    print_summary(terminal(), build_result(a_view(debrief=told)), None)
    printed = capsys.readouterr().out
    assert f"\n{WRONG}\n- Kept[2J\n  “One.[2J” (turn 2)\n" in printed
    assert f"\n{PRACTISE}\n- Add: It.[2J\n" in printed and "Withdrawn" not in printed
    assert not any(char in printed for char in ESCAPES[:1] + ESCAPES[5:])
