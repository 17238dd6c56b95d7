"""Search by words, beside search by meaning: a query that names a term should find the term."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import bm25s
import numpy as np

from interviewer.text.sentences import content_stems

DAMPING = 60  # of a rank's worth; the value of Cormack et al. 2009

Ranks = Mapping[str, int]
"""Place of what was found, from 1."""


class WordIndex:
    """Texts that can be searched by their words, with Okapi BM25 (Robertson and Zaragoza 2009).

    Args:
        ids: of the texts.
        texts: what they say.
    """

    def __init__(self, ids: Sequence[str], texts: Sequence[str]) -> None:
        self._ids = list(ids)
        self._bm25 = bm25s.BM25()
        stems = [content_stems(text) or [""] for text in texts]
        self._bm25.index(stems or [[""]], show_progress=False)

    def ranks(self, query: str) -> Ranks:
        """Places of the texts that share a word with a query, best first."""
        known = [stem for stem in content_stems(query) if stem in self._bm25.vocab_dict]
        if not known:
            return {}
        scores = self._bm25.get_scores(known)
        best = [at for at in np.argsort(-scores, kind="stable") if scores[at] > 0]
        return {self._ids[at]: place for place, at in enumerate(best, start=1)}


def fuse(*found: Ranks) -> list[str]:
    """What several searches found, best first: reciprocal rank fusion (Cormack et al. 2009)."""
    worth: dict[str, float] = {}
    for ranks in found:
        for id_, place in ranks.items():
            worth[id_] = worth.get(id_, 0.0) + 1 / (DAMPING + place)
    return sorted(worth, key=lambda id_: -worth[id_])
