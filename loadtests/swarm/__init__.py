"""The load generator: Locust and gevent, behind one door.

Importing Locust patches the process it is in, so nothing outside of this folder and
`loadtests/locustfile.py` may import it, and nothing here is imported by any command.
"""
