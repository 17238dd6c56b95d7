"""A real browser as a measurement drives it: it notes when words stand in its page."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import ExitStack
from typing import NamedTuple

from tests.browser.driver import Tab, open_browser

PATIENCE = 60_000  # milliseconds for one thing to appear

# The reply under way and, once it is stored, the last one of the chat.
NOTE = """() => {
  window.noted = [];
  const note = () => {
    const replies = document.querySelectorAll(
      '#live .turn.interviewer .said, #chat .turn.interviewer:last-child .said');
    const text = [...replies].map(reply => reply.textContent).join('\\n');
    const last = noted[noted.length - 1];
    if (!last || last[1] !== text) noted.push([Date.now() / 1000, text]);
  };
  new MutationObserver(note).observe(
    document, {subtree: true, childList: true, characterData: true});
}"""


class Seen(NamedTuple):
    """What a browser, or who stands in for one, had at a moment."""

    interview: str
    at: float
    """Seconds since the epoch."""
    text: str


class Watcher:
    """A candidate in Chromium; to be used from one thread only.

    Args:
        url: the served app.
        case: the case of the interview that is started.
    """

    def __init__(self, url: str, case: str) -> None:
        self._open = ExitStack()
        context = self._open.enter_context(open_browser()).new_context()
        context.set_default_timeout(PATIENCE)
        self._tab = Tab.open(context, url)
        page = self._tab.page
        page.click(f"#cases [data-act=start][data-case={case}]")
        page.wait_for_selector("#chat .turn.interviewer")
        page.evaluate(NOTE)
        self.interview = str(page.get_attribute("#room [data-interview]", "data-interview"))

    def talk(self, texts: Iterable[str]) -> list[Seen]:
        """Sends messages, each after the reply to the one before; what was seen of the replies."""
        for text in texts:
            self._tab.say(text)
        noted: list[tuple[float, str]] = self._tab.page.evaluate("noted")
        return [Seen(self.interview, at, text) for at, text in noted]

    def close(self) -> None:
        """Closes the browser."""
        self._open.close()
