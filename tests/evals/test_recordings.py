"""Conversations with a model that were kept: replayed to the letter, or refused with the reason."""

from __future__ import annotations

import asyncio
import datetime
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from evals import recordings
from evals.__main__ import main
from evals.language_models import LanguageModel
from evals.recordings import CALLS, LABEL, changed_prompts, find_recording, write_label
from evals.subjects import library
from interviewer.brains.embedded.brain import EmbeddedBrain
from interviewer.core.errors import InterviewerError
from interviewer.core.settings import InterviewSettings, StepId
from interviewer.llm.configuration import LLMSettings
from interviewer.results.result import Result
from interviewer.simulation.endpoints.sensible import Sensible
from interviewer.simulation.endpoints.wire import MODEL, Asked, ScriptedModel
from interviewer.simulation.homes import temporary_places
from interviewer.simulation.player import Script, play

CASE = "video_recommendation"
DATE = datetime.date(2026, 11, 30)
SCRIPT = Script.model_validate(
    {
        "id": "short",
        "case_id": CASE,
        "settings": InterviewSettings(drill=StepId.MONITORING),
        "candidate": {"monitoring": ["I'd alert on the share of fallback answers by source."]},
    }
)


@pytest.fixture(scope="module")
def subject(tmp_path_factory: pytest.TempPathFactory) -> LanguageModel:
    return LanguageModel(tmp_path_factory.mktemp("cache"))


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory, subject: LanguageModel) -> Path:
    """A folder with one recording, of a scripted model, and its label."""
    folder = tmp_path_factory.mktemp("recordings")
    brain = subject._brain
    assert isinstance(brain, EmbeddedBrain)
    result = asyncio.run(_record(folder / "scripted" / CALLS, brain))
    (folder / "spoken.json").write_text(json.dumps(lines_of(result)), "utf-8")
    write_label("scripted", "A scripted model", ["short"], judged=False, today=DATE, folder=folder)
    return folder


async def _record(file: Path, brain: EmbeddedBrain) -> Result:
    llm = LLMSettings(base_url="http://127.0.0.1:9/v1", model=MODEL, record=file)
    model = ScriptedModel(Sensible(brain, library().cases[CASE]))
    with temporary_places() as places:
        played = await play(SCRIPT, places, brain="llm", embedded=brain, llm=llm, transport=model)
    return played.result


def lines_of(result: Result) -> list[str]:
    return [line.text for line in result.transcript]


def replayed(subject: LanguageModel, file: Path, monkeypatch: pytest.MonkeyPatch) -> Result:
    monkeypatch.setenv("INTERVIEWER_REPLAY", str(file))
    return asyncio.run(subject.play(SCRIPT)).result


def test_a_recording_answers_without_a_network(
    recorded: Path, subject: LanguageModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    recording = find_recording("scripted", recorded)
    result = replayed(subject, recording.calls, monkeypatch)
    assert lines_of(result) == json.loads((recorded / "spoken.json").read_text("utf-8"))
    assert result.usage["total"]["calls"]


def test_a_recording_of_other_words_is_refused_with_the_reason(
    recorded: Path, tmp_path: Path, subject: LanguageModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A prompt that says something else makes another request."""
    folder = tmp_path / "recordings" / "scripted"
    folder.mkdir(parents=True)
    calls = (recorded / "scripted" / CALLS).read_text("utf-8").splitlines()
    kept = [calls[0], *(line.replace('"key": "', '"key": "0') for line in calls[1:])]
    (folder / CALLS).write_text("\n".join(kept) + "\n", "utf-8")
    label = (recorded / "scripted" / LABEL).read_text("utf-8")
    (folder / LABEL).write_text(label.replace("grade: ", "grade: 9"), "utf-8")
    with pytest.raises(InterviewerError, match=r"not in the recording scripted.*grade 9\d"):
        replayed(subject, folder / CALLS, monkeypatch)


TALK = """
id: short
case_id: video_recommendation
settings: {drill: monitoring}
quality: weak
candidate:
  monitoring: ["I'd alert on the share of fallback answers by source. What runs today?"]
conversation:
  answers: [{step: monitoring, message: 1, quote: "What runs today?", facts: [existing_system]}]
  said: [{step: monitoring, message: 1, quote: "I'd alert on the share of fallback answers"}]
  lacks: [vector index]
"""


def test_a_conversation_is_kept_and_replayed_from_the_command_line(
    tmp_path: Path,
    subject: LanguageModel,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (tmp_path / "scripts").mkdir()
    (tmp_path / "scripts" / "short.yaml").write_text(TALK, "utf-8")
    monkeypatch.setattr("evals.suites.conversation.FOLDER", tmp_path / "scripts")
    monkeypatch.setattr("evals.__main__.RECORDINGS", tmp_path / "recordings")
    for name in ("INTERVIEWER_RECORD", "INTERVIEWER_REPLAY"):
        monkeypatch.setenv(name, "")  # what the command sets is taken back afterwards
        monkeypatch.delenv(name)
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9/v1")
    monkeypatch.setenv("INTERVIEWER_MODEL", MODEL)
    brain = subject._brain
    assert isinstance(brain, EmbeddedBrain)
    sensible = Sensible(brain, library().cases[CASE])
    monkeypatch.setattr(
        "interviewer.llm.clients.network", lambda _: ScriptedModel(_judging(sensible))
    )
    out = ["conversation", "--judge", "--json", "--out", str(tmp_path / "out")]
    assert main([*out, "--record", "tiny", "--answered-by", "A scripted model"]) == 0
    first = capsys.readouterr().out
    assert find_recording("tiny", tmp_path / "recordings").label.judged

    monkeypatch.delenv("INTERVIEWER_RECORD")
    monkeypatch.delenv("OPENAI_BASE_URL")
    monkeypatch.setattr("interviewer.llm.clients.network", _nobody)
    assert main([*out, "--recording", "tiny"]) == 0
    (before,), (after,) = json.loads(first), json.loads(capsys.readouterr().out)
    assert after["figures"] == before["figures"] and after["findings"] == before["findings"]
    assert "A scripted model" in after["rests_on"]


@pytest.mark.parametrize(
    ("before", "kept", "labelled", "after"),
    [
        pytest.param("", None, False, "new", id="the_first"),
        pytest.param("half", None, False, "new", id="after_one_that_broke_off"),
        pytest.param("whole half", "6", False, "whole new", id="after_a_whole_one_and_half"),
        pytest.param("whole ", None, True, "whole new", id="added_to_a_finished_recording"),
    ],
)
def test_only_whole_interviews_stay_recorded(
    tmp_path: Path, before: str, kept: str | None, labelled: bool, after: str
) -> None:
    calls = tmp_path / CALLS
    calls.write_text(before, "utf-8")
    if kept is not None:
        calls.with_suffix(recordings.KEPT).write_text(kept, "utf-8")
    if labelled:
        (tmp_path / LABEL).write_text("---\n---\n", "utf-8")
    with recordings.only_whole(calls), calls.open("a", encoding="utf-8") as stream:
        stream.write("new")
    assert calls.read_text("utf-8") == after
    with pytest.raises(OSError), recordings.only_whole(calls):
        calls.write_text(f"{after}more", "utf-8")
        raise OSError("broke off")
    with recordings.only_whole(calls):
        assert calls.read_text("utf-8") == after


def _judging(sensible: Sensible) -> Callable[[Asked], str]:
    def answer(asked: Asked) -> str:
        if "You check" not in asked.messages[0][1]:
            return sensible(asked)
        return json.dumps({"answered": ["q1"], "asks_again": [], "unfit": []})

    return answer


def _nobody(address: str) -> ScriptedModel:
    raise AssertionError(f"{address} was asked")


# Labels


def test_a_label_says_who_answered_when_and_what(recorded: Path) -> None:
    label = find_recording("scripted", recorded).label
    assert (label.answered_by, label.date, label.scripts) == ("A scripted model", DATE, ("short",))
    assert changed_prompts(label) == []
    older = label.model_copy(update={"prompts": {**label.prompts, "gone": 1, "grade": 0}})
    assert [line.split()[0] for line in changed_prompts(older)] == ["grade", "gone"]


def test_a_label_that_is_there_stays(recorded: Path) -> None:
    path = write_label("scripted", "Nobody", ["x"], judged=True, today=DATE, folder=recorded)
    assert "A scripted model" in path.read_text("utf-8")


@pytest.mark.parametrize(
    "label", [None, "# No front matter", "---\n- a list\n---\n", "---\ndate: 2026-11-30\n---\n"]
)
def test_a_recording_without_a_label_is_refused(tmp_path: Path, label: str | None) -> None:
    (tmp_path / "odd").mkdir()
    (tmp_path / "odd" / CALLS).write_text("{}\n", "utf-8")
    if label is not None:
        (tmp_path / "odd" / LABEL).write_text(label, "utf-8")
    with pytest.raises(InterviewerError, match="does not say who answered"):
        find_recording("odd", tmp_path)


def test_a_recording_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(InterviewerError, match="no recording 'odd'"):
        find_recording("odd", tmp_path)


def test_every_recording_that_is_kept_has_its_label() -> None:
    for calls in recordings.FOLDER.glob(f"*/{CALLS}"):
        assert find_recording(calls.parent.name).label.answered_by


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["flow", "--judge"], "belong to the suite conversation"),
        (["conversation", "--recording", "nobody"], "no recording 'nobody'"),
        (["conversation", "--record", "new"], "says who answered"),
        (["conversation", "--script", "vr_weak_rambling", "--accept"], "baseline"),
    ],
)
def test_what_does_not_go_together(
    arguments: list[str], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 1
    assert says in capsys.readouterr().err
