"""Twilio's REST API: one call in, one answer out.

Pure: takes `now`, the bytes are carried by somebody else (`simulator.server` over
sockets, `loadtests.experiment` in virtual time).  Imports `simulator.engine` and `sms`.
Begin with `api`, then read the table in `routes`.

Only JSON is answered: at Twilio a 2010 path without `.json` answers XML, which is not
imitated; such a request is refused and told so.
"""
