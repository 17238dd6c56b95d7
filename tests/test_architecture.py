"""The cut of the program, kept by tests: layers, sizes, names, docstrings, a light start.

What imports what is said in the contracts of pyproject.toml.
"""

from __future__ import annotations

import ast
import statistics
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "interviewer"
FORBIDDEN_NAMES = {"utils", "helpers", "manager", "handler", "misc", "common"}
HEAVY = {"gradio", "chromadb", "langchain", "langgraph", "onnxruntime", "sqlalchemy", "numpy"}
LIGHT_AT_START = ("cli/__init__.py", "cli/program.py")
LONGEST_FILE, LONGEST_FUNCTION = 500, 50  # lines
MEDIAN_FILE = (100, 200)
SAME_NAME = 2  # files of one name, at most
EVERYWHERE = {"__init__.py", "conftest.py"}


def files(*folders: str) -> list[Path]:
    found = (path for folder in folders for path in sorted((ROOT / folder).rglob("*.py")))
    return [path for path in found if not {"migrations", "bundle"} & set(path.parts)]


def shown(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def lines_of(path: Path) -> int:
    return len(path.read_text("utf-8").splitlines())


def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


def imported(nodes: Iterator[ast.AST] | list[ast.stmt]) -> Iterator[str]:
    """Dotted names that statements import."""
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def test_every_contract_of_imports_is_kept() -> None:
    program = "from importlinter.cli import lint_imports_command as run; run()"
    command = [sys.executable, "-c", program, "--no-logo", "--no-cache"]
    found = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert found.returncode == 0, found.stdout + found.stderr


def test_every_module_says_what_it_is() -> None:
    silent = [shown(path) for path in files("interviewer") if not ast.get_docstring(tree_of(path))]
    assert not silent


def test_no_module_is_named_after_nothing() -> None:
    named = [part.removesuffix(".py") for path in files("interviewer") for part in path.parts]
    assert not FORBIDDEN_NAMES & set(named)


def test_the_command_line_starts_without_heavy_imports() -> None:
    for name in LIGHT_AT_START:
        roots = {module.split(".")[0] for module in imported(tree_of(PACKAGE / name).body)}
        assert not roots & HEAVY, name


def test_no_test_imports_another() -> None:
    """What several tests need stands in modules that are no tests."""
    borrowed = [
        f"{shown(path)} imports {module}"
        for path in files("tests")
        for module in imported(ast.walk(tree_of(path)))
        if module.startswith("tests.") and module.rpartition(".")[2].startswith("test_")
    ]
    assert not borrowed


def test_a_name_of_a_file_says_where_one_is() -> None:
    names = Counter(path.name for path in files("interviewer", "evals", "tests"))
    often = {name for name, count in names.items() if count > SAME_NAME}
    assert not often - EVERYWHERE


def test_files_are_read_in_one_go() -> None:
    lengths = {shown(path): lines_of(path) for path in files("interviewer", "evals", "tests")}
    assert {name: length for name, length in lengths.items() if length > LONGEST_FILE} == {}
    package = [lines_of(path) for path in files("interviewer") if path.name != "__init__.py"]
    assert MEDIAN_FILE[0] <= statistics.median(package) <= MEDIAN_FILE[1]


def test_functions_are_read_in_one_go() -> None:
    long = [
        f"{shown(path)}:{node.lineno} {node.name}"
        for path in files("interviewer", "evals", "tests")
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or 0) - node.lineno >= LONGEST_FUNCTION
    ]
    assert not long
