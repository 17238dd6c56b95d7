"""Study notes that are looked up for a model, also where nobody has made an index of them."""

from __future__ import annotations

import pytest

from interviewer.core.paths import Places
from interviewer.service.resources import Lookup


@pytest.mark.parametrize(
    ("query", "note"),
    [
        ("clicks depend on the position where something is shown: position bias", "position_bias"),
        ("predicted probabilities are not calibrated", "calibration"),
    ],
)
def test_concept_notes_are_found_by_their_words_without_an_index(
    places: Places, query: str, note: str
) -> None:
    lookup = Lookup(places)
    found = lookup.concepts(query)
    assert found[0].note == note and note in lookup.notes.concepts
    assert lookup.nearest(query, "")


def test_a_heading_bounds_what_is_found(places: Places) -> None:
    heading = "Why interviewers ask"
    text = Lookup(places).nearest("position bias of clicks", heading)
    every = {p.text: p.heading for p in Lookup(places)._by_words[1].values()}
    assert [every[one.split(": ", 1)[1]] for one in text] == [heading]


def test_words_that_no_note_has_find_nothing(places: Places) -> None:
    assert Lookup(places).concepts("zyxwv") == []
