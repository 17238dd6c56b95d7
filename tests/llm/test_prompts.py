"""Prompt files: what they declare is what they use, and a half-filled one never gets out."""

from __future__ import annotations

from pathlib import Path
from string import Template

import pytest

from interviewer.brains.llm.brain import PROMPTS
from interviewer.core.errors import ContentError
from interviewer.core.paths import shipped
from interviewer.llm.prompts import load_prompt, read_prompt

FILES = sorted(path for path in shipped("prompts").glob("*.md") if path.name != "README.md")


def written(folder: Path, text: str) -> Path:
    path = folder / "greet.md"
    path.write_text(text, encoding="utf-8")
    return path


def a_prompt(folder: Path, variables: str = "[name]", body: str = "## user\nHello $name.") -> Path:
    head = f"---\npurpose: Greet.\nversion: 2\nvariables: {variables}\n---\n"
    return written(folder, f"{head}{body}\n")


# The shipped ones


def test_every_prompt_of_the_brain_is_shipped() -> None:
    assert {*PROMPTS, "manner"} <= {path.stem for path in FILES}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_shipped_prompts_declare_what_they_use(path: Path) -> None:
    prompt = load_prompt(path.stem)
    used = {name for text in prompt.sections.values() for name in Template(text).get_identifiers()}
    assert used == set(prompt.about.variables)
    assert len(prompt.about.variables) == len(used)
    assert prompt.about.purpose and prompt.about.version >= 1
    assert prompt.sections


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_shipped_prompts_are_filled_whole(path: Path) -> None:
    prompt = load_prompt(path.stem)
    for name, text in prompt.sections.items():
        values = {variable: f"<{variable}>" for variable in Template(text).get_identifiers()}
        filled = prompt.render(name, **values)
        assert all(value in filled for value in values.values())
        assert "$" not in filled


# Rendering


def test_a_section_is_filled(tmp_path: Path) -> None:
    prompt = read_prompt(a_prompt(tmp_path))
    assert prompt.render("user", name="Ada") == "Hello Ada."
    assert (prompt.about.version, prompt.about.variables) == (2, ("name",))


@pytest.mark.parametrize(
    "value",
    ["$other", "${name}", "$name", "$$", "$", "%s {name} {0}", "\\1 \\g<0>", "", "## user\n---"],
)
def test_values_are_taken_as_they_are(tmp_path: Path, value: str) -> None:
    prompt = read_prompt(a_prompt(tmp_path, body="## user\nHello $name and ${name}!"))
    assert prompt.render("user", name=value) == f"Hello {value} and {value}!"


@pytest.mark.parametrize(
    ("section", "values", "named"),
    [
        ("user", {}, ["name", "step"]),
        ("user", {"name": "Ada"}, ["step"]),
        ("user", {"name": "Ada", "step": "data", "colour": "red"}, ["colour"]),
        ("system", {}, ["system"]),
    ],
    ids=["all_missing", "one_missing", "surplus", "no_section"],
)
def test_what_is_missing_or_too_much_is_named(
    tmp_path: Path, section: str, values: dict[str, str], named: list[str]
) -> None:
    prompt = read_prompt(a_prompt(tmp_path, "[name, step]", "## user\nHello $name, on to $step."))
    with pytest.raises(ContentError) as caught:
        prompt.render(section, **values)
    assert all(name in caught.value.what for name in [*named, "greet.md"])


# Files that are wrong


@pytest.mark.parametrize(
    ("variables", "body", "named"),
    [
        ("[]", "## user\nHello $name.", "name"),
        ("[name, colour]", "## user\nHello $name.", "colour"),
        ("[name]", "## user\nHello $name, $$5, $5.", "user"),
        ("[name]", "## user\nHello $name, that is 5$.", "user"),
        ("[name]", "Hello $name.", "name"),
    ],
    ids=["undeclared", "unused", "dollar_figure", "dollar_alone", "outside_of_sections"],
)
def test_a_file_that_uses_other_variables_than_it_declares_is_named(
    tmp_path: Path, variables: str, body: str, named: str
) -> None:
    with pytest.raises(ContentError) as caught:
        read_prompt(a_prompt(tmp_path, variables, body))
    assert named in caught.value.what and "greet.md" in caught.value.what


@pytest.mark.parametrize(
    "text",
    [
        "",
        "## user\nHello.",
        "---\npurpose: Greet.\n---\n## user\nHello.",
        "---\nversion: 1\n---\n## user\nHello.",
        "---\npurpose: Greet.\nversion: one\n---\n## user\nHello.",
        "---\npurpose: Greet.\nversion: 1\nauthor: me\n---\n## user\nHello.",
        "---\npurpose: [\n---\n## user\nHello.",
        "---\n- a list\n---\n## user\nHello.",
    ],
    ids=[
        "empty",
        "no_front_matter",
        "no_version",
        "no_purpose",
        "version_in_words",
        "unknown_field",
        "no_yaml",
        "a_list",
    ],
)
def test_an_unusable_file_is_named(tmp_path: Path, text: str) -> None:
    with pytest.raises(ContentError) as caught:
        read_prompt(written(tmp_path, text))
    assert "greet.md" in caught.value.what


@pytest.mark.parametrize("content", [None, b"\xff\xfe"], ids=["missing", "no_text"])
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "greet.md"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ContentError) as caught:
        read_prompt(path)
    assert "greet.md" in caught.value.what


def test_a_section_that_is_there_twice_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ContentError):
        read_prompt(a_prompt(tmp_path, body="## user\nHello $name.\n\n## user\nBye $name."))


def test_an_unknown_prompt_is_an_error() -> None:
    with pytest.raises(ContentError):
        load_prompt("no_such_prompt")
