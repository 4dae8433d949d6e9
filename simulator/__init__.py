"""A Twilio to talk to, on this machine.

`engine` is the physics, `api` Twilio's requests and answers, `server` the sockets,
`profiles` the dated limits and rates.  Never imports `sender`: they meet in `loadtests`
or over HTTP.
"""
