"""Other ways to say a case's sentences: what is read, what is refused, what is doubted."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from interviewer.cases.library import load_case, load_library
from interviewer.cases.paraphrases import check_paraphrases, paraphrase_errors
from interviewer.cases.variants import apply_variant
from interviewer.core.case import Case, Paraphrases
from interviewer.core.errors import ContentError
from tests.builders import a_case, write_case

OTHER: dict[str, Any] = {
    "opening": ["People bring all sorts of belongings and want them back later. Build for that."],
    "facts": {"visitors": ["Some 4,000 come each day."]},
    "steps": {"data": ["Where do you start in this part?", "What comes first in this part?"]},
    "items": {
        "dat_quartz": {
            "follow_ups": [["Anything to arrange first?"], ["How does it age?"], []],
            "hints": [["One of these ages faster."], [], ["That one goes first. So?"]],
        }
    },
    "red_flags": {"dat_flag": ["How does it look twelve months on?"]},
    "deep_dives": {"dive_shelves": ["Can we zoom in on the layout?"]},
    "constraint_changes": {"half_the_room": ["Half of the space is gone. What now?"]},
    "push_backs": {"push_slate": ["Does a second shelf pay?"]},
}


def _written(root: Path, ways: object) -> Path:
    """The builders' case with a `ways.yaml` beside it; returns its `case.yaml`."""
    file = write_case(root)
    text = ways if isinstance(ways, str) else yaml.safe_dump(ways, sort_keys=False, width=200)
    (file.parent / "ways.yaml").write_text(text)
    return file


def _case_with(**groups: Any) -> Case:
    return a_case(ways=Paraphrases(**groups))


def test_ways_are_read_with_their_case(tmp_path: Path) -> None:
    case = load_case(_written(tmp_path, OTHER))
    assert case.ways == Paraphrases.model_validate(OTHER)
    assert load_library(ours=tmp_path).case(case.id) == case
    assert check_paraphrases(case) == []
    assert case.fingerprint == a_case().fingerprint  # nothing that is judged has changed


@pytest.mark.parametrize(
    ("ways", "line", "field", "says"),
    [
        ({"opening": ["..."], "facts": {"visitor": ["..."]}}, 4, "facts.visitor", "no fact"),
        ({"items": {"dat_glass": {"hints": []}}}, 2, "items.dat_glass", "no item 'dat_glass'"),
        ({"push_backs": {"half_the_room": ["x"]}}, 2, "push_backs.half_the_room", "no push back"),
        (
            {"items": {"dat_quartz": {"follow_ups": [["x"]]}}},
            3,
            "items.dat_quartz.follow_ups",
            "1 lists; the case has 3 follow-ups",
        ),
        (
            {"items": {"dat_ivory": {"hints": [["x"]]}}},
            3,
            "items.dat_ivory.hints",
            "the case has 0 hints",
        ),
        (
            {"dive_follow_ups": {"dive_shelves": [["x"]]}},
            2,
            "dive_follow_ups.dive_shelves",
            "1 lists; the case has 0 follow-ups",
        ),
        ({"dive_follow_ups": {"dive_cellar": []}}, 2, "dive_follow_ups.dive_cellar", "no dive"),
        ({"steps": {"planning": ["x"]}}, 2, "steps.planning", "requirements"),
        ({"openings": ["x"]}, 1, "openings", "openings"),
        ("opening: [\n", 2, "", "YAML"),
        ("# later\n", 1, "", "empty"),
    ],
    ids=[
        *("fact", "item", "wrong_group", "count", "no_hints", "dive_count", "dive"),
        *("step", "group", "broken", "empty"),
    ],
)
def test_a_wrong_file_is_named_and_its_case_stays_playable(
    tmp_path: Path, ways: object, line: int, field: str, says: str
) -> None:
    file = _written(tmp_path, ways)
    with pytest.raises(ContentError) as caught:
        load_case(file)
    error = caught.value
    assert (error.file, error.field or "") == (str(file.parent / "ways.yaml"), field)
    assert (error.line is not None and error.line <= line) and says.lower() in str(error).lower()
    library = load_library(ours=tmp_path)
    assert library.case("warehouse") == a_case()
    assert [str(problem) for problem in library.problems] == [str(error)]


def test_ways_do_not_stand_in_the_case_file(tmp_path: Path) -> None:
    file = write_case(tmp_path, a_case(ways=Paraphrases(opening=("Another.",))))
    with pytest.raises(ContentError, match=r"ways\.yaml"):
        load_case(file)


@pytest.mark.parametrize(
    ("groups", "where", "says"),
    [
        pytest.param(
            {"items": {"dat_quartz": {"follow_ups": [["Where would Quartz go?"], [], []]}}},
            "items.dat_quartz.follow_ups[0][0]",
            "item's own words: quartz",
            id="first_follow_up_leaks",
        ),
        pytest.param(
            {"opening": ["A room where granite is kept apart."]},
            "opening[0]",
            "gives 'req_granite' away",
            id="opening_leaks",
        ),
        pytest.param(
            {"red_flags": {"dat_flag": ["What would the box look like, after a year?"]}},
            "red_flags.dat_flag[0]",
            "repeats a sentence of case.yaml",
            id="the_same_again",
        ),
        pytest.param(
            {"deep_dives": {"dive_shelves": ["What now?"], "dive_learning": ["What now?"]}},
            "deep_dives.dive_learning[0]",
            "repeats a sentence of this file",
            id="one_way_for_two",
        ),
        pytest.param(
            {"push_backs": {"push_slate": ["It pays. It pays not."]}},
            "push_backs.push_slate[0]",
            "0 question marks where the case has 1",
            id="no_longer_a_question",
        ),
        pytest.param(
            {"facts": {"visitors": ["and so on " * 25]}},
            "facts.visitors[0]",
            "longer than 60",
            id="too_long",
        ),
    ],
)
def test_what_is_doubted(groups: dict[str, Any], where: str, says: str) -> None:
    findings = {
        finding.where: finding.message for finding in check_paraphrases(_case_with(**groups))
    }
    assert says in findings[where]


def test_a_later_follow_up_may_use_the_items_words() -> None:
    narrow = {"dat_quartz": {"follow_ups": [[], ["How does quartz age?"], []]}}
    assert check_paraphrases(_case_with(items=narrow)) == []


def test_a_finding_is_located_in_its_file(tmp_path: Path) -> None:
    file = _written(tmp_path, {"opening": ["New."], "push_backs": {"push_slate": ["Why not."]}})
    ((error, finding),) = paraphrase_errors(file.parent, load_case(file))
    assert (error.file, error.line) == (str(file.parent / "ways.yaml"), 5)
    assert finding.severity == "error"


def test_a_variant_drops_ways_of_what_it_changes() -> None:
    first, second = a_case().variants
    renewed = second.model_copy(update={"opening": "One room. Design the rest."})
    facts = {"visitors": ["Some 4,000 a day."], "patience": ["Two minutes at the outside."]}
    case = a_case(
        variants=(first, renewed), ways=Paraphrases(opening=("Another opening.",), facts=facts)
    )
    night, small = apply_variant(case, "night").ways, apply_variant(case, "small").ways
    assert set(night.facts) == {"patience"} and night.opening == ("Another opening.",)
    assert set(small.facts) == {"visitors", "patience"} and small.opening == ()


def test_our_ways_have_no_errors() -> None:
    found = {
        id_: [f"{f.where}: {f.message}" for f in check_paraphrases(case) if f.severity == "error"]
        for id_, case in load_library().cases.items()
    }
    assert found == {id_: [] for id_ in found}
