from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from time import process_time

import pytest

from interviewer.cases.library import (
    load_case,
    load_framework,
    load_library,
    read_notes,
)
from interviewer.cases.positions import SIZE_LIMIT, parse_yaml
from interviewer.core.errors import ContentError, SettingsError, UnknownCase
from interviewer.core.settings import STEPS
from tests.builders import a_case, a_framework, a_step, as_yaml, write_case

HERE = Path("somewhere.yaml")


@pytest.mark.parametrize(
    ("text", "line", "field", "says"),
    [
        pytest.param("a: 1\nb:\n\t- c", 3, "", "tab", id="tab_indentation"),
        pytest.param("a: 1\nb: c: d", 2, "", "mapping values", id="colon_in_plain_text"),
        pytest.param('a: 1\nb: "open\nc: 2\n', 2, "", "quoted", id="quote_never_closed"),
        pytest.param("a:\n  - [1, 2\n", 2, "", "flow sequence", id="bracket_never_closed"),
        pytest.param("a: 1\nb:\n  a: 2\n  c: 3\n  a: 4", 5, "b.a", "line 3", id="duplicate_key"),
        pytest.param("a: &x [1]\nb:\n  - *x", 3, "b[0]", "alias", id="alias"),
        pytest.param("a: 1\nb: !!python/name:os.system", 2, "b", "tag", id="python_tag"),
        pytest.param("a: 1\nb: !!set {x}", 2, "b", "tag", id="standard_tag"),
        pytest.param("a: 1\n---\nb: 2", 2, "", "second document", id="two_documents"),
        pytest.param("# nothing\n", 1, "", "empty", id="empty"),
        pytest.param("a: 1\n? [b, c]\n: 2", 2, "", "key", id="key_is_a_list"),
        pytest.param("a: 1\nb: x\x07y", 2, "", "\\x07", id="control_character"),
        pytest.param("a: 1\nb: " + "[" * 50_000, 2, "b", "deep", id="deep_flow"),
        pytest.param("- " * 50_000, 1, "[0][0]", "deep", id="deep_block"),
    ],
)
def test_broken_yaml_names_its_line(text: str, line: int, field: str, says: str) -> None:
    with pytest.raises(ContentError) as caught:
        parse_yaml(text, HERE)
    assert (caught.value.file, caught.value.line) == (str(HERE), line)
    assert caught.value.field.startswith(field) if "deep" in says else caught.value.field == field
    assert says in str(caught.value)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        pytest.param("a: 150", 150, id="int"),
        pytest.param("a: -0.5", -0.5, id="float"),
        pytest.param("a: yes", True, id="bool"),
        pytest.param("a: ~", None, id="null"),
        pytest.param("a: 'yes'", "yes", id="quoted_stays_text"),
        pytest.param("a: 2024-13-45", "2024-13-45", id="impossible_date_stays_text"),
        pytest.param("a: 12:30", "12:30", id="time_of_day_stays_text"),
        pytest.param("a: " + "9" * 5000, "9" * 5000, id="endless_number_stays_text"),
        pytest.param("a: >-\n  one\n  two", "one two", id="folded_block"),
        pytest.param("\ufeffa: 1", 1, id="byte_order_mark"),
        pytest.param("a: caf\u00e9 \U0001f600", "caf\u00e9 \U0001f600", id="any_script"),
    ],
)
def test_scalars(tmp_path: Path, text: str, value: object) -> None:
    assert parse_yaml(text.removeprefix("\ufeff"), HERE).value == {"a": value}
    file = tmp_path / "cases" / "x" / "case.yaml"
    file.parent.mkdir(parents=True)
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ContentError, match="there is no such field|this field is missing"):
        load_case(file)


def test_a_file_of_a_program_may_have_aliases() -> None:
    text = "a: &x {step: data}\nb:\n  - *x\n  - &y [*x, 1]\nc: *y"
    assert parse_yaml(text, HERE, aliases=True).value == {
        "a": {"step": "data"},
        "b": [{"step": "data"}, [{"step": "data"}, 1]],
        "c": [{"step": "data"}, 1],
    }


@pytest.mark.parametrize(
    ("text", "what"),
    [
        pytest.param("a: *x\nb: &x 1", "nothing before it", id="later"),
        pytest.param("a: &x [*x]", "nothing before it", id="itself"),
        pytest.param(
            "\n".join(
                f"k{n}: &k{n} [{', '.join([f'*k{n - 1}' if n else '1'] * 9)}]" for n in range(9)
            ),
            "more than 20,000 values",
            id="bomb",
        ),
    ],
)
def test_aliases_stand_for_what_is_there_and_for_not_too_much(text: str, what: str) -> None:
    with pytest.raises(ContentError, match=what):
        parse_yaml(text, HERE, aliases=True)


def test_a_bomb_of_aliases_is_refused_at_once() -> None:
    rows = [
        f"{name}: &{name} [{', '.join(['*' + prev] * 9)}]"
        for prev, name in zip("abcdefg", "bcdefgh", strict=True)
    ]
    started = process_time()
    with pytest.raises(ContentError, match="aliases"):
        parse_yaml("\n".join(["a: &a [x]", *rows]), HERE)
    assert process_time() - started < 0.5


Spoil = Callable[[list[str]], int]
"""Changes the lines of a valid case in place; returns the number of the line to be named."""


def _replace(old: str, new: str) -> Spoil:
    def spoil(lines: list[str]) -> int:
        at = next(i for i, line in enumerate(lines) if line.strip() == old)
        lines[at] = lines[at].replace(old, new)
        return at + 1

    return spoil


def _delete(old: str, *, named_at: str) -> Spoil:
    def spoil(lines: list[str]) -> int:
        del lines[next(i for i, line in enumerate(lines) if line.strip() == old)]
        return next(i for i, line in enumerate(lines) if line.strip() == named_at) + 1

    return spoil


def _insert_after(old: str, new: str) -> Spoil:
    def spoil(lines: list[str]) -> int:
        at = next(i for i, line in enumerate(lines) if line.strip() == old)
        lines.insert(at + 1, new)
        return at + 2

    return spoil


FIRST = "steps.requirements.items[0]"


@pytest.mark.parametrize(
    ("spoil", "field", "says"),
    [
        pytest.param(_replace("weight: 3", "weight: 4"), f"{FIRST}.weight", "not 4", id="too_big"),
        pytest.param(
            _replace("level: mid", "level: junior"), f"{FIRST}.level", "not 'junior'", id="no_level"
        ),
        pytest.param(
            _replace("concept: latency_budget", "conzept: latency_budget"),
            f"{FIRST}.conzept",
            "no such field",
            id="misspelt_field",
        ),
        pytest.param(
            _delete("concept: latency_budget", named_at="- id: req_granite"),
            f"{FIRST}.concept",
            "missing",
            id="missing_field",
        ),
        pytest.param(
            _replace("- id: dat_nickel", "- id: Nickel!"),
            "steps.data.items[1].id",
            "this must be an id, lower-case letters, digits and underscores, not 'Nickel!'",
            id="bad_id",
        ),
        pytest.param(
            _replace("difficulty: easy", "difficulty: 3"), "difficulty", "not 3", id="wrong_type"
        ),
        pytest.param(_replace("serving:", "surfing:"), "steps.surfing", "'serving'", id="no_step"),
        pytest.param(_replace("- 5.0", "- 50.0"), "numbers[0]", "lowest", id="range_reversed"),
        pytest.param(
            _insert_after("title: A warehouse", "title: Twice"),
            "title",
            "twice",
            id="same_key_twice",
        ),
        pytest.param(_replace("id: warehouse", "id: depot"), "id", "'warehouse'", id="folder_name"),
    ],
)
def test_a_wrong_field_is_named_with_its_line(
    tmp_path: Path, spoil: Spoil, field: str, says: str
) -> None:
    file = write_case(tmp_path)
    lines = file.read_text().splitlines()
    line = spoil(lines)
    if field == "numbers[0]":  # a range is wrong as a whole: the quantity is named
        line = lines.index("- id: visits_per_minute") + 1
    file.write_text("\n".join(lines))
    with pytest.raises(ContentError) as caught:
        load_case(file)
    assert (caught.value.file, caught.value.line, caught.value.field) == (str(file), line, field)
    assert says in str(caught.value)


def test_the_first_of_several_errors_is_raised_and_all_are_listed(tmp_path: Path) -> None:
    file = write_case(tmp_path)
    text = file.read_text().replace("weight: 1", "weight: 9").replace("easy", "soft")
    file.write_text(text)
    with pytest.raises(ContentError, match=r"difficulty.*\(7 more in this file\.\)"):
        load_case(file)
    problems = load_library(tmp_path, ours=tmp_path / "none").problems
    assert [problem.field for problem in problems] == [
        "difficulty",
        *(f"steps.{step.value}.items[4].weight" for step in STEPS),
    ]
    assert [p.line for p in problems] == sorted(p.line or 0 for p in problems)


@pytest.mark.parametrize(
    ("data", "line", "says"),
    [
        pytest.param(b"id: x\ntitle: caf\xe9\n", 2, "UTF-8", id="latin_1"),
        pytest.param(b"#" * (SIZE_LIMIT + 1), None, "2 MB", id="too_large"),
        pytest.param(None, None, "not a file", id="a_folder_in_its_place"),
    ],
)
def test_unreadable_files(tmp_path: Path, data: bytes | None, line: int | None, says: str) -> None:
    file = tmp_path / "case.yaml"
    file.mkdir() if data is None else file.write_bytes(data)
    with pytest.raises(ContentError, match=says) as caught:
        load_framework(file)
    assert (caught.value.file, caught.value.line) == (str(file), line)


def test_a_missing_file_says_so(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match="there is no such file"):
        load_framework(tmp_path / "absent.yaml")


def test_a_case_survives_the_round_trip(tmp_path: Path) -> None:
    file = write_case(tmp_path, notes="# Guide")
    case = load_case(file)
    assert case == a_case() == load_case(file.parent)
    assert case.fingerprint == a_case().fingerprint
    assert case.fingerprint != a_case(title="Another").fingerprint
    assert read_notes(file.parent) == "# Guide"


def _frameworks(root: Path, **files: str) -> None:
    (root / "frameworks").mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (root / "frameworks" / f"{name}.yaml").write_text(text)


def test_the_users_files_replace_and_join_ours(tmp_path: Path) -> None:
    ours, theirs = tmp_path / "ours", tmp_path / "theirs"
    write_case(ours)
    write_case(ours, a_case(id="harbour"), notes="ours")
    write_case(theirs, a_case(title="My warehouse"), notes="mine")
    _frameworks(ours, two_phases=as_yaml(a_framework()))
    _frameworks(theirs, mine=as_yaml(a_framework(id="mine")))
    library = load_library(theirs, ours=ours)
    assert library.problems == ()
    assert {id_: case.title for id_, case in library.cases.items()} == {
        "harbour": "A warehouse",
        "warehouse": "My warehouse",
    }
    assert set(library.frameworks) == {"two_phases", "mine"}
    assert library.framework("mine").phase_of(STEPS[-1]) == 1
    assert (library.notes("warehouse"), library.notes("harbour")) == ("mine", "ours")
    assert library.files["warehouse"] == theirs / "cases" / "warehouse" / "case.yaml"


def test_a_broken_file_stops_no_other(tmp_path: Path) -> None:
    ours, theirs = tmp_path / "ours", tmp_path / "theirs"
    write_case(ours)
    write_case(theirs, a_case(id="harbour"))
    broken = write_case(theirs, a_case())
    broken.write_text("id: [\n")
    (theirs / "cases" / "empty_folder").mkdir()
    (theirs / "cases" / ".git").mkdir()
    (theirs / "cases" / "README.md").write_text("not a case")
    _frameworks(theirs, misnamed=as_yaml(a_framework()), good=as_yaml(a_framework(id="good")))
    library = load_library(theirs, ours=ours)
    assert library.case("warehouse").title == "A warehouse"  # ours stands where theirs is broken
    assert set(library.cases) == {"warehouse", "harbour"}
    assert set(library.frameworks) == {"good"}
    assert sorted(Path(problem.file).parent.name for problem in library.problems) == [
        "empty_folder",
        "frameworks",
        "warehouse",
    ]


@pytest.mark.parametrize(
    ("wanted", "says"),
    [
        pytest.param("warehose", r"Did you mean 'warehouse'\?", id="typo"),
        pytest.param("WAREHOUSE", r"Did you mean 'warehouse'\?", id="capitals"),
        pytest.param("zzz", "one of: harbour, warehouse.", id="nothing_near"),
    ],
)
def test_an_unknown_case_suggests_ids(tmp_path: Path, wanted: str, says: str) -> None:
    write_case(tmp_path)
    write_case(tmp_path, a_case(id="harbour"))
    library = load_library(ours=tmp_path)
    with pytest.raises(UnknownCase, match=says):
        library.case(wanted)
    with pytest.raises(SettingsError, match="None is installed"):
        library.framework(wanted)


def test_ours_load_without_a_problem() -> None:
    library = load_library()
    assert [str(problem) for problem in library.problems] == []
    assert {"seven_step", "four_step", "genai"} <= set(library.frameworks)
    for framework in library.frameworks.values():
        assert framework.steps == STEPS


def test_a_long_case_loads_fast(tmp_path: Path) -> None:
    long = a_case(steps={step: a_step(step, items=a_step(step).items * 3) for step in STEPS})
    file = write_case(tmp_path, long)
    assert len(file.read_text().splitlines()) >= 2_500
    started = process_time()
    load_case(file)
    assert process_time() - started < 0.4
