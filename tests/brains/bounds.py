"""What no interviewer says, and how much at once."""

from __future__ import annotations

import re

SPOKEN_WORDS = 60


WORDS_OF_A_FACT = 30


VERDICT_WORDS = re.compile(
    r"\b(?:great|good|nice|correct|incorrect|right|wrong|excellent|perfect(?:ly)?|well done|exactly"
    r"|brilliant|awesome|impressive|fantastic|amazing|wonderful|mistaken?|weak|strong|score of)\b",
    re.IGNORECASE,
)
