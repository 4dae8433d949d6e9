"""The field's words, shared by all: addresses, segments, statuses, errors, units.

Pure: no clock, socket, file (bar the tables shipped beside the code) or chance, and
nothing of ours is imported.  Begin with `segments`, the rule that all rates and
prices rest on.
"""
