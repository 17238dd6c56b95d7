"""Takes the README's pictures: a real interview and the scorecard it led to.

    python -m tests.browser.pictures

Plays a shipped script through the facade and photographs what a browser then shows.
"""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path

from playwright.sync_api import Browser

from interviewer.service.interviews import Interviews, open_interviews
from interviewer.simulation.player import ScriptedCandidate, ScriptedClock, load_script
from tests.browser.driver import Server, Tab, open_browser
from tests.homes import places_in
from tests.scripts import TRANSCRIPTS

SCRIPT = "vr_solid"
FOLDER = Path(__file__).with_name("pictures")
SKETCH = """app -> gateway -> retrieval, trending
retrieval, trending -> ranker: 90 ms
ranker -> re-rank -> app
stage | ms
retrieval | 30
ranking | 90"""
SHOWN = 7  # exchanges before the first picture


async def converse(home: Path, *, whole: bool) -> str:
    """Plays the script's candidate into a home; returns the interview's id."""
    script, clock = load_script(TRANSCRIPTS / f"{SCRIPT}.yaml"), ScriptedClock()
    async with open_interviews(places_in(home), clock=clock) as interviews:
        view = await interviews.start(script.case_id, script.settings)
        known, candidate = view.interview_id, ScriptedCandidate(script)
        for number in range(200 if whole else SHOWN):
            view = await interviews.view(known)
            if view.ended:
                break
            message, _ = candidate.answer(view.step)
            clock.talk(message)
            await _say(interviews, known, message.text, SKETCH if number > SHOWN - 3 else "")
        if whole and not view.ended:
            await interviews.end(known)
    return known


async def _say(interviews: Interviews, known: str, text: str, sketch: str) -> None:
    async for _ in interviews.submit(known, text, sketch=sketch):
        pass


def photograph(browser: Browser, server: Server, known: str, name: str, wait: str) -> None:
    """One picture of one interview."""
    context = browser.new_context(viewport={"width": 1280, "height": 860}, reduced_motion="reduce")
    tab = Tab.open(context, server.url, f"/?interview={known}")
    tab.page.wait_for_selector(wait)
    tab.page.wait_for_timeout(1500)  # fonts and the last layout
    tab.page.screenshot(path=FOLDER / f"{name}.png")
    context.close()


def main() -> None:
    """Takes both pictures."""
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        running = asyncio.run(converse(home, whole=False))
        ended = asyncio.run(converse(home, whole=True))
        server = Server(home)
        server.start()
        try:
            with open_browser() as browser:
                photograph(browser, server, running, "interview", "#drawing svg")
                photograph(browser, server, ended, "scorecard", "#card .overall")
        finally:
            server.stop()


if __name__ == "__main__":
    main()
