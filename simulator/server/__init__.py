"""The sockets of the local Twilio: requests in, answers and callbacks out.

Carries bytes between the network and `simulator.api`, and real time into the engine.
The one door to aiohttp's server; imports `simulator.api` and `simulator.engine`.  Begin
with `running`, then `handler`.

aiohttp's low-level server is used, not its Application: one handler answers all there
is, the table of routes is the API's own, and what a router and an application do to
each request would be a fifth of the whole.
"""
