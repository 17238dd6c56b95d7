"""Plots as SVG text: pure functions, no script, no style sheet, nothing loaded from elsewhere.

Text takes the colour of the page (`currentColor`), so that a plot works in light, in dark and on
paper; `title` and `desc` say the same in words.
"""

from interviewer.reports.plots.bars import step_bars
from interviewer.reports.plots.radar import dimension_radar
from interviewer.reports.plots.timeline import timeline

__all__ = ["dimension_radar", "step_bars", "timeline"]
