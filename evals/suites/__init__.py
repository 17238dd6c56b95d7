"""The suites: each asks one question of a subject, row by row."""

from evals.suites.suite import Options, Row, Suite, Task, find_suite, suite_names

__all__ = ["Options", "Row", "Suite", "Task", "find_suite", "suite_names"]
