"""Memory: interviews, turns, assessments and results in a SQL database."""

from interviewer.store.opening import called, open_store
from interviewer.store.rows import (
    SCHEMA_VERSION,
    EndedInterview,
    InterviewRow,
    ListedInterview,
    StoredInterview,
)
from interviewer.store.store import Store

__all__ = [
    "SCHEMA_VERSION",
    "EndedInterview",
    "InterviewRow",
    "ListedInterview",
    "Store",
    "StoredInterview",
    "called",
    "open_store",
]
