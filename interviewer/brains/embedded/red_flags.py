"""Red flags and points: which are believed, and which a message takes back.

Sentence vectors put a wrong claim next to the right one about the same thing, so that a strong
candidate, who says the most right things, would be challenged the most. What they have earned
tells the two apart.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import numpy as np

from interviewer.brains.protocol import Scene
from interviewer.core.act import MoveKind
from interviewer.core.assessment import Judgement, RedFlagHit, Verdict
from interviewer.core.case import Case
from interviewer.core.settings import StepId
from interviewer.core.transcript import Intent
from interviewer.judge.embedded import EmbeddedJudge
from interviewer.judge.reading import CaseVectors, Vectors
from interviewer.text import cues
from interviewer.text.message import Message
from interviewer.text.sentences import split_sentences

REVISED_WITHIN = 2  # sentences after a claim in which taking it back is about it
SAME_CLAIM = 0.6  # cosine from which a challenged claim is said again
ABOUT_IT = 0.35  # cosine to a claim from which a revision may be about it
OF_ANOTHER_STEP = 0.5  # the same for a claim of another step than the one in hand
GIVEN_UP = 0.5  # cosine to an earned quote from which giving something up means that
CONCEDED_AT_ONCE = 2  # sentences of the reply to a challenge that may grant it
KIN = 3  # items of the step that are about the same thing as a red flag


def without_retracted(
    judgement: Judgement, claims: Sequence[str], *, granted: str | None = None
) -> Judgement:
    """Drops red flags that the same text takes back.

    Args:
        judgement: of the text.
        claims: its sentences that may answer.
        granted: the red flag whose challenge the text grants; whoever spells out the consequences
            of a claim in granting that does not claim it again.
    """
    revised = [at for at, sentence in enumerate(claims) if cues.is_revision(sentence)]
    kept = tuple(
        flag
        for flag in judgement.red_flags
        if flag.red_flag != granted and not _revised(flag, claims, revised)
    )
    return judgement.model_copy(update={"red_flags": kept})


def _revised(flag: RedFlagHit, claims: Sequence[str], revised: Sequence[int]) -> bool:
    said = next((at for at, claim in enumerate(claims) if claim == flag.quote), None)
    return said is not None and any(0 <= at - said <= REVISED_WITHIN for at in revised)


def granted_flag(scene: Scene, message: Message, judgement: Judgement) -> str | None:
    """The red flag whose challenge a message answers by taking the claim back.

    In so many words, or by granting the challenge and saying what is right.
    """
    last = scene.last_move
    if last is None or last.kind is not MoveKind.CHALLENGE:
        return None
    if last.red_flag is None or last.red_flag not in scene.case.ids:
        return None
    if any(map(cues.is_revision, message.claims[:CONCEDED_AT_ONCE])):
        return last.red_flag
    earned = _earned_in(judgement, _step_of(scene.case, last.red_flag))
    return last.red_flag if earned and _concedes(message) else None


def _concedes(message: Message) -> bool:
    first = message.claims[:CONCEDED_AT_ONCE]
    return any(cues.concedes(claim) or cues.is_revision(claim) for claim in first)


def _step_of(case: Case, flag: str) -> StepId:
    return next(step for step, known in case.red_flags() if known.id == flag)


def retracted_flags(
    judge: EmbeddedJudge, scene: Scene, message: Message, judgement: Judgement
) -> tuple[str, ...]:
    """Open red flags that a message takes back.

    A revision takes back what it is about; the answer to a challenge also without saying so, when
    it earns a point instead of claiming the same again.
    """
    if not message.claims:
        return ()
    again = {flag.red_flag for flag in judgement.red_flags}
    return tuple(
        flag
        for flag in scene.open_flags
        if flag not in again and _takes_back(judge, scene, message, judgement, flag)
    )


def _takes_back(
    judge: EmbeddedJudge, scene: Scene, message: Message, judgement: Judgement, flag: str
) -> bool:
    if granted_flag(scene, message, judgement) == flag:
        return True
    step = _step_of(scene.case, flag)
    earned = _earned_in(judgement, step)
    last = scene.last_move
    challenged = bool(last and last.kind is MoveKind.CHALLENGE and last.red_flag == flag)
    plain = [claim for claim in message.claims if not cues.is_revision(claim)]
    said_again = _closeness(judge, scene.case, flag, plain) >= SAME_CLAIM
    if challenged and _concedes(message):
        return earned or not said_again
    if said_again:
        return False
    if Intent.REVISION not in message.intents:
        return challenged and earned
    about_it = ABOUT_IT if step is scene.step else OF_ANOTHER_STEP
    near = _closeness(judge, scene.case, flag, message.claims) >= about_it
    return challenged or near or (earned and step is scene.step)


def _earned_in(judgement: Judgement, step: StepId) -> bool:
    return any(item.verdict is Verdict.MET and item.step is step for item in judgement.items)


def _closeness(judge: EmbeddedJudge, case: Case, flag: str, claims: Sequence[str]) -> float:
    """How near any of the claims comes to the ways in which a red flag is said."""
    if not claims:
        return -1.0
    flags = judge.prepare(case).flags
    cosines = flags.closest(judge.encode(claims))
    return float(cosines[:, flags.owners.index(flag)].max())


def withdrawn_items(
    judge: EmbeddedJudge, scene: Scene, named: Mapping[str, str], judgement: Judgement
) -> tuple[str, ...]:
    """Points earned in earlier turns whose claim a message gives up.

    Args:
        judge: compares them.
        scene: the interview up to the message.
        named: sentences that give something up, with the words that name it; at least one.
        judgement: of the message.
    """
    kept = {i.item for i in judgement.items if i.verdict in (Verdict.MET, Verdict.PARTIAL)}
    earlier = [
        (known.item, known.evidence.quote)
        for known in scene.assessments
        if known.evidence is not None
        and known.verdict in (Verdict.MET, Verdict.PARTIAL)
        and known.item not in kept
    ]
    if not earlier:
        return ()
    quotes = judge.encode([quote for _, quote in earlier])
    what = judge.encode([*named.values()])
    to_what, to_claim = quotes @ what.T, quotes @ judge.encode([*named]).T
    # What was said last and earned nothing is the likelier thing to be given up.
    likely = to_what >= _to_the_last_message(judge, scene, what)
    close = np.maximum(to_what, to_claim) >= GIVEN_UP
    return tuple(
        item for (item, _), row in zip(earlier, likely & close, strict=True) if bool(row.any())
    )


def _to_the_last_message(judge: EmbeddedJudge, scene: Scene, what: Vectors) -> Vectors:
    """How near each thing given up comes to the candidate's message before; shape (n,)."""
    said = [turn.whole for turn in scene.turns[:-1] if turn.role == "candidate"][-1:]
    sentences = [sentence for text in said for sentence in split_sentences(text)]
    earned = [a.evidence.quote for a in scene.assessments if a.evidence is not None]
    idle = [s for s in sentences if not any(s in quote or quote in s for quote in earned)]
    if not idle:
        return np.zeros(len(what), dtype=np.float32)
    return np.asarray((judge.encode(idle) @ what.T).max(axis=0))


def credible_flags(
    flags: Sequence[RedFlagHit], met: Collection[str], case: CaseVectors
) -> tuple[RedFlagHit, ...]:
    """The red flags that nothing earned speaks against.

    Args:
        flags: heard in a text.
        met: items met in that text or before it, and not taken back.
        case: vectors of the case.
    """
    return tuple(flag for flag in flags if not kin_of(flag.red_flag, case) & set(met))


def kin_of(red_flag: str, case: CaseVectors) -> frozenset[str]:
    """The items of its step that a red flag is nearest to in meaning, `KIN` of them."""
    at = case.flags.owners.index(red_flag)
    said = case.flags.vectors[case.flags.rows(at)].mean(axis=0)
    own = [item for item, step in enumerate(case.steps) if step is case.flag_steps[at]]
    nearness = {
        item: float(np.max(case.earns.vectors[case.earns.rows(item)] @ said)) for item in own
    }
    nearest = sorted(own, key=lambda item: -nearness[item])[:KIN]
    return frozenset(case.items[item].id for item in nearest)
