"""Where the products are: what each resource's paths begin with.

What stands in braces is a placeholder for one part of a path, `account` for the account
that is asked for.
"""

from __future__ import annotations

VERSION_2010 = "/2010-04-01/"
ACCOUNTS = "/2010-04-01/Accounts/"
ACCOUNT = "/2010-04-01/Accounts/{account}"
SERVICES = "/messaging/v1/Services"
NOTIFY = "/notify/v1/Services"
COMMS = "/comms/v1"
