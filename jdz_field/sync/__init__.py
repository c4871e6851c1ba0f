"""Batch format and merge rules (pure), client and engine."""
