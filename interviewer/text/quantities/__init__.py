"""Figures that candidates state: read, linked to the case's quantities, checked; pure functions."""

from interviewer.text.quantities.doubts import Doubt, find_doubts
from interviewer.text.quantities.notes import newest
from interviewer.text.quantities.stated import stated_numbers

__all__ = ["Doubt", "find_doubts", "newest", "stated_numbers"]
