"""The program under test: reads a customer's file and sends it over Twilio's API.

It may import `sms`, the field's words, and never `simulator`, which it meets on the
wire alone.  Begin with `recipients`, who is to be written to, and `templates`, what
they are told; `plans` then says how the one is sent to the other.
"""
