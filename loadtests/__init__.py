"""Runs strategies against the simulator and leaves records.

`experiment` does it in virtual time without sockets, `rehearsal` over real HTTP; what
both leave is `records`.  Imports all of ours but `reports`.
"""
