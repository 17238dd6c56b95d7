"""Interviews in the terminal: played, left, resumed, listed, exported."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import Result

from interviewer.cli.conversation import UNSENT, WordStream
from interviewer.cli.output import terminal, write_file
from interviewer.core.paths import read_places
from interviewer.core.settings import InterviewSettings
from interviewer.reports.wording import graded
from interviewer.results.clock import UNKNOWN_DATE
from interviewer.results.result import report_name
from interviewer.scoring import Band
from interviewer.service.interviews import open_interviews
from interviewer.store import open_store
from tests.builders import a_framework, a_turn, as_yaml
from tests.cli.conftest import ANSWER, CASE, Run, assert_one_sentence, listed
from tests.rows import a_row


def play(run: Run, *lines: str, options: tuple[str, ...] = ()) -> Result:
    return run("play", CASE, *options, input="".join(f"{line}\n" for line in lines))


def test_an_interview_can_be_left_listed_resumed_and_ended(run: Run, knowledge: Path) -> None:
    left = play(run, ANSWER, "/hint", "/notes", options=("--level", "mid"))
    (row,) = listed(run)
    assert (left.exit_code, left.stderr) == (0, "")
    assert f"interviewer resume {row['interview_id']}" in left.stdout
    assert (row["turns"], row["settings"]["level"], row["end_reason"]) == (5, "mid", None)
    shown = run("list").stdout
    assert f"{row['interview_id']}  {CASE}" in shown
    assert re.search(r"  open +- +-$", shown.rstrip(), re.MULTILINE) and "none" not in shown

    ended = run("resume", input="/skip\n/back\n/end\n")
    assert ended.exit_code == 0
    # What was said before is on the screen again, and only once.
    assert ended.stdout.count("Could I have a hint?") == 1
    assert "Scorecard" in ended.stdout
    assert f"interviewer export {row['interview_id']}" in ended.stdout
    assert listed(run)[0]["end_reason"] == "candidate"


@pytest.mark.parametrize(("mode", "lines"), [("practice", 1), ("real", 0)])
def test_practice_says_what_was_heard_of_a_step_once(
    run: Run, knowledge: Path, mode: str, lines: int
) -> None:
    said = play(run, ANSWER, "/skip", "Let me think.", options=("--mode", mode)).stdout
    assert len(re.findall(r"^Goals and constraints[:,] ", said, re.MULTILINE)) == lines
    assert "Goals and constraints" not in run("resume", input="/notes\n").stdout


def test_commands_are_said_in_words(run: Run, knowledge: Path) -> None:
    play(run, "/hint", "/skip", "/back", "/end")
    (row,) = listed(run)
    result = json.loads(run("export", row["interview_id"], "--format", "json").stdout)
    said = [(line["text"], line["intents"][0]) for line in result["transcript"][1::2]]
    assert said == [
        ("Could I have a hint?", "hint_request"),
        ("Let's move on to the next step.", "move_on"),
        ("Could we go back to the previous step?", "go_back"),
        ("Let's end the interview here.", "end"),
    ]


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        pytest.param("", "Nothing was written", id="empty"),
        pytest.param("x" * 20_000, "20,000 characters", id="too-long"),
        pytest.param("/nope", "no command /nope", id="unknown-command"),
        pytest.param("/hint please", "/hint stands alone", id="words-after-a-command"),
        pytest.param("exit", "/quit leaves", id="meant-to-leave"),
        pytest.param("?", "/hint asks for a hint", id="wants-help"),
        pytest.param("\x1b\u202e", "Nothing was written", id="control-characters"),
    ],
)
def test_a_refused_message_changes_nothing(
    run: Run, knowledge: Path, line: str, complaint: str
) -> None:
    result = play(run, line)
    assert result.exit_code == 0
    assert complaint in result.stdout
    assert listed(run)[0]["turns"] == 1


def test_a_message_of_several_lines_and_a_sketch(run: Run, knowledge: Path) -> None:
    play(run, "/sketch", "app -> store", "  -> model", ".", "/long", ANSWER, "", "/end it", ".")
    (row,) = listed(run)
    said = json.loads(run("export", row["interview_id"], "--format", "json").stdout)["transcript"]
    assert said[1]["text"] == f"{ANSWER}\n\n/end it"
    assert said[1]["sketch"] == "app -> store\n  -> model"


def test_a_sketch_goes_alone_and_once(run: Run, knowledge: Path) -> None:
    play(run, "/sketch", "app -> store  ", ".", "", "", "/sketch", ".", "")
    (row,) = listed(run)
    said = json.loads(run("export", row["interview_id"], "--format", "json").stdout)["transcript"]
    assert [(line["text"], line["sketch"]) for line in said[1::2]] == [("", "app -> store")]


@pytest.mark.parametrize(
    ("lines", "news"),
    [
        pytest.param(["."], "The sketch is empty now.", id="emptied"),
        pytest.param(["x" * 9_000, "."], "9,000 characters", id="too-long"),
        pytest.param(["a -> b"], "Your last sketch was not sent:\na -> b\n", id="never-sent"),
    ],
)
def test_what_became_of_a_sketch(run: Run, knowledge: Path, lines: list[str], news: str) -> None:
    assert news in play(run, "/sketch", *lines).stdout


def test_a_pause_is_shown_by_the_clock(run: Run, knowledge: Path) -> None:
    shown = play(run, "/pause", "/pause", ANSWER).stdout
    assert "paused already" in shown
    assert re.findall(r"0:00 of 45:00(.*)", shown) == ["", ", paused", ", paused", ""]


def test_a_pause_is_said_and_refused_in_real_mode(run: Run, knowledge: Path) -> None:
    assert "Paused." in play(run, "/pause").stdout
    assert "Real mode has no pause." in play(run, "/pause", options=("--mode", "real")).stdout
    assert [row["turns"] for row in listed(run)] == [1, 1]


def test_quit_leaves_the_rest_of_the_input_alone(run: Run, knowledge: Path) -> None:
    result = play(run, "/quit", "never said")
    assert "never said" not in result.stdout
    assert "interviewer resume" in result.stdout


@pytest.mark.parametrize(
    ("mode", "shown"), [pytest.param("practice", True), pytest.param("real", False)]
)
def test_only_practice_shows_the_phases(run: Run, knowledge: Path, mode: str, shown: bool) -> None:
    (knowledge / "frameworks").mkdir()
    (knowledge / "frameworks" / "two_phases.yaml").write_text(as_yaml(a_framework()), "utf-8")
    result = play(run, options=("--mode", mode, "--framework", "two_phases"))
    assert ("── Think ──" in result.stdout) is shown


@pytest.mark.parametrize(
    ("flags", "parts"),
    [
        pytest.param(["--variant", "nope"], ["'nope'", "night"], id="variant"),
        pytest.param(["--framework", "nope"], ["'nope'", "seven_step"], id="framework"),
    ],
)
def test_settings_that_are_not_there(
    run: Run, knowledge: Path, flags: list[str], parts: list[str]
) -> None:
    assert_one_sentence(run("play", CASE, *flags), 1, *parts)


async def test_an_unanswered_turn_is_answered_by_resume(run: Run, knowledge: Path) -> None:
    places = read_places()
    async with open_interviews(places) as interviews:
        view = await interviews.start(CASE, InterviewSettings())
    async with open_store(places.database) as store:
        # As a crash leaves it: the turn is stored, the reply is not.
        await store.add_candidate_turn(view.interview_id, a_turn(2, ANSWER))

    # The command runs its own event loop, which this one must not be in the way of.
    result = await asyncio.to_thread(resume_in_child, view.interview_id)
    assert result.returncode == 0
    assert result.stdout.count("\nInterviewer\n") == 2
    assert listed_turns(await asyncio.to_thread(run, "list", "--json")) == 3


def resume_in_child(interview_id: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "from interviewer.cli import main; main()"]
    return subprocess.run(
        [*command, "resume", interview_id],
        input="",
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


def listed_turns(result: Result) -> int:
    turns: int = json.loads(result.stdout)[0]["turns"]
    return turns


@pytest.mark.skipif(sys.platform == "win32", reason="SIGINT cannot be sent to a child there")
def test_ctrl_c_keeps_the_interview(run: Run, knowledge: Path) -> None:
    child = subprocess.Popen(
        [sys.executable, "-c", "from interviewer.cli import main; main()", "play", CASE],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )
    assert child.stdout is not None
    seen = ""
    while not seen.endswith("You › "):
        letter = child.stdout.read(1)
        assert letter, "the program ended before it asked"
        seen += letter
    child.send_signal(signal.SIGINT)
    out, err = child.communicate(timeout=30)
    assert (child.returncode, err) == (0, "")
    assert f"interviewer resume {listed(run)[0]['interview_id']}" in out


def test_the_beginning_of_an_id_names_the_interview(run: Run, knowledge: Path) -> None:
    play(run, ANSWER)
    (row,) = listed(run)
    whole = row["interview_id"]
    begins = whole[:8]
    assert run("export", begins).stdout == run("export", whole).stdout != ""
    assert_one_sentence(run("export", whole[:3]), 1, repr(whole[:3]), "interviewer list")
    assert_one_sentence(run("show", begins), 1, "not a case", f"export {whole}", f"resume {whole}")
    assert "Scorecard" in run("resume", begins.upper(), input="/end\n").stdout
    assert run("delete", begins, whole, "--yes").exit_code == 0
    assert listed(run) == []


async def test_a_beginning_that_several_ids_have_names_none(run: Run, knowledge: Path) -> None:
    async with open_store(read_places().database) as store:
        for at in ("a", "b"):
            await store.create_interview(a_row(f"abcd{at}"))
    assert_one_sentence(await asyncio.to_thread(run, "export", "abcd"), 1, "2 interviews")


def test_a_sketch_that_was_not_sent_goes_with_the_end(run: Run, knowledge: Path) -> None:
    out = play(run, "/sketch", "app -> store", ".", "/end").stdout
    assert UNSENT in out
    (row,) = listed(run)
    said = json.loads(run("export", row["interview_id"], "--format", "json").stdout)["transcript"]
    assert "app -> store" in [line.get("sketch") for line in said]
    assert UNSENT not in play(run, ANSWER, "/end").stdout


def test_a_transcript_shows_the_sketches(run: Run, knowledge: Path) -> None:
    play(run, "/sketch", "app -> store", ".", "", "/end")
    out = run("resume", listed(run)[0]["interview_id"]).stdout
    assert "You\n(a sketch alone)\n\nSketch\napp -> store\n" in out


@pytest.mark.parametrize(
    ("words", "parts"),
    [
        pytest.param(["resume", "nope"], ["'nope'", "interviewer list"], id="resume-unknown"),
        pytest.param(["resume"], ["No interview is open", "interviewer play"], id="resume-none"),
        pytest.param(["export", "nope"], ["'nope'", "interviewer list"], id="export-unknown"),
    ],
)
def test_interviews_that_are_not_there(run: Run, words: list[str], parts: list[str]) -> None:
    assert_one_sentence(run(*words), 1, *parts)


def test_the_list_shows_the_score_as_the_scorecard_does(run: Run, knowledge: Path) -> None:
    card = play(run, ANSWER, "/end").stdout
    (row,) = listed(run)
    shown = graded(row["overall"], Band.model_validate(row["band"]))
    report = run("export", row["interview_id"]).stdout
    assert all(shown in text for text in (run("list").stdout, card, report))


@pytest.mark.parametrize(
    ("band", "shown"), [({"low": 2.2, "high": 5.0}, "good, 2–5"), (None, "good, 3–5")]
)
async def test_the_list_takes_the_band_that_is_stored(
    run: Run, band: dict[str, float] | None, shown: str
) -> None:
    async with open_store(read_places().database) as store:
        await store.create_interview(a_row(end_reason="completed", ended_at=2_000.0))
        await store.save_result("one", {"overall": 4.4, "band": band})
    assert shown in (await asyncio.to_thread(run, "list")).stdout


@pytest.mark.parametrize("at", [1e18, -1e18, 1e300])
async def test_an_absurd_date_spoils_no_list(run: Run, knowledge: Path, at: float) -> None:
    """As a machine whose clock was wrong wrote it."""
    database = read_places().database
    async with open_store(database) as store:
        await store.create_interview(a_row(created_at=at))
        await store.create_interview(a_row("other"))
    shown = await asyncio.to_thread(run, "list")
    assert (shown.exit_code, shown.stderr) == (0, "")
    assert len(shown.stdout.splitlines()) == 3 and shown.stdout.count(UNKNOWN_DATE) == 1


def test_an_empty_list_says_how_to_start(run: Run) -> None:
    assert "interviewer play CASE" in run("list").stdout
    assert listed(run) == []


def test_export_writes_what_it_prints_and_overwrites_only_by_force(
    run: Run, knowledge: Path, tmp_path: Path
) -> None:
    play(run, ANSWER, "/end")
    id_ = listed(run)[0]["interview_id"]
    firsts = {"md": "# Scorecard: A warehouse\n", "html": "<!doctype html>\n", "json": "{\n"}
    for format_, first in firsts.items():
        out = tmp_path / f"card.{format_}"
        printed = run("export", id_, "--format", format_)
        assert (printed.exit_code, printed.stderr) == (0, "")
        assert printed.stdout.startswith(first)
        assert ANSWER[:40] in printed.stdout

        assert run("export", id_, "--format", format_, "--out", out).exit_code == 0
        assert out.read_text("utf-8") == printed.stdout
        out.write_text("mine", encoding="utf-8")
        refused = run("export", id_, "--format", format_, "--out", out)
        assert_one_sentence(refused, 1, "exists already", "--force")
        assert out.read_text("utf-8") == "mine"
        assert run("export", id_, "--format", format_, "--out", out, "--force").exit_code == 0
        assert out.read_text("utf-8") == printed.stdout


@pytest.mark.parametrize(
    ("name", "part"),
    [
        pytest.param("card.docx", "cannot be written as .docx", id="another-format"),
        pytest.param("nope/card.md", "No such file or directory", id="no-such-folder"),
    ],
)
def test_export_to_a_place_that_cannot_be_written(
    run: Run, knowledge: Path, tmp_path: Path, name: str, part: str
) -> None:
    play(run)
    id_ = listed(run)[0]["interview_id"]
    assert_one_sentence(run("export", id_, "--out", tmp_path / name), 1, part)


@pytest.mark.parametrize("format_", ["md", "html"])
def test_export_names_notes_by_their_titles(run: Run, knowledge: Path, format_: str) -> None:
    note = knowledge / "concepts" / "latency_budget.md"
    note.parent.mkdir()
    note.write_text("# Where the milliseconds go\n\nThey are shared out.\n", "utf-8")
    play(run, "/skip", "/end")  # a step left out has gaps, whoever judges
    printed = run("export", listed(run)[0]["interview_id"], "--format", format_)
    assert "Where the milliseconds go" in printed.stdout


@pytest.mark.parametrize(
    ("name", "flags", "first"),
    [
        pytest.param("card.pdf", [], b"%PDF-", id="by-the-name"),
        pytest.param("card.HTML", [], b"<!doctype html>", id="whatever-the-case"),
        pytest.param("card.txt", [], b"# Scorecard", id="unknown-name"),
        pytest.param("card", ["--format", "pdf"], b"%PDF-", id="as-asked"),
        pytest.param("card.md", ["--format", "json"], b"{", id="asked-wins"),
    ],
)
def test_export_takes_the_format_from_the_name_unless_told(
    run: Run, knowledge: Path, tmp_path: Path, name: str, flags: list[str], first: bytes
) -> None:
    play(run)
    out = tmp_path / name
    done = run("export", listed(run)[0]["interview_id"], "--out", out, *flags)
    assert (done.exit_code, done.stdout) == (0, "")
    assert out.read_bytes().startswith(first)


@pytest.mark.parametrize(
    ("flags", "ending"),
    [
        pytest.param(["--format", "pdf"], "pdf", id="pages-are-not-printed"),
        pytest.param(["--out", "."], "md", id="into-a-folder"),
        pytest.param(["--out", ".", "--format", "html"], "html", id="into-a-folder-as-asked"),
    ],
)
def test_a_file_without_a_name_gets_one_that_can_be_kept(
    run: Run,
    knowledge: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    flags: list[str],
    ending: str,
) -> None:
    folder = tmp_path / "kept"
    folder.mkdir()
    monkeypatch.chdir(folder)
    play(run)
    (row,) = listed(run)
    name = report_name(CASE, row["created_at"])
    for kept in (f"{name}.{ending}", f"{name}-2.{ending}"):
        done = run("export", row["interview_id"], *flags)
        assert (done.exit_code, done.stdout) == (0, "")
        assert done.stderr == f"Written to {kept}.\n"
    assert run("export", row["interview_id"], *flags, "--force").exit_code == 0
    assert sorted(os.listdir(folder)) == sorted((f"{name}.{ending}", f"{name}-2.{ending}"))


def test_a_file_is_written_whole_or_not_at_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target, link = tmp_path / "card.md", tmp_path / "link.md"
    write_file(target, b"old")
    link.symlink_to(target)

    def full_disk(self: Path, target: Path) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr(Path, "replace", full_disk)
        with pytest.raises(OSError, match="No space"):
            write_file(link, b"new")
    assert target.read_bytes() == b"old"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["card.md", "link.md"]

    mode = target.stat().st_mode
    write_file(link, b"new")
    assert (target.read_bytes(), link.is_symlink(), target.stat().st_mode) == (b"new", True, mode)


def test_words_are_broken_between_words(capsys: pytest.CaptureFixture[str]) -> None:
    console = terminal()
    console.width = 12
    words = WordStream(console)
    for piece in ("One two", "three", "four\n\nfive"):
        words.write(piece)
    words.close()
    assert capsys.readouterr().out == "One two \nthree four\n\nfive\n\n"
