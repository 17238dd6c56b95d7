from __future__ import annotations

from pathlib import Path

import pytest

from interviewer.cases.library import load_case, load_library
from interviewer.cases.lint import (
    check_case,
    check_notes,
    is_bare_term,
    is_list,
)
from interviewer.cases.positions import read_yaml
from interviewer.cases.variants import exemplary
from interviewer.core.case import Case, CaseStep, ChangedFact
from tests.builders import CONCEPTS, a_case, a_step, an_item, the_notes, write_case
from tests.cases.altered import DATA, cut, items_of_data, with_first, with_item, with_step


def _findings(case: Case) -> list[tuple[str, str]]:
    return [(finding.severity, finding.where) for finding in check_case(case, CONCEPTS)]


def test_the_builders_case_has_no_findings() -> None:
    assert check_case(a_case(), CONCEPTS) == []


ITEM = "steps.data.items[0]"
QUESTIONLESS = "Tell me about your choices."
LONG = "and so on " * 25 + "?"


@pytest.mark.parametrize(
    ("case", "where"),
    [
        pytest.param(with_item(id="req_copper", topic="quartz"), f"{ITEM}.id", id="item_id_twice"),
        pytest.param(
            with_first("push_backs", id="ser_flag"),
            "steps.serving.red_flags[0].id",
            id="flag_id_twice",
        ),
        pytest.param(with_first("numbers", id="patience"), "numbers[0].id", id="number_id_twice"),
        pytest.param(with_item(concept="no_note"), f"{ITEM}.concept", id="no_concept_note"),
        pytest.param(
            with_first("deep_dives", items=("ser_slate", "gone")),
            "deep_dives[0].items[1]",
            id="dive_link",
        ),
        pytest.param(
            with_first("constraint_changes", items=("gone",)),
            "constraint_changes[0].items[0]",
            id="change_link",
        ),
        pytest.param(
            with_first("push_backs", item="gone"), "push_backs[0].item", id="push_back_link"
        ),
        pytest.param(
            with_first("push_backs", step=DATA), "push_backs[0].step", id="push_back_step"
        ),
        pytest.param(
            with_first("variants", emphasis=("gone",)),
            "variants[0].emphasis[0]",
            id="variant_link",
        ),
        pytest.param(
            with_first("variants", facts=(ChangedFact(id="visitors", answer="7"),) * 2),
            "variants[0].facts[1].id",
            id="variant_fact_twice",
        ),
        pytest.param(cut("variants", 1), "variants", id="one_variant"),
        pytest.param(cut("deep_dives", 1), "deep_dives", id="one_deep_dive"),
        pytest.param(cut("constraint_changes", 0), "constraint_changes", id="no_constraint_change"),
        pytest.param(cut("push_backs", 0), "push_backs", id="no_push_back"),
        pytest.param(with_item(hints=("A nudge.",)), f"{ITEM}.hints", id="core_with_one_hint"),
        pytest.param(with_item(hints=()), f"{ITEM}.hints", id="core_without_hints"),
        pytest.param(
            with_item(staff_adds=None), f"{ITEM}.staff_adds", id="core_without_staff_adds"
        ),
        pytest.param(
            with_item(said=(*an_item("dat_quartz").said, "quartz, sand, gravel, stone, dust")),
            f"{ITEM}.said[3]",
            id="said_is_a_list",
        ),
        pytest.param(
            with_item(said=("Quartz apart, because.", *an_item("dat_quartz").said)),
            f"{ITEM}.said[0]",
            id="said_is_too_short",
        ),
        pytest.param(
            with_item(near_misses=("We should be careful with it because it matters.",)),
            f"{ITEM}.near_misses",
            id="no_bare_term_among_near_misses",
        ),
        pytest.param(
            with_item(follow_ups=("Where would you put the quartz?", "Why?")),
            f"{ITEM}.follow_ups[0]",
            id="first_follow_up_leaks",
        ),
        pytest.param(
            with_item(follow_ups=(QUESTIONLESS, "Why?")),
            f"{ITEM}.follow_ups[0]",
            id="follow_up_asks_nothing",
        ),
        pytest.param(
            with_item(follow_ups=("What else?", "Why? And how?")),
            f"{ITEM}.follow_ups[1]",
            id="two_questions",
        ),
        pytest.param(
            with_item(follow_ups=("What else?", LONG)), f"{ITEM}.follow_ups[1]", id="too_long"
        ),
        pytest.param(with_item(hints=("a", "b", LONG)), f"{ITEM}.hints[2]", id="hint_too_long"),
        pytest.param(
            with_first("deep_dives", question=QUESTIONLESS),
            "deep_dives[0].question",
            id="dive_asks_nothing",
        ),
        pytest.param(
            with_first("push_backs", text="Really? Why?"),
            "push_backs[0].text",
            id="push_back_asks_twice",
        ),
        pytest.param(
            a_case(opening="Design a place where quartz lies apart."), "opening", id="opening_leaks"
        ),
        pytest.param(
            with_first("variants", opening="Design a place where quartz lies apart."),
            "variants[0].opening",
            id="variant_opening_leaks",
        ),
    ],
)
def test_an_error_is_found_in_its_place(case: Case, where: str) -> None:
    assert _findings(case) == [("error", where)]


@pytest.mark.parametrize(
    ("why", "finding"),
    [
        pytest.param("You left it out.", "'You'", id="you"),
        pytest.param("Nobody notices until your users leave.", "'your'", id="your"),
        pytest.param("It fails when you're late.", "'you'", id="contraction"),
        pytest.param("The candidate forgot the quartz.", "'The candidate'", id="candidate"),
        pytest.param("Young users leave, and yours truly is fine.", "'yours'", id="whole_words"),
        pytest.param("What no source of candidates finds never reaches youth.", None, id="system"),
        pytest.param("Left alone, it breaks within a year.", None, id="impersonal"),
    ],
)
def test_a_why_tells_what_the_system_suffers_and_not_what_a_person_did(
    why: str, finding: str | None
) -> None:
    found = check_case(with_item(why=why), CONCEPTS)
    if finding is None:
        assert found == []
    else:
        assert [(f.severity, f.where) for f in found] == [("warning", f"{ITEM}.why")]
        assert finding in found[0].message


@pytest.mark.parametrize(
    ("topic", "says"),
    [
        pytest.param("", "has none", id="none"),
        pytest.param("storage of nickel", "steps.data.items[1]", id="that_of_a_neighbour"),
        pytest.param("Storage  of Granite", "steps.requirements.items[0]", id="of_another_step"),
        pytest.param("lifetime of quartz", None, id="its_own"),
    ],
)
def test_every_item_has_a_topic_of_its_own(topic: str, says: str | None) -> None:
    found = check_case(with_item(topic=topic), CONCEPTS)
    assert [finding.severity for finding in found] == ([] if says is None else ["warning"])
    for finding in found:
        assert says is not None
        assert says in f"{finding.where} {finding.message}"


def _challenge(text: str) -> CaseStep:
    step = a_step(DATA)
    flag = step.red_flags[0].model_copy(update={"challenge": text})
    return step.model_copy(update={"red_flags": (flag,)})


@pytest.mark.parametrize(
    ("step", "findings"),
    [
        pytest.param(items_of_data(5), [], id="five_items"),
        pytest.param(items_of_data(9), [], id="nine_items"),
        pytest.param(items_of_data(3), [], id="three_items"),
        pytest.param(items_of_data(2), [("error", "steps.data.items")], id="two_items"),
        pytest.param(items_of_data(10), [("error", "steps.data.items")], id="ten_items"),
        pytest.param(
            a_step(
                DATA,
                items=tuple(
                    i.model_copy(update={"core": n < 0}) for n, i in enumerate(a_step(DATA).items)
                ),
            ),
            [("error", "steps.data.items")],
            id="no_core_item",
        ),
        pytest.param(
            a_step(
                DATA,
                items=tuple(
                    i.model_copy(update={"core": n < 1}) for n, i in enumerate(a_step(DATA).items)
                ),
            ),
            [],
            id="one_core_item",
        ),
        pytest.param(
            a_step(
                DATA,
                items=tuple(
                    i.model_copy(update={"core": True, "hints": ("a", "b"), "staff_adds": "c"})
                    for n, i in enumerate(a_step(DATA).items)
                ),
            ),
            [("error", "steps.data.items")],
            id="five_core_items",
        ),
        pytest.param(
            a_step(
                DATA, items=tuple(i.model_copy(update={"weight": 3}) for i in a_step(DATA).items)
            ),
            [("warning", "steps.data.items")],
            id="everything_weighs_most",
        ),
        pytest.param(
            a_step(DATA, model_answer="word " * 119),
            [("error", "steps.data.model_answer")],
            id="short_answer",
        ),
        pytest.param(a_step(DATA, model_answer="word " * 120), [], id="answer_of_120"),
        pytest.param(a_step(DATA, model_answer="word " * 200), [], id="answer_of_200"),
        pytest.param(
            a_step(DATA, model_answer="word " * 201),
            [("error", "steps.data.model_answer")],
            id="long_answer",
        ),
        pytest.param(
            a_step(DATA, model_answer=exemplary(a_step(DATA).items)), [], id="answer_left_out"
        ),
        pytest.param(
            _challenge("It breaks."),
            [("error", "steps.data.red_flags[0].challenge")],
            id="no_question",
        ),
        pytest.param(
            _challenge("So? And?"),
            [("error", "steps.data.red_flags[0].challenge")],
            id="two_questions",
        ),
    ],
)
def test_steps(step: CaseStep, findings: list[tuple[str, str]]) -> None:
    dives_only = with_step(step)
    assert _findings(dives_only) == findings


@pytest.mark.parametrize(
    ("text", "bare"),
    [
        pytest.param("two-tower, ANN, FAISS, ranking, re-ranking", True, id="comma_list"),
        pytest.param(
            "Retrieval / filtering / ranking / re-ranking / caching", True, id="slash_list"
        ),
        pytest.param("feature store", True, id="two_words"),
        pytest.param("position bias correction with inverse propensity", True, id="noun_phrase"),
        pytest.param(
            "log at serving time, so nothing leaks from the future", False, id="terse_reason"
        ),
        pytest.param("p99 150 ms \u2192 no full scan \u2192 funnel", False, id="arrows"),
        pytest.param("I'd store features when we serve them", False, id="plain_words"),
        pytest.param("training stays affordable using a sampled softmax", False, id="verb_ending"),
        pytest.param("300M x 128 floats = 154 GB, 19 GB after PQ", False, id="equation"),
    ],
)
def test_bare_terms(text: str, bare: bool) -> None:
    assert is_bare_term(text) is bare


@pytest.mark.parametrize(
    ("text", "listed"),
    [
        ("There is drift, PSI, KS tests, alerts and retraining.", True),
        ("We compare yesterday with the week before, because mornings differ from nights.", False),
        ("Everything will be monitored carefully.", False),
    ],
)
def test_lists(text: str, listed: bool) -> None:
    assert is_list(text) is listed


@pytest.mark.parametrize(
    ("follow_up", "severity"),
    [
        pytest.param(
            "Is there anything about quartz that worries you?", "error", id="in_every_text"
        ),
        pytest.param("Is there anything fragile that worries you?", "warning", id="in_two_texts"),
        pytest.param("Is there anything brittle that worries you?", None, id="in_one_text"),
        pytest.param("What do you keep apart from the rest?", None, id="words_of_every_item"),
        pytest.param("What matters most to you?", None, id="words_of_the_question"),
    ],
)
def test_leaks_are_graded(follow_up: str, severity: str | None) -> None:
    said = (
        "I would keep the quartz alone because it is fragile and it matters.",
        "Quartz goes elsewhere since fragile goods suffer, and that matters.",
        "We put the quartz away, because brittle things break.",
        "Quartz stays alone or it breaks the others.",
    )
    case = with_item(said=said, follow_ups=(follow_up, "Why?"))
    expected = [] if severity is None else [(severity, f"{ITEM}.follow_ups[0]")]
    assert _findings(case) == expected


def test_a_leak_names_the_words_as_written() -> None:
    case = with_item(follow_ups=("Where would Quartz go?", "Why?"))
    assert [finding.message.rpartition(": ")[2] for finding in check_case(case, CONCEPTS)] == [
        "quartz."
    ]


@pytest.mark.parametrize(
    ("notes", "says"),
    [
        pytest.param(the_notes(), [], id="complete"),
        pytest.param(None, ["missing"], id="absent"),
        pytest.param(the_notes(1_000), ["1500 or more"], id="short"),
        pytest.param(the_notes().replace("## Serving", "Serving"), ["'serving'"], id="no_section"),
        pytest.param(the_notes().replace("## Modeling", "### 4. Modelling it"), [], id="british"),
    ],
)
def test_notes(notes: str | None, says: list[str]) -> None:
    findings = check_notes(notes)
    assert len(findings) == len(says)
    for finding, word in zip(findings, says, strict=True):
        assert finding.severity == "error"
        assert word in finding.message


@pytest.mark.parametrize(
    ("overrides", "field", "line"),
    [
        pytest.param({"concept": "no_note"}, "concept", "concept: no_note", id="concept"),
        pytest.param({"why": "You forgot."}, "why", "why: You forgot.", id="why"),
    ],
)
def test_a_finding_is_located_in_its_file(
    tmp_path: Path, overrides: dict[str, str], field: str, line: str
) -> None:
    file = write_case(tmp_path, with_item(**overrides))
    (finding,) = check_case(load_case(file), CONCEPTS)
    error = finding.in_file(read_yaml(file))
    lines = file.read_text().splitlines()
    assert (error.file, error.field) == (str(file), f"{ITEM}.{field}")
    assert lines[(error.line or 0) - 1].strip() == line


def test_our_cases_have_no_errors() -> None:
    library = load_library()
    notes = library.files.values()
    concepts = {file.stem for root in notes for file in (root.parents[2] / "concepts").glob("*.md")}
    found = {
        id_: [
            f
            for f in (*check_case(case, concepts), *check_notes(library.notes(id_)))
            if f.severity == "error"
        ]
        for id_, case in library.cases.items()
    }
    assert found == {id_: [] for id_ in library.cases}
