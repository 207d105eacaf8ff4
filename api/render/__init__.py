"""A result for people: the roster in the terminal, as CSV, as a workbook, as a printable page. Pure functions."""
