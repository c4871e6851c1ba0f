"""Filling a form: one scrollable page over one session."""
