"""What goes in and what comes out: a request, an answer, and a call under way."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from simulator.api.dates import Dates
    from simulator.api.history import History
    from simulator.api.tenants import Tenant, Tenants
    from simulator.engine.gateway import Gateway
    from sms.units import Seconds

Form = Mapping[str, "str | Sequence[str]"]
"""Parameters by their names on the wire; a repeated one has a sequence of values."""

Body = dict[str, Any]

NOTHING: Form = {}

NO_HEADERS: Mapping[str, str] = {}

# One of each is made for every call, millions of times in a run, and a frozen
# dataclass takes four times as long to make: these are not frozen.


@dataclass(slots=True)
class Request:
    """A REST call whose credentials have been checked already (see `credentials`).

    `path` is the one of this machine's address: `/2010-04-01/…`, `/messaging/v1/…`,
    `/notify/v1/…`, `/comms/v1/…`.  `origin` is the scheme and host that absolute links
    begin with; empty where the request came to Twilio's own host names.  `document` is
    what a JSON body says, for the products that take one; `asker` is who asks, an
    account's SID or an API key's, empty for the main account.
    """

    method: str
    path: str
    query: Form = field(default_factory=lambda: NOTHING)
    form: Form = field(default_factory=lambda: NOTHING)
    origin: str = ""
    document: Any = None
    asker: str = ""


class Answer:
    """What to answer: `body` becomes JSON, None is an empty body.

    A body may be given as what makes it: it then is made only if it is asked for, which
    must be before the engine goes on.  `sid` names the resource a request has created,
    for those who need no more; `headers` are those that only this answer has, and
    `content` is what is sent where the body is not to be JSON.
    """

    __slots__ = ("_body", "content", "headers", "sid", "status")

    def __init__(
        self,
        status: int,
        body: Body | Callable[[], Body] | None = None,
        sid: str | None = None,
        headers: Mapping[str, str] = NO_HEADERS,
        content: bytes | None = None,
    ) -> None:
        self.status = status
        self.sid = sid
        self.headers = headers
        self.content = content
        self._body = body

    @property
    def body(self) -> Body | None:
        """Return the body, made now if need be."""
        return self._body() if callable(self._body) else self._body


@dataclass(slots=True)
class Call:
    """A request being handled: what it asks, of whom, and when.

    `names` holds what the path's placeholders stand for; `tenant` is the account asked
    for, one of `tenants`.
    """

    request: Request
    now: Seconds
    names: Mapping[str, str]
    gateway: Gateway
    dates: Dates
    history: History
    tenant: Tenant
    tenants: Tenants


Handler = Callable[[Call], Answer]

Route = tuple[str, str, Handler]
"""A method, a path (see `paths`) and what answers there."""
