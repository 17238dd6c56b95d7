"""Command `delete`: what it asks, what goes, what stays, and the rights of files."""

from __future__ import annotations

import asyncio
import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from interviewer.core.paths import read_places
from interviewer.service.interviews import open_interviews
from interviewer.store import open_store
from tests.builders import a_turn
from tests.cli.conftest import Run, assert_one_sentence
from tests.rows import a_row


def store_some(*ids: str) -> None:
    """Interviews whose candidate said something long ago."""

    async def store() -> None:
        async with open_store(read_places().database) as opened:
            for id_ in ids:
                await opened.create_interview(a_row(id_), a_turn(1))
                await opened.add_candidate_turn(id_, a_turn(2, f"xylophone {id_}"))

    asyncio.run(store())


def left() -> list[str]:
    async def count() -> list[str]:
        async with open_store(read_places().database) as opened:
            return sorted(entry.id for entry in await opened.list_interviews())

    return asyncio.run(count())


@pytest.mark.parametrize(
    ("words", "answer", "stay", "says"),
    [
        (["a", "--yes"], "", ["b", "c"], "1 interview deleted."),
        (["a", "b", "a", "-y"], "", ["c"], "2 interviews deleted."),
        (["--all", "--yes"], "", [], "3 interviews deleted."),
        (["--older-than", "30", "--yes"], "", [], "3 interviews deleted."),
        (["--older-than", "99999", "--yes"], "", ["a", "b", "c"], "nothing to delete"),
        (["a"], "y\n", ["b", "c"], "1 interview deleted."),
    ],
)
def test_what_goes(run: Run, words: list[str], answer: str, stay: list[str], says: str) -> None:
    store_some("a", "b", "c")
    result = run("delete", *words, input=answer)
    assert (result.exit_code, left()) == (0, stay), result.output
    assert says in result.stdout


@pytest.mark.parametrize("answer", ["n\n", "\n", ""], ids=["no", "enter", "nobody"])
def test_without_a_yes_nothing_goes(run: Run, answer: str) -> None:
    store_some("a")
    result = run("delete", "--all", input=answer)
    assert (result.exit_code, left()) == (1, ["a"])
    assert "Delete 1 interview?" in result.stderr
    assert "Nothing was deleted. Add --yes" in result.stderr


def test_an_id_that_is_not_there_deletes_nothing(run: Run) -> None:
    store_some("a")
    assert_one_sentence(run("delete", "a", "zebra", "--yes"), 1, "'zebra'", "nothing was deleted")
    assert left() == ["a"]


@pytest.mark.parametrize(
    "words",
    [[], ["a", "--all"], ["--all", "--older-than", "3"], ["--older-than", "-1"], ["--alle"]],
)
def test_misuse(run: Run, words: list[str]) -> None:
    store_some("a")
    assert run("delete", *words, "--yes").exit_code == 2
    assert left() == ["a"]


def test_recordings_are_named(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    recording = tmp_path / "calls.jsonl"
    recording.write_text("{}\n")
    monkeypatch.setenv("INTERVIEWER_RECORD", str(recording))
    store_some("a", "b")
    assert f"Words are also in the recording {recording}" in run("delete", "a", "-y").stdout
    told = json.loads(run("delete", "--all", "-y", "--json").stdout)
    assert told == {"deleted": 1, "recordings": [str(recording)]}
    assert recording.exists()


@pytest.mark.parametrize("days", ["soon", "0", "-3", "nan", "inf"])
def test_days_to_keep_are_a_number(run: Run, monkeypatch: pytest.MonkeyPatch, days: str) -> None:
    monkeypatch.setenv("INTERVIEWER_KEEP_DAYS", days)
    assert_one_sentence(run("list"), 1, "INTERVIEWER_KEEP_DAYS", repr(days))


# Who may read the files


def rights(path: Path) -> str:
    return oct(stat.S_IMODE(path.stat().st_mode))


def loose(home: Path) -> list[str]:
    """What in a folder, itself included, others have any right to."""
    every = [home, *home.rglob("*")]
    return sorted(p.name for p in every if not p.is_symlink() and p.stat().st_mode & 0o077)


async def use(home: Path) -> list[str]:
    """What others may read while the interviews are open, their logs included."""
    async with open_interviews(read_places()) as interviews:
        await interviews._resources.graph.open()
        await interviews._store.create_interview(a_row(), a_turn(1))
        assert (home / "interviews.sqlite-wal").exists()
        return loose(home)


@pytest.fixture
def open_umask() -> object:
    mask = os.umask(0o022)
    yield
    os.umask(mask)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such rights")
@pytest.mark.usefixtures("open_umask")
class TestRights:
    """Others on the machine read nothing."""

    def test_of_a_new_home(self, own_home: Path) -> None:
        assert asyncio.run(use(own_home)) == []
        assert rights(own_home) == "0o700"

    def test_of_one_that_was_loose(self, own_home: Path) -> None:
        (own_home / "cache" / "deep").mkdir(parents=True)
        names = ("interviews.sqlite", "browser_secret", "cache/vectors.npy", "cache/deep/x")
        for name in names:
            (own_home / name).touch()
            (own_home / name).chmod(0o644)
        assert asyncio.run(use(own_home)) == []

    @pytest.mark.parametrize("stranger", ["notes.txt", "interviews"])
    def test_of_a_folder_that_is_not_ours_alone(self, own_home: Path, stranger: str) -> None:
        own_home.mkdir()
        (own_home / stranger).touch()
        assert set(asyncio.run(use(own_home))) == {own_home.name, stranger}
        assert rights(own_home) == "0o755"

    def test_of_a_folder_for_everybody(self, own_home: Path) -> None:
        own_home.mkdir()
        own_home.chmod(0o1777)
        assert asyncio.run(use(own_home)) == [own_home.name]
        assert rights(own_home) == "0o1777"

    def test_of_where_a_link_leads(self, own_home: Path, tmp_path: Path) -> None:
        shared = tmp_path / "shared"
        shared.mkdir()
        own_home.mkdir()
        (own_home / "cache").symlink_to(shared)
        assert asyncio.run(use(own_home)) == []
        assert rights(shared) == "0o755"

    @pytest.mark.slow
    def test_of_what_the_program_makes_and_of_a_report_that_was_asked_for(
        self, own_home: Path, tmp_path: Path
    ) -> None:
        store_some("a")
        report = tmp_path / "report.json"
        command = [sys.executable, "-c", "from interviewer.cli import main; main()"]
        for words in (["index"], ["cases", "--json"], ["list"]):
            subprocess.run([*command, *words], check=True, capture_output=True, timeout=300)
        write = f"from interviewer.cli.output import write_text; from pathlib import Path; \
from interviewer.core.private_files import withhold; \
withhold(); write_text(Path({str(report)!r}), 'x')"
        subprocess.run([sys.executable, "-c", write], check=True, timeout=60)
        assert loose(own_home) == []
        assert (own_home / "index").is_dir()
        assert rights(report) == "0o644"


def test_an_emptied_database_is_noticed(own_home: Path, caplog: pytest.LogCaptureFixture) -> None:
    store_some("a")
    assert "was empty" not in caplog.text
    (own_home / "interviews.sqlite").write_bytes(b"")
    store_some("b")
    assert "was empty" in caplog.text
