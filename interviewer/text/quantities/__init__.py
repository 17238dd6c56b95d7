"""Figures that candidates state: read, linked to the case's quantities, checked; pure functions."""

from interviewer.text.quantities.stated import Doubt, find_doubts, newest, stated_numbers

__all__ = ["Doubt", "find_doubts", "newest", "stated_numbers"]
