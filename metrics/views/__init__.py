"""The KPI pages: boards, a page for each KPI, the rows behind each number, and files of all of it."""

from metrics.views.analyses import analyses_page, analysis_file, analysis_page
from metrics.views.board import board, overview
from metrics.views.catalogue import catalogue
from metrics.views.changes import changes_page
from metrics.views.files import breakdown_file, rows_file, series_file
from metrics.views.goal import goal_page
from metrics.views.handbook import conventions, handbook_page
from metrics.views.kpi import kpi_page
from metrics.views.packs import packs_page
from metrics.views.rows import rows_page

__all__ = [
    "analyses_page",
    "analysis_file",
    "analysis_page",
    "board",
    "breakdown_file",
    "catalogue",
    "changes_page",
    "conventions",
    "goal_page",
    "handbook_page",
    "kpi_page",
    "overview",
    "packs_page",
    "rows_file",
    "rows_page",
    "series_file",
]
