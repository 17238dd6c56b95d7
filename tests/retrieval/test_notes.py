"""Notes are read whatever else lies beside them, and cut into passages that name their source."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from interviewer.core.paths import Places, shipped
from interviewer.retrieval.embedding import INPUT_LIMIT, shared_model
from interviewer.retrieval.notes import SIZE_LIMIT, Note, load_notes, note_roots, read_note
from interviewer.retrieval.passages import PASSAGE_PIECES, cut


def write(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    return root


def words(text: str) -> int:
    return len(text.split())


def test_ours_and_the_users_notes_are_read_and_the_users_win(tmp_path: Path) -> None:
    ours = write(
        tmp_path / "ours",
        {
            "concepts/drift.md": "# Drift\n\nOurs.",
            "concepts/bias.md": "# Bias\n\nOurs.",
            "cases/feed/notes.md": "# Feed\n\nGuide.",
            "cases/feed/case.yaml": "title: no note",
            "frameworks/seven.md": "# Elsewhere",
            "concepts/.hidden.md": "# Hidden",
        },
    )
    own = write(
        tmp_path / "own",
        {"concepts/drift.md": "# My drift\n\nMine.", "cases/shop/notes.md": "No heading."},
    )
    notes = load_notes([ours, own])
    assert notes.problems == ()
    assert [(note.source, note.kind, note.id, note.title) for note in notes.notes] == [
        ("cases/feed/notes.md", "case", "feed", "Feed"),
        ("cases/shop/notes.md", "case", "shop", "shop"),
        ("concepts/bias.md", "concept", "bias", "Bias"),
        ("concepts/drift.md", "concept", "drift", "My drift"),
    ]
    assert list(notes.concepts) == ["bias", "drift"]
    assert list(notes.cases) == ["feed", "shop"]


def test_the_users_folder_comes_after_ours(tmp_path: Path) -> None:
    places = Places(home=tmp_path, knowledge=tmp_path / "own", database="")
    assert note_roots(places) == (shipped("knowledge"), tmp_path / "own")
    assert note_roots(Places(tmp_path, None, "")) == (shipped("knowledge"),)


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        pytest.param(
            lambda path: path.write_bytes(b"a\nb\xff"), r"bias.md:2: is not UTF-8", id="binary"
        ),
        pytest.param(lambda path: path.write_text(" \n"), "holds no text", id="blank"),
        pytest.param(lambda path: path.write_text("a\0b"), "holds no text", id="nul"),
        pytest.param(lambda path: path.write_text("a" * (SIZE_LIMIT + 1)), "larger", id="huge"),
        pytest.param(lambda path: path.mkdir(), "not a file", id="folder"),
        pytest.param(lambda path: path.symlink_to("nowhere"), "not a file", id="dangling_link"),
        pytest.param(os.mkfifo, "not a file", id="named_pipe"),
    ],
)
def test_a_bad_file_of_the_user_is_reported_and_stops_nothing(
    tmp_path: Path, spoil: Callable[[Path], object], says: str
) -> None:
    ours = write(tmp_path / "ours", {"concepts/bias.md": "Ours.", "concepts/z.md": "Last."})
    own = tmp_path / "own" / "concepts"
    own.mkdir(parents=True)
    spoil(own / "bias.md")
    notes = load_notes([ours, tmp_path / "own"])
    assert [note.text for note in notes.notes] == ["Ours.", "Last."]
    (problem,) = notes.problems
    assert problem.file == str(own / "bias.md")
    with pytest.raises(type(problem), match=says):
        raise problem


def test_missing_folders_hold_no_notes(tmp_path: Path) -> None:
    assert load_notes([tmp_path / "nowhere"]).notes == ()


@pytest.mark.parametrize(
    ("name", "text", "same"),
    [
        pytest.param("concepts/a.md", "One.", True, id="unchanged"),
        pytest.param("concepts/a.md", "Two.", False, id="edited"),
        pytest.param("concepts/b.md", "Two.", False, id="added"),
        pytest.param("elsewhere.md", "Two.", True, id="not_a_note"),
    ],
)
def test_the_fingerprint_follows_the_notes(
    tmp_path: Path, name: str, text: str, same: bool
) -> None:
    before = load_notes([write(tmp_path, {"concepts/a.md": "One."})]).fingerprint
    after = load_notes([write(tmp_path, {name: text})]).fingerprint
    assert (before == after) is same


@pytest.mark.parametrize(
    ("text", "passages"),
    [
        pytest.param(
            "# Bias\n\nIntro.\n\n## Mistakes\n\n- One.\n- Two.\n",
            [
                ("concepts/bias.md", "Bias\nIntro."),
                ("concepts/bias.md#Mistakes", "Bias: Mistakes\n- One.\n- Two."),
            ],
            id="along_headings",
        ),
        pytest.param(
            "# Bias\n## Serving\n### Cache\nText.\n## Data\nMore.",
            [
                ("concepts/bias.md#Serving > Cache", "Bias: Serving > Cache\nText."),
                ("concepts/bias.md#Data", "Bias: Data\nMore."),
            ],
            id="headings_below_headings",
        ),
        pytest.param(
            "First paragraph.\n\nSecond.",
            [("concepts/bias.md", "Bias\nFirst paragraph.\n\nSecond.")],
            id="no_heading",
        ),
        pytest.param(
            "# Bias\n```\n## not a heading\n```",
            [("concepts/bias.md", "Bias\n```\n## not a heading\n```")],
            id="code_is_not_cut",
        ),
        pytest.param("# Bias", [], id="title_only"),
    ],
)
def test_notes_are_cut_along_their_headings(text: str, passages: list[tuple[str, str]]) -> None:
    found = cut(Note("bias", "concept", "Bias", "concepts/bias.md", text), words)
    assert [(passage.source, passage.embedded) for passage in found] == passages
    assert len({passage.id for passage in found}) == len(found)


def test_long_sections_are_cut_between_sentences_and_lose_nothing() -> None:
    sentences = [f"Sentence {number} has {number * 11} reasons." for number in range(120)]
    text = "## Long\n" + " ".join(sentences)
    found = cut(Note("a", "concept", "A", "concepts/a.md", text), words)
    assert len(found) > 2
    assert all(words(passage.text) <= PASSAGE_PIECES for passage in found)
    assert all(passage.text.endswith("reasons.") for passage in found)
    assert " ".join(passage.text for passage in found) == " ".join(sentences)
    assert {passage.source for passage in found} == {"concepts/a.md#Long"}
    assert len({passage.id for passage in found}) == len(found)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("x" * 5_000, id="one_word"),
        pytest.param("word " * 900, id="no_sentence_ends"),
        pytest.param("# " + "heading " * 900 + "\ntext", id="endless_heading"),
    ],
)
def test_no_passage_outgrows_the_model(tmp_path: Path, text: str) -> None:
    root = write(tmp_path, {"concepts/a.md": text})
    count = shared_model().wordpiece.count
    for passage in cut(read_note(root / "concepts/a.md", root), count):
        assert count(passage.embedded) <= INPUT_LIMIT
        assert len(passage.text) <= 2_000


NOTES = load_notes([shipped("knowledge")])


@pytest.mark.parametrize("note", NOTES.notes, ids=lambda note: note.source)
def test_every_shipped_note_becomes_passages(note: Note) -> None:
    count = shared_model().wordpiece.count
    passages = cut(note, count)
    assert note.title != note.id
    assert len(passages) > 2
    assert all(count(passage.embedded) <= INPUT_LIMIT - 2 for passage in passages)


def test_shipped_notes_have_no_problems() -> None:
    assert NOTES.problems == ()
