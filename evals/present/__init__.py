"""Reports for people: a table in the terminal, a page, the blocks of the README."""

from evals.present.page import to_page
from evals.present.table import changes_table, figures_table
from evals.present.text import shown

__all__ = ["changes_table", "figures_table", "shown", "to_page"]
