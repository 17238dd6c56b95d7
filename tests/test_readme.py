"""README and docs stay true: what they show is made here and compared.

`python -m tests.test_readme` writes the generated blocks anew.
"""

from __future__ import annotations

import re
import shlex
import tempfile
import textwrap
from collections.abc import Mapping
from pathlib import Path

import pytest
from typer.main import get_command

from evals.readme_blocks import blocks
from interviewer.cli.program import app
from interviewer.core.settings import Level
from interviewer.reports import Result
from interviewer.reports.wording import graded, step_grade
from interviewer.scoring.model import read_model
from interviewer.service.graph import draw_graph
from tests.homes import places_in
from tests.scripts import play_script

ROOT = Path(__file__).resolve().parents[1]
README = ROOT / "README.md"
SHOWN = "vr_solid"
DOCS = ROOT / "docs"
SERVING = DOCS / "serving.md"
EXCERPT = range(2, 6)  # turns
COMMANDS = getattr(get_command(app), "commands", {})
CALL = re.compile(r"^(?:[A-Z_]+=\S+ )*(?:\.venv/bin/)?interviewer ([a-z].*)$", re.MULTILINE)
WIDTH = 110


def excerpt(shown: Result) -> str:
    lines = [line for line in shown.transcript if line.turn in EXCERPT]
    spoken = [
        textwrap.fill(f"{line.role.capitalize()}: {line.text}", WIDTH, subsequent_indent="    ")
        for line in lines
    ]
    return "```text\n" + "\n".join(spoken) + "\n```"


def scorecard(result: Result) -> str:
    rows = ["| step | score | an item and the words it rests on |", "|---|---|---|"]
    for step in result.steps:
        quoted = next((i for i in step.items if i.quote and i.verdict in ("met", "partial")), None)
        evidence = "none"
        if quoted is not None and quoted.quote is not None:
            short = textwrap.shorten(quoted.quote, 90, placeholder="...").replace("|", "/")
            evidence = f'`{quoted.item}` {quoted.verdict.value}: "{short}" (turn {quoted.turn})'
        rows.append(f"| {step.step.value} | {step_grade(step)} | {evidence} |")
    call = (result.recommendation or "none").replace("_", " ")
    overall = graded(result.overall, result.band)
    rows.append(f"| **overall** | **{overall}** | recommendation: {call} |")
    return "\n".join(rows)


def graph(_: Result) -> str:
    return f"```mermaid\n{draw_graph().strip()}\n```"


BLOCKS = {
    "excerpt": (README, excerpt),
    "scorecard": (DOCS / "scores.md", scorecard),
    "graph": (DOCS / "ARCHITECTURE.md", graph),
}


def block(name: str, text: str) -> str:
    found = re.search(rf"<!-- {name} -->\n(.*?)<!-- /{name} -->", text, re.DOTALL)
    assert found, f"there is no block {name}"
    return found[1].strip()


@pytest.mark.parametrize("name", BLOCKS)
def test_generated_blocks_are_current(name: str, results: Mapping[str, Result]) -> None:
    page, make = BLOCKS[name]
    assert block(name, page.read_text("utf-8")) == make(results[SHOWN])


FIGURES = [(file, name, part) for file, parts in blocks().items() for name, part in parts.items()]


@pytest.mark.parametrize(
    ("file", "name", "part"),
    FIGURES,
    ids=[f"{file.parent.name}-{name}" for file, name, _ in FIGURES],
)
def test_figures_are_those_of_the_committed_baselines(file: Path, name: str, part: str) -> None:
    assert block(name, file.read_text("utf-8")) == part


def test_the_curve_it_tells_is_the_shipped_one() -> None:
    text = " ".join((DOCS / "scores.md").read_text("utf-8").split())
    told = re.findall(r"from (\d+) %", text)
    assert [int(share) / 100 for share in told] == list(read_model().shares[Level.SENIOR][1:])


def test_every_make_target_it_names_exists() -> None:
    named = set(re.findall(r"(?m)(?:^|`)make ([a-z-]+)", README.read_text("utf-8")))
    known = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    assert named and named <= known


def test_every_path_it_links_exists() -> None:
    text = README.read_text("utf-8")
    linked = re.findall(r"\]\(([^)#]+)\)", text) + re.findall(
        r"^\| `([^`]*[/.][^`]*)` \|", text, re.MULTILINE
    )
    missing = [path for path in linked if not (ROOT / path).exists()]
    assert linked and not missing


def nginx_block() -> str:
    """The tested file without the comment that stands before it."""
    lines = (DOCS / "nginx.conf.example").read_text("utf-8").splitlines()
    begins = next(at for at, line in enumerate(lines) if line.startswith("location"))
    return "```nginx\n" + "\n".join(lines[begins:]) + "\n```"


def test_the_block_for_nginx_is_the_tested_one() -> None:
    assert block("nginx", SERVING.read_text("utf-8")) == nginx_block()


PAGES = (README, *sorted(DOCS.glob("*.md")))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_line_can_be_typed(page: Path) -> None:
    """Commands with their options, as they stand in blocks of the shell."""
    blocks = re.findall(r"```sh\n(.*?)```", page.read_text("utf-8"), re.DOTALL)
    lines = [line.partition("#")[0] for text in blocks for line in text.splitlines()]
    calls = [shlex.split(call) for call in CALL.findall("\n".join(lines))]
    assert calls or not blocks
    for name, *given in calls:
        command = COMMANDS[name]
        command = getattr(command, "commands", {}).get(next(iter(given), ""), command)
        options = {flag for one in command.params for flag in one.opts}
        assert {word for word in given if word.startswith("-")} <= options, (name, given)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_variable_it_names_is_read(page: Path) -> None:
    known = set(re.findall(r"^#([A-Z_]+)=", (ROOT / ".env.example").read_text("utf-8"), re.M))
    named = re.findall(r"\b((?:INTERVIEWER|OPENAI)_[A-Z_]+)\b", page.read_text("utf-8"))
    assert {*named} <= known


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_page_it_links_exists(page: Path) -> None:
    linked = re.findall(r"\]\(([^)#:]+)\)", page.read_text("utf-8"))
    assert [path for path in linked if not (page.parent / path).exists()] == []


def test_every_command_it_names_exists() -> None:
    known = set(COMMANDS)
    named = set(
        re.findall(
            r"interviewer (play|serve|check|[a-z]+)(?= <| video|\s+#|`)", README.read_text("utf-8")
        )
    )
    assert named and named <= known


def write() -> None:
    with tempfile.TemporaryDirectory() as home:
        shown = play_script(SHOWN, places_in(Path(home))).result
    made = {name: (page, make(shown)) for name, (page, make) in BLOCKS.items()}
    for name, (page, content) in {**made, "nginx": (SERVING, nginx_block())}.items():
        before, _, rest = page.read_text("utf-8").partition(f"<!-- {name} -->")
        after = rest.partition(f"<!-- /{name} -->")[2]
        page.write_text(f"{before}<!-- {name} -->\n{content}\n<!-- /{name} -->{after}", "utf-8")


if __name__ == "__main__":
    write()
