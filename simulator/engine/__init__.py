"""The physics: senders, queues, carriers, services, opt-outs and limits.

Pure: takes `now` and a seed, gives back events; imports `sms` alone.  Begin with
`gateway`, the one face to all of it.
"""
