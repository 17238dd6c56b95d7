"""What is observed of how somebody communicates: seen or not, with the words that show it."""

from __future__ import annotations

import pytest

from interviewer.core.act import EndReason, Move, MoveKind
from interviewer.core.assessment import Verdict
from interviewer.policy import interview_record
from interviewer.scoring import Observation
from tests.builders import a_case, a_turn
from tests.policy.talk import DATA, REQ, SUMMARY, I, Talk, all_items, earned, wrong


def observed(talk: Talk, id_: str) -> Observation | None:
    seen = interview_record(talk.state, talk.turns, talk.assessments).observations
    return next((one for one in seen if one.id == id_), None)


@pytest.mark.parametrize("reason", ["completed", "candidate", "time", None])
def test_time_was_kept_where_an_interview_was_completed(reason: EndReason | None) -> None:
    talk = Talk()
    talk.state.end_reason = reason
    kept = observed(talk, "kept_time")
    assert kept is not None and kept.seen is (reason == "completed")


def test_a_claim_that_nobody_challenged_says_nothing_about_revising() -> None:
    assert observed(Talk(), "revised_on_evidence") is None


def test_a_revision_is_shown_with_the_words_that_make_it() -> None:
    talk = Talk()
    flags = wrong(REQ)
    talk.say(**flags)
    revised = observed(talk, "revised_on_evidence")
    assert revised is not None and not revised.seen and revised.evidence is None
    talk.say(text="No, that was wrong.", retracted=[flag.red_flag for flag in flags["red_flags"]])
    revised = observed(talk, "revised_on_evidence")
    assert revised is not None and revised.seen and revised.evidence is not None
    assert revised.evidence.quote == "No, that was wrong."


def test_what_was_decided_first_is_shown() -> None:
    talk = Talk()
    first, second, third = all_items(REQ)[:3]
    talk.say(verdicts=earned(first, turn=2))
    talk.say(verdicts=earned(second, third, turn=4))
    decided = observed(talk, "decided_with_reasons")
    assert decided is not None and decided.seen
    assert decided.evidence is not None and decided.evidence.turn == 2


PLAIN, DECIDED = "Five billion times ten is fifty billion.", "I take the trie."
REASON, BOTH = "It is cold because nobody asked.", "I take the trie because it fits in memory."


@pytest.mark.parametrize(
    ("quotes", "shown"),
    [
        ((PLAIN, DECIDED, REASON), REASON),
        ((PLAIN, REASON, BOTH), BOTH),
        ((PLAIN, PLAIN, DECIDED), DECIDED),
        ((BOTH, REASON, BOTH.replace("trie", "list")), BOTH),
    ],
)
def test_the_quote_that_gives_a_reason_and_decides_is_shown_first(
    quotes: tuple[str, ...], shown: str
) -> None:
    talk = Talk()
    for item, quote in zip(all_items(REQ), quotes, strict=False):
        talk.say(verdicts=[one.quoting(quote) for one in earned(item)])
    decided = observed(talk, "decided_with_reasons")
    assert decided is not None and decided.evidence is not None
    assert decided.evidence.quote == shown


def test_an_assumption_beside_a_wrong_claim_is_shown_only_where_there_is_no_other() -> None:
    talk = Talk()
    talk.say(I.ASSUMPTION, assumptions=("I take a pause of a second.",), **wrong(REQ))
    first = observed(talk, "stated_assumptions")
    talk.say(I.ASSUMPTION, assumptions=("I take ten percent.",))
    then = observed(talk, "stated_assumptions")
    shown = [one.evidence.quote for one in (first, then) if one and one.evidence]
    assert shown == ["I take a pause of a second.", "I take ten percent."]


def test_only_a_question_about_requirements_was_asked_before_designing() -> None:
    asked = Talk()
    asked.say(I.QUESTION, text="Good morning to you. How many users are there? Few, I think.")
    before = observed(asked, "asked_before_designing")
    assert before is not None and before.seen and before.evidence is not None
    assert before.evidence.quote == "How many users are there?"
    later = Talk()
    while later.state.step is not DATA:
        later.say(I.MOVE_ON)
    later.say(I.QUESTION)
    after = observed(later, "asked_before_designing")
    assert after is not None and not after.seen


def test_a_recap_is_the_first_point_of_the_summary_in_part_too() -> None:
    recap, trade_off, *_ = all_items(SUMMARY)
    talk = Talk()
    talk.say(verdicts=earned(*all_items(REQ)[:1], trade_off))
    without = observed(talk, "recapped")
    talk.say(verdicts=earned(recap, turn=4, verdict=Verdict.PARTIAL))
    with_one = observed(talk, "recapped")
    assert without is not None and not without.seen and without.evidence is None
    assert with_one is not None and with_one.seen
    assert with_one.evidence is not None and with_one.evidence.turn == 4


def test_a_wrong_claim_is_no_assumption_to_be_praised() -> None:
    talk = Talk()
    said = wrong(REQ)["red_flags"][0].quote
    talk.say(I.ASSUMPTION, assumptions=(said,), **wrong(REQ))
    stated = observed(talk, "stated_assumptions")
    assert stated is not None and not stated.seen
    talk.say(I.ASSUMPTION, assumptions=(said, "I take ten percent."))
    stated = observed(talk, "stated_assumptions")
    assert stated is not None and stated.seen and stated.evidence is not None
    assert stated.evidence.quote == "I take ten percent."


@pytest.mark.parametrize(("upheld", "seen"), [(2, True), (3, False)])
def test_who_gives_up_a_third_of_the_challenged_claims_revises(upheld: int, seen: bool) -> None:
    talk = Talk()
    talk.say(**wrong(REQ))
    (known,) = talk.state.flags.values()
    talk.say(text="No, that was wrong.", retracted=[known.red_flag])
    for at in range(upheld):
        again = {"red_flag": f"doubt_4_{at}", "challenged": True}
        talk.state.flags[f"doubt_4_{at}"] = known.model_copy(update=again)
    revised = observed(talk, "revised_on_evidence")
    assert revised is not None and revised.seen is seen


def test_what_the_interviewer_asked_about_is_known() -> None:
    """A question names its item, a scenario leads to some; talk about no item names none."""
    case = a_case()
    dive = case.deep_dives[0]
    moves = [
        Move(kind=MoveKind.OPEN_STEP, step=REQ),
        Move(kind=MoveKind.PROBE, step=REQ, item="req_granite"),
        Move(kind=MoveKind.CHALLENGE, step=DATA, item="dat_copper", red_flag="dat_flag"),
        Move(kind=MoveKind.DEEP_DIVE, step=DATA, about=dive.id),
    ]
    turns = [a_turn(2 * at + 1, "So?", move=move) for at, move in enumerate(moves)]
    asked = interview_record(Talk(case).state, turns, {}).asked
    assert asked == {"req_granite", "dat_copper", *dive.items}
