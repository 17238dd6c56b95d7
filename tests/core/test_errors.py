"""The tree of errors, as its module draws it."""

from __future__ import annotations

import re
from inspect import getdoc, getmembers, isclass

from interviewer.core import errors

DRAWN = re.compile(r"^(\* |  \+ |    - )(\w+)  +\S", re.MULTILINE)


def test_the_tree_is_complete() -> None:
    """Every error once, at the depth of its class."""
    classes = dict(getmembers(errors, lambda one: isclass(one) and issubclass(one, Exception)))
    depth = {
        name: len(one.__mro__) - len(errors.InterviewerError.__mro__)
        for name, one in classes.items()
    }
    drawn = [(name, len(mark) // 2 - 1) for mark, name in DRAWN.findall(getdoc(errors) or "")]
    assert sorted(drawn) == sorted(depth.items())


def test_every_error_says_what_it_is() -> None:
    for name, one in getmembers(errors, isclass):
        assert one.__module__ != errors.__name__ or one.__doc__, name
