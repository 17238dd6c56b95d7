"""The cut of the program, kept by tests: layers, docstrings, vocabulary."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "interviewer"

# From the top down; a module imports only from its own line or from lines below it.
LAYERS: tuple[frozenset[str], ...] = tuple(
    frozenset(names.split())
    for names in (
        "cli web",
        "simulation",
        "reports",
        "service",
        "practice",
        "results",
        "store",
        "policy",
        "brains",
        "llm",
        "scoring",
        "judge",
        "retrieval",
        "cases",
        "text",
        "core",
    )
)
FORBIDDEN_NAMES = {"utils", "helpers", "manager", "handler", "misc", "common"}
HEAVY = {"gradio", "chromadb", "langchain", "langgraph", "onnxruntime", "sqlalchemy", "numpy"}
LIGHT_AT_START = ("cli/__init__.py", "cli/program.py")


def modules() -> list[Path]:
    found = sorted(PACKAGE.rglob("*.py"))
    return [path for path in found if "migrations" not in path.parts and "bundle" not in path.parts]


def layer(module: str) -> int:
    return next((at for at, names in enumerate(LAYERS) if module in names), -1)


def imported(path: Path, *, top_level: bool = False) -> set[str]:
    """Dotted names a file imports; with `top_level` only what is imported with the file."""
    tree = ast.parse(path.read_text("utf-8"))
    nodes = tree.body if top_level else list(ast.walk(tree))
    names: set[str] = set()
    for node in nodes:
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
    return names


def name_of(path: Path) -> str:
    relative = path.relative_to(PACKAGE)
    return relative.parts[0].removesuffix(".py")


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_point_downwards(path: Path) -> None:
    own = name_of(path)
    if own == "__init__":
        return
    assert layer(own) >= 0, f"{own} has no place in LAYERS"
    for name in imported(path):
        parts = name.split(".")
        if parts[0] == "interviewer" and len(parts) > 1 and parts[1] != own:
            assert layer(parts[1]) >= layer(own), f"{own} imports {parts[1]}, which is above it"
        assert parts[0] not in {"evals", "app", "tests"}, f"{own} imports {name}"


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_every_module_says_what_it_is(path: Path) -> None:
    assert ast.get_docstring(ast.parse(path.read_text("utf-8")))
    assert not FORBIDDEN_NAMES & {part.removesuffix(".py") for part in path.parts}


@pytest.mark.parametrize("name", LIGHT_AT_START)
def test_the_command_line_starts_without_heavy_imports(name: str) -> None:
    roots = {module.split(".")[0] for module in imported(PACKAGE / name, top_level=True)}
    assert not roots & HEAVY


def test_only_the_page_knows_gradio() -> None:
    users = {path for path in modules() if any(n.split(".")[0] == "gradio" for n in imported(path))}
    assert {name_of(path) for path in users} <= {"web"}
