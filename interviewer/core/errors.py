"""Everything that can go wrong, as one tree.

* InterviewerError                 a sentence for people: what happened, what to do next
  + ContentError                   a case, framework, note or prompt file is not usable
  + UnknownCase                    no case of that name
  + SettingsError                  a setting or environment variable is not usable
  + MessageRejected                a candidate message cannot be accepted as it is
  + InterviewNotFound              no interview of that id
  + InterviewEnded                 the interview is over and takes no more messages
  + InterviewRunning               the interview has not ended, so its report is not given away
  + TurnConflict                   another tab or process already continued the interview
    - ReplyPending                 the last message still waits for its reply
  + RejudgementRefused             a point cannot be judged again on these words
  + PauseRefused                   the interview cannot be paused now
  + ExportError                    a report cannot be written in this format
  + StoreError                     the database cannot be read or written
  + KnowledgeError                 the passage index or the embedding model is not usable
  + BrainError                     the brain could not judge or speak
    - EndpointError                the endpoint of the language model failed
  + ServeError                     the app cannot be served (port in use, bad address)
"""

from __future__ import annotations

from pathlib import Path


class InterviewerError(Exception):
    """Base of all errors that reach people.

    Args:
        what: one sentence, what happened, quoting the offending value.
        action: one sentence, the next thing to do.
    """

    def __init__(self, what: str, action: str = "") -> None:
        self.what = what
        self.action = action
        super().__init__(f"{what} {action}".strip())


class ContentError(InterviewerError):
    """A content file is wrong; names the file and, where known, the line and the field.

    `complaint` is what is wrong, without the place.
    """

    def __init__(
        self,
        what: str,
        *,
        file: Path | str,
        line: int | None = None,
        field: str = "",
        action: str = "",
    ) -> None:
        self.file = str(file)
        self.line = line
        self.field = field
        self.complaint = what
        place = self.file if line is None else f"{self.file}:{line}"
        where = f"{place}: {field}" if field else place
        super().__init__(f"{where}: {what}", action)


class UnknownCase(InterviewerError):
    """No case of that name is installed."""


class SettingsError(InterviewerError):
    """A setting or environment variable is not usable."""


class MessageRejected(InterviewerError):
    """A candidate message cannot be accepted; the caller keeps the draft."""


class InterviewNotFound(InterviewerError):
    """No interview of that id is stored."""


class InterviewEnded(InterviewerError):
    """The interview is over."""


class InterviewRunning(InterviewerError):
    """The interview has not ended, so there is no report of it to give away."""


class TurnConflict(InterviewerError):
    """Someone else already added the next turn (two tabs on one interview)."""


class ReplyPending(TurnConflict):
    """The candidate's last message is stored and not answered yet, so nothing can follow it."""


class RejudgementRefused(InterviewerError):
    """A point cannot be judged again on these words; nothing changed."""


class PauseRefused(InterviewerError):
    """The interview cannot be paused now."""


class ExportError(InterviewerError):
    """A report cannot be written in this format."""


class StoreError(InterviewerError):
    """The database cannot be read or written; nothing was half-stored."""


class KnowledgeError(InterviewerError):
    """The passage index or the embedding model is not usable."""


class BrainError(InterviewerError):
    """The brain could not judge or speak."""


class EndpointError(BrainError):
    """The endpoint of the language model failed.

    Args:
        what: one sentence, what happened.
        action: one sentence, the next thing to do.
        failure: which of the known failures it is (see `interviewer.llm.failures`).
        detail: what the endpoint says about it.
        retry_after: seconds after which it wants to be asked again; None when it did not say.
        complaint: all that it says, after the part of the request that it names; never shown.
    """

    def __init__(
        self,
        what: str,
        action: str = "",
        *,
        failure: str,
        detail: str = "",
        retry_after: float | None = None,
        complaint: str = "",
    ) -> None:
        self.failure = failure
        self.detail = detail
        self.retry_after = retry_after
        self.complaint = complaint or detail
        super().__init__(what, action)


class ServeError(InterviewerError):
    """The app cannot be served."""
