"""Whole lives of an absence, written as diaries and played in every world."""
