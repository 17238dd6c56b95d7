"""Mutants: one line of the package changed at a time, to see whether a test notices.

    python -m evals.mutants [PART ...] [--most N] [--seed N]

A constant moves by a step, a comparison is flipped, `and` becomes `or`, a value that is returned
becomes its type's default, a statement is left out (DeMillo, Lipton, Sayward 1978). Each mutant
meets the nearest test files in a process of its own; one that they do not notice survives and is
printed with its place. Nothing on disk is changed: the mutated module is imported from memory.
"""

from __future__ import annotations

import argparse
import ast
import importlib
import importlib.abc
import importlib.machinery
import io
import os
import pkgutil
import random
import signal
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
PATIENCE = 90.0  # seconds for the tests of one mutant; what hangs is noticed
STEP = 1.25  # times a fraction

TESTS: Mapping[str, tuple[str, ...]] = {
    "scoring": ("tests/scoring",),
    "brains/llm": ("tests/brains/llm",),
    "policy": ("tests/policy",),
    "service": ("tests/service/test_interviews.py", "tests/service/test_step_grades.py"),
}
"""The nearest tests of each part, from the bottom up."""
LOADED = ("pytest", "httpx2", "numpy", "pydantic", "sqlalchemy", "langgraph.graph", "yaml")
"""Imported once, before every mutant gets a process of its own."""
LOADED_BEFORE = "pytest.PytestAssertRewriteWarning"  # of plugins that something above imports
LAYERS = (
    *("core", "text", "cases", "retrieval", "judge", "scoring", "llm", "brains", "policy"),
    *("store", "results", "practice", "service"),
)
"""Each imports nothing of those after it, so those before a mutant's are loaded once as well."""
COMPARED: Mapping[type[ast.cmpop], str] = {
    ast.Lt: "<=",
    ast.LtE: "<",
    ast.Gt: ">=",
    ast.GtE: ">",
    ast.Eq: "!=",
    ast.NotEq: "==",
    ast.In: "not in",
    ast.NotIn: "in",
    ast.Is: "is not",
    ast.IsNot: "is",
}
DEFAULTS = {"bool": "False", "int": "0", "float": "0.0", "str": '""', "list": "[]", "tuple": "()"}


class Mutant(NamedTuple):
    """A module with one thing changed."""

    file: Path
    line: int
    before: str
    after: str
    source: str

    def __str__(self) -> str:
        place = f"{self.file.relative_to(ROOT)}:{self.line}"
        return f"{place}: {self.before} -> {self.after}"


class Mutated(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Imports one module from its mutated source."""

    def __init__(self, name: str, mutant: Mutant) -> None:
        self._name = name
        self._mutant = mutant

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        """The module that is mutated, and no other."""
        if name != self._name:
            return None
        package = self._mutant.file.name == "__init__.py"
        spec = importlib.machinery.ModuleSpec(name, self, is_package=package)
        spec.origin, spec.has_location = str(self._mutant.file), True
        if package:
            spec.submodule_search_locations = [str(self._mutant.file.parent)]
        return spec

    def exec_module(self, module: ModuleType) -> None:
        """Runs the mutated source."""
        exec(compile(self._mutant.source, self._mutant.file, "exec"), module.__dict__)


def mutants_of(file: Path) -> Iterator[Mutant]:
    """Every mutant of a module, from its first line on."""
    text = file.read_text("utf-8")
    lines = text.splitlines(keepends=True)
    for node, after in sorted(_changes(ast.parse(text), text), key=lambda one: _place(one[0])):
        start, end = _offset(lines, node), _offset(lines, node, end=True)
        source = text.encode()
        before = source[start:end].decode()
        changed = source[:start] + after.encode() + source[end:]
        yield Mutant(file, node.lineno, _short(before), _short(after), changed.decode())


def _changes(tree: ast.Module, text: str) -> Iterator[tuple[ast.expr | ast.stmt, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, int | float):
            if not isinstance(node.value, bool):
                yield node, _stepped(node.value)
        elif isinstance(node, ast.Compare) and len(node.ops) == 1:
            left, right = (_text(text, side) for side in (node.left, node.comparators[0]))
            yield node, f"({left} {COMPARED[type(node.ops[0])]} {right})"
        elif isinstance(node, ast.BoolOp):
            joined = " or " if isinstance(node.op, ast.And) else " and "
            yield node, f"({joined.join(f'({_text(text, value)})' for value in node.values)})"
        elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            yield node, f"({_text(text, node.operand)})"
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield from _returned(node)
        elif isinstance(node, ast.AugAssign) or _is_call(node):
            assert isinstance(node, ast.stmt)
            yield node, "pass"


def _stepped(value: float) -> str:
    """The next number that somebody might have meant."""
    return repr(value + 1 if isinstance(value, int) else round(value * STEP, 6) or 0.1)


def _returned(function: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[tuple[ast.expr, str]]:
    known = ast.unparse(function.returns) if function.returns else ""
    default = "None" if "None" in known else DEFAULTS.get(known.partition("[")[0])
    for node in ast.walk(function):
        if isinstance(node, ast.Return) and node.value is not None and default is not None:
            after = "True" if ast.unparse(node.value) == default == "False" else default
            if ast.unparse(node.value) != after:
                yield node.value, after


def _is_call(node: ast.AST) -> bool:
    """Whether a statement only calls something."""
    value = node.value if isinstance(node, ast.Expr) else None
    return isinstance(value.value if isinstance(value, ast.Await) else value, ast.Call)


def _text(text: str, node: ast.expr) -> str:
    return ast.get_source_segment(text, node) or ast.unparse(node)


def _place(node: ast.expr | ast.stmt) -> tuple[int, int]:
    return node.lineno, node.col_offset


def _offset(lines: Sequence[str], node: ast.expr | ast.stmt, *, end: bool = False) -> int:
    """Bytes before a node, or up to its end."""
    line, column = (node.end_lineno, node.end_col_offset) if end else _place(node)
    assert line is not None and column is not None
    return sum(len(each.encode()) for each in lines[: line - 1]) + column


def _short(code: str) -> str:
    flat = " ".join(code.split())
    return flat if len(flat) <= 70 else f"{flat[:67]}..."


def survives(mutant: Mutant, tests: Sequence[str]) -> bool:
    """Whether the tests pass in a process that has the mutant."""
    child = os.fork()
    if child == 0:
        os.setsid()  # what the tests start ends with them
        os._exit(_passed(mutant, tests))
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status) == 0
        time.sleep(0.02)
    os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return False


def _passed(mutant: Mutant, tests: Sequence[str]) -> int:
    import pytest

    module = ".".join(mutant.file.relative_to(ROOT).with_suffix("").parts)
    sys.meta_path.insert(0, Mutated(module.removesuffix(".__init__"), mutant))
    options = ["-x", "-q", "-p", "no:cacheprovider", "-W", f"ignore::{LOADED_BEFORE}"]
    try:
        with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
            return int(pytest.main([*options, *tests]))
    except BaseException:  # whatever it is, somebody would have seen it
        return 1


def _load(part: str) -> None:
    """Imports what no mutant of a part changes."""
    for name in LOADED:
        importlib.import_module(name)
    for layer in LAYERS[: LAYERS.index(part.partition("/")[0])]:
        package = importlib.import_module(f"interviewer.{layer}")
        for found in pkgutil.walk_packages(package.__path__, f"interviewer.{layer}."):
            importlib.import_module(found.name)


def main(arguments: Sequence[str] | None = None) -> int:
    """Prints the survivors of the named parts, or of all; 0 whatever survives."""
    parser = argparse.ArgumentParser(prog="evals.mutants", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"of {', '.join(TESTS)}; all")
    parser.add_argument("--most", type=int, help="draw so many of each part")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    if unknown := sorted(set(options.parts) - set(TESTS)):
        parser.error(f"there is no part {unknown[0]!r}; choose of {', '.join(TESTS)}")
    os.chdir(ROOT)
    for part in (part for part in TESTS if part in (options.parts or TESTS)):
        _load(part)
        _meet(part, options.most, random.Random(options.seed))
    return 0


def _meet(part: str, most: int | None, draw: random.Random) -> None:
    files = sorted((ROOT / "interviewer" / part).rglob("*.py"))
    made = [mutant for file in files for mutant in mutants_of(file)]
    drawn = sorted(draw.sample(range(len(made)), min(most or len(made), len(made))))
    unchanged = Mutant(files[-1], 0, "", "", files[-1].read_text("utf-8"))
    if not survives(unchanged, TESTS[part]):
        raise SystemExit(f"{part}: its tests fail, or take longer than {PATIENCE:g} s, as it is.")
    counted: Counter[bool] = Counter()
    for at in drawn:
        counted[survived := survives(made[at], TESTS[part])] += 1
        if survived:
            print(made[at], flush=True)
    told = f"{counted[False]} noticed, {counted[True]} survived"
    print(f"{part}: {len(made)} mutants, {len(drawn)} met tests, {told}.", flush=True)


if __name__ == "__main__":
    sys.exit(main())
