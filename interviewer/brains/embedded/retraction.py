"""What a message takes back: claims of its own, red flags still open, points earned before."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from interviewer.assessment import Verdict
from interviewer.brains.embedded import cues
from interviewer.brains.embedded.message import Message
from interviewer.brains.protocol import Scene
from interviewer.cases import Case
from interviewer.judge.embedded import EmbeddedJudge
from interviewer.judge.protocol import FlagJudgement, Judgement
from interviewer.settings import StepId
from interviewer.transcript import Intent, MoveKind

REVISED_WITHIN = 2  # sentences after a claim in which taking it back is about it
SAME_CLAIM = 0.6  # cosine from which a challenged claim is said again
ABOUT_IT = 0.35  # cosine to a claim from which a revision may be about it
GIVEN_UP = 0.5  # cosine to an earned quote from which giving something up means that


def without_retracted(judgement: Judgement, claims: Sequence[str]) -> Judgement:
    """Drops red flags that the same text takes back."""
    revised = [at for at, sentence in enumerate(claims) if cues.is_revision(sentence)]
    kept = tuple(flag for flag in judgement.red_flags if not _revised(flag, claims, revised))
    return judgement.model_copy(update={"red_flags": kept})


def _revised(flag: FlagJudgement, claims: Sequence[str], revised: Sequence[int]) -> bool:
    said = next((at for at, claim in enumerate(claims) if claim == flag.quote), None)
    return said is not None and any(0 <= at - said <= REVISED_WITHIN for at in revised)


def retracted_flags(
    judge: EmbeddedJudge, scene: Scene, message: Message, judgement: Judgement
) -> tuple[str, ...]:
    """Open red flags that a message takes back.

    A revision takes back what it is about; the answer to a challenge also without saying so, when
    it earns a point instead of claiming the same again.
    """
    if not scene.open_flags or not message.claims:
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
    step = next(step for step, known in scene.case.red_flags() if known.id == flag)
    earned = _earned_in(judgement, step)
    last = scene.last_move
    challenged = bool(last and last.kind is MoveKind.CHALLENGE and last.red_flag == flag)
    plain = [claim for claim in message.claims if not cues.is_revision(claim)]
    if _closeness(judge, scene.case, flag, plain) >= SAME_CLAIM:
        return False
    if Intent.REVISION not in message.intents:
        return challenged and earned
    return challenged or earned or _closeness(judge, scene.case, flag, message.claims) >= ABOUT_IT


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
    judge: EmbeddedJudge, scene: Scene, message: Message, judgement: Judgement
) -> tuple[str, ...]:
    """Points earned in earlier turns whose claim a message gives up."""
    given_up = [claim for claim in message.claims if cues.gives_up(claim)]
    kept = {i.item for i in judgement.items if i.verdict in (Verdict.MET, Verdict.PARTIAL)}
    earlier = [
        (known.item, known.evidence.quote)
        for known in scene.assessments
        if known.evidence is not None
        and known.verdict in (Verdict.MET, Verdict.PARTIAL)
        and known.item not in kept
    ]
    if not given_up or not earlier:
        return ()
    cosines = judge.encode([quote for _, quote in earlier]) @ judge.encode(given_up).T
    return tuple(
        item
        for (item, _), row in zip(earlier, cosines, strict=True)
        if float(np.max(row)) >= GIVEN_UP
    )
