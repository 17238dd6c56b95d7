"""Which red flags to believe: whoever has earned a point hardly holds what contradicts it.

Sentence vectors put a wrong claim next to the right one about the same thing, so that a strong
candidate, who says the most right things, would be challenged the most. What they have earned
tells the two apart.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np

from interviewer.core.assessment import RedFlagHit
from interviewer.judge.vectors import CaseVectors

KIN = 3  # items of the step that are about the same thing as a red flag


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
