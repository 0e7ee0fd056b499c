"""The page of a lake: one HTML file that shows what it holds and leads to the rows."""

from flows.report.page.write import render, write_page

__all__ = ["render", "write_page"]
