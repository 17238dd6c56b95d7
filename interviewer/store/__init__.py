"""Memory: interviews, turns, assessments and results in a SQL database."""

from interviewer.store.database import called
from interviewer.store.rows import (
    SCHEMA_VERSION,
    EndedInterview,
    InterviewRow,
    ListedInterview,
    StoredInterview,
)
from interviewer.store.store import Store, open_store

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
