"""Figures that candidates state: read, linked to the case's quantities, checked; pure functions."""

from interviewer.numbers.doubts import Doubt, find_doubts
from interviewer.numbers.notes import newest
from interviewer.numbers.reading import stated_numbers

__all__ = ["Doubt", "find_doubts", "newest", "stated_numbers"]
