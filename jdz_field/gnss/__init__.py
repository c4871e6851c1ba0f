"""Receivers and positions."""
