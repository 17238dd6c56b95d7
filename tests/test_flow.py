"""How an interview feels: scripted people of every kind, and what an interviewer does with each.

What the embedded brain does not meet today is listed in `evals/transcripts/unmet/unmet.yaml`. The
list is exact: what is met must leave it, and nothing may join it unseen.
`python -m tests.test_flow` writes it anew.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
import yaml

from interviewer.cases.library import load_library
from interviewer.core.act import MoveKind
from interviewer.core.assessment import Verdict
from interviewer.core.settings import STEPS
from interviewer.core.transcript import Intent
from interviewer.simulation.expectations import Said, Unmet
from interviewer.simulation.player import Played, Script, load_script
from tests.homes import places_in
from tests.scripts import SHIPPED, TRANSCRIPTS, play_script

SCRIPTS: Mapping[str, Script] = {
    name: load_script(TRANSCRIPTS / f"{name}.yaml") for name in SHIPPED
}
EXPECTING = [
    name for name, script in SCRIPTS.items() if script.expect.exchanges or script.expect.final.moves
]
STRONG = ["ac_strong", "ac_strong_simple", "sa_strong", "sa_strong_simple"]
STRONG += ["vr_strong", "vr_strong_simple"]
ASKS = {MoveKind.PROBE, MoveKind.DEEPEN, MoveKind.HINT, MoveKind.OFFER_HINT, MoveKind.OPEN_STEP}
ASKS |= {MoveKind.TELL, MoveKind.REDIRECT}


UNMET = TRANSCRIPTS / "unmet" / "unmet.yaml"
KNOWN: Mapping[str, Mapping[str, list[str]]] = yaml.safe_load(UNMET.read_text("utf-8"))

PLACES = [
    (name, place)
    for name in EXPECTING
    for place in dict.fromkeys(one.after for one in SCRIPTS[name].expect.exchanges)
]


@pytest.mark.parametrize(
    ("name", "place"), PLACES, ids=[f"{name}-{place}".replace(" ", "_") for name, place in PLACES]
)
def test_every_expectation_is_met(plays: Mapping[str, Played], name: str, place: Said) -> None:
    unmet = [one for one in plays[name].unmet if one.after == place]
    known = KNOWN.get(name, {}).get(str(place), [])
    assert [_named(one) for one in unmet] == known, "\n".join(map(str, unmet))


@pytest.mark.parametrize("name", EXPECTING)
def test_the_end_is_as_expected(plays: Mapping[str, Played], name: str) -> None:
    unmet = [one for one in plays[name].unmet if one.after is None]
    assert [_named(one) for one in unmet] == KNOWN.get(name, {}).get("final", [])


def test_the_list_of_what_is_unmet_names_only_what_is_expected() -> None:
    places = {(name, str(place)) for name, place in PLACES}
    listed = {(name, place) for name, ends in KNOWN.items() for place in ends if place != "final"}
    assert listed <= places


def test_most_expectations_are_met_and_none_of_the_strong_is_missing() -> None:
    unmet = {(name, place) for name, ends in KNOWN.items() for place in ends}
    assert len(unmet) <= 0.3 * len(PLACES)
    assert not [name for name, _ in unmet if name in STRONG]


def _named(one: Unmet) -> str:
    return f"{one.check} {', '.join(one.expected)}"


# Strong candidates


@pytest.mark.parametrize("name", STRONG)
def test_a_strong_candidate_can_say_what_they_have(plays: Mapping[str, Played], name: str) -> None:
    assert plays[name].result.unused_messages <= 1


@pytest.mark.parametrize("name", STRONG)
def test_a_strong_candidate_is_taken_further(plays: Mapping[str, Played], name: str) -> None:
    assert SCRIPTS[name].settings.minutes == 45
    done = set(moves(plays[name]))
    assert MoveKind.CHANGE_CONSTRAINT in done
    # What was met already is no depth to go into.
    verdicts = {item.item: item.verdict for step in plays[name].result.steps for item in step.items}
    case = load_library().cases[SCRIPTS[name].case_id]
    met = [all(verdicts[item] is Verdict.MET for item in dive.items) for dive in case.deep_dives]
    assert MoveKind.DEEP_DIVE in done or all(met)


def moves(played: Played) -> Iterator[MoveKind]:
    lines = (line for line in played.result.transcript if line.role == "interviewer")
    return (MoveKind(line.move["kind"]) for line in lines if line.move is not None)


@pytest.mark.parametrize("name", STRONG)
def test_nothing_is_asked_that_was_said(plays: Mapping[str, Played], name: str) -> None:
    met: set[str] = set()
    asked_again: list[tuple[str, str]] = []
    for exchange in plays[name].exchanges:
        met |= {v.item for v in exchange.assessment.verdicts if v.verdict is Verdict.MET}
        met -= set(exchange.assessment.withdrawn)
        move = exchange.move
        if move is not None and move.kind in ASKS and move.item in met:
            asked_again.append((str(exchange.said), str(move.item)))
    assert asked_again == []


@pytest.mark.parametrize("name", [*STRONG, "vr_strong_terse", "vr_solid"])
def test_what_is_right_is_not_taken_for_a_red_flag(plays: Mapping[str, Played], name: str) -> None:
    heard = [flag.quote for step in plays[name].result.steps for flag in step.red_flags]
    assert heard == []


@pytest.mark.parametrize("case", ["ac", "sa", "vr"])
def test_the_simple_twin_is_built_alike(case: str) -> None:
    fluent, simple = SCRIPTS[f"{case}_strong"], SCRIPTS[f"{case}_strong_simple"]
    assert fluent.settings == simple.settings and fluent.case_id == simple.case_id
    counts = [{step: len(s.candidate[step]) for step in STEPS} for s in (fluent, simple)]
    assert counts[0] == counts[1]
    for step in STEPS:
        pairs = zip(fluent.candidate[step], simple.candidate[step], strict=True)
        assert all(one.text != other.text for one, other in pairs)


# What the scripts cover


def test_each_move_and_each_intent_is_expected_somewhere() -> None:
    moves: set[MoveKind] = set()
    intents: set[Intent] = set()
    for script in SCRIPTS.values():
        moves |= set(script.expect.final.moves)
        for expectation in script.expect.exchanges:
            moves |= set(expectation.move)
            intents |= set(expectation.intent)
    assert set(MoveKind) - moves == set()
    assert set(Intent) - intents == set()


def test_there_are_enough_of_every_kind() -> None:
    expected = [e for script in SCRIPTS.values() for e in script.expect.exchanges]
    assert len(expected) >= 40
    for check in ("move", "not_move", "item", "not_item", "fact", "red_flag", "recovered"):
        assert sum(bool(getattr(e, check)) for e in expected) >= 4, check
    for prefix in ("ac_", "sa_", "vr_"):
        own = [script for name, script in SCRIPTS.items() if name.startswith(prefix)]
        assert sum(bool(script.expect.exchanges) for script in own) >= 4


@pytest.mark.parametrize("name", EXPECTING)
def test_expectations_name_messages_that_exist(name: str) -> None:
    script = SCRIPTS[name]
    for expectation in script.expect.exchanges:
        said = script.candidate.get(expectation.after.step, ())
        assert expectation.after.message <= len(said), str(expectation.after)


def test_scripts_are_not_copied_from_the_cases() -> None:
    """A script that quotes the case would only show that the case knows itself."""
    cases = Path(__file__).resolve().parents[1] / "knowledge" / "cases"
    authored = {
        case_id: " ".join(
            " ".join(file.read_text("utf-8").split())
            for file in sorted((cases / case_id).glob("[ce]*.yaml"))
        )
        for case_id in {script.case_id for script in SCRIPTS.values()}
    }
    copied = [
        (name, run)
        for name, script in SCRIPTS.items()
        for messages in script.candidate.values()
        for message in messages
        for run in _runs(message.text)
        if run in authored[script.case_id]
    ]
    assert copied == []


def _runs(text: str, length: int = 9) -> Iterator[str]:
    words = text.split()
    return (" ".join(words[at : at + length]) for at in range(len(words) - length + 1))


def write() -> None:
    """Writes the list of what is unmet today."""
    known: dict[str, dict[str, list[str]]] = {}
    with tempfile.TemporaryDirectory() as home:
        for name in EXPECTING:
            for one in play_script(name, places_in(Path(home))).unmet:
                place = str(one.after) if one.after else "final"
                known.setdefault(name, {}).setdefault(place, []).append(_named(one))
    UNMET.write_text(yaml.safe_dump(known, sort_keys=True, width=100), "utf-8")


if __name__ == "__main__":
    write()
