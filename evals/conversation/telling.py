"""Whether words tell a fact of the case, in whatever words: by its figures, or by what it says."""

from __future__ import annotations

from interviewer.core.case import Fact
from interviewer.text.quantities.figures import Figure, read_figures
from interviewer.text.sentences import content_stems, split_prose, stem

WORDED = 0.6  # share of a sentence's words by which it is told without a look at its figures
TOLD = 0.5  # the same where it has no figure
CHANGED = 0.011  # relative difference from which a figure is another one
SMALL = 12  # plain counts up to here are said of anything
AROUND = 40  # characters beside a figure that say what it counts
MAGNITUDES = frozenset(map(stem, ("hundred", "thousand", "million", "billion", "half")))


def tells(text: str, fact: Fact, *, asked: bool = False) -> bool:
    """Whether a text tells a fact, or the part of it that one of its sentences is.

    Args:
        text: of the interviewer.
        fact: of the case.
        asked: the text is the reply to who asked for it, so that a time, a share or an amount of
            money needs no words beside it.
    """
    return any(_is_told(sentence, text, asked) for sentence in split_prose(fact.answer))


def _is_told(sentence: str, text: str, asked: bool) -> bool:
    stems, said = _stems(sentence), _stems(text)
    if not stems:
        return False
    figures = [figure for figure in read_figures(sentence) if not _is_small(figure)]
    if len(stems & said) >= (WORDED if figures else TOLD) * len(stems):
        # What is said of other figures is another fact.
        return not figures or any(_same(one, f) for f in figures for one in read_figures(text))
    return any(
        _same(one, figure) and ((asked and _measures(figure)) or stems & _beside(one, text))
        for figure in figures
        for one in read_figures(text)
    )


def _stems(text: str) -> frozenset[str]:
    return frozenset(word for word in content_stems(text) if not word[0].isdigit()) - MAGNITUDES


def _is_small(figure: Figure) -> bool:
    return figure.bare and figure.high <= SMALL


def _measures(figure: Figure) -> bool:
    """Whether a figure says by itself what it is: a time, a share, an amount of money."""
    return figure.dimension != "count"


def _same(one: Figure, other: Figure) -> bool:
    """Whether two figures have an end in common, however rounded."""
    if one.dimension != other.dimension:
        return False
    ends = ((a, b) for a in (one.low, one.high) for b in (other.low, other.high))
    return any(abs(a - b) <= CHANGED * max(abs(a), abs(b)) for a, b in ends)


def _beside(figure: Figure, text: str) -> frozenset[str]:
    return _stems(text[max(0, figure.start - AROUND) : figure.end + AROUND])
