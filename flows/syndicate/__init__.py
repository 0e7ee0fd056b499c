"""Copies of one story, found by the words they have in common."""
