"""Suite `writers`: scores beside ratings of answers by writers whom nobody tuned anything on.

The answers of `scoring` come from one writer, and how they sound tells how good they are. These
come from many, who were told to say every quality in every style: experts in telegraph style,
polished nonsense. Their labels and ratings are for training judges (`data/judge`), never the
embedded judge that is measured here, which was fitted on none of them.
"""

from __future__ import annotations

from collections.abc import Sequence

from evals.figures import Report
from evals.judge.data import RATED
from evals.suites import scoring
from evals.suites.suite import Options, Row, Suite, Task

ASKS = "Do scores follow the content where style says nothing?"


def tasks(_options: Options) -> list[Task]:
    """A task a rated answer."""
    return scoring.tasks(Options(data=RATED))


def summarise(rows: Sequence[Row]) -> Report:
    """As for the answers of `scoring`."""
    report = scoring.summarise(rows)
    rests_on = (
        f"{len(rows)} answers by machine writers who had seen neither rubric nor judge, each of a "
        "quality and a style that a plan drew apart from each other; rated by machine raters."
    )
    return report.model_copy(update={"suite": "writers", "asks": ASKS, "rests_on": rests_on})


SUITE = Suite("writers", tasks, scoring.run, summarise)
