"""Reads the records of a run and says what they mean: tables, pictures, a verdict.

Imports `loadtests.records` and `sms`, nothing live: a run folder is all it knows.
Begin with `drawing.draw`, which turns a run folder into its report.
"""
