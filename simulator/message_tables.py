"""The config's tables for what messages may ask for, and for what they may not do."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from simulator.engine.applications import Application
from simulator.engine.links import LinkDomain
from simulator.engine.permissions import LANDLINES, Permissions
from simulator.engine.templates import Template
from simulator.keys import ConfigError, hint

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from simulator.engine.worlds import ServiceSettings, World


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateTable:
    """One of `[[templates]]`: `variables` are its defaults."""

    name: str
    body: str = ""
    sid: str | None = None
    media: tuple[str, ...] = ()
    variables: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationTable:
    """One of `[[applications]]`: a TwiML App."""

    name: str
    sid: str | None = None
    message_status_callback: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkTable:
    """One of `[[links]]`: the domain of short links, of all services or the named."""

    domain: str
    services: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PermissionsTable:
    """`[permissions]`: what the account may not do; see `Permissions`.

    `trial` makes it a trial account, which texts the `verified` alone.
    """

    regions: tuple[str, ...] | None = None
    trial: bool = False
    verified: tuple[str, ...] = ()
    landlines: int = 0
    mms: bool = True
    voice_only: tuple[str, ...] = ()
    elsewhere: tuple[str, ...] = ()


TABLES: Mapping[str, type[Any]] = {
    "templates": TemplateTable,
    "applications": ApplicationTable,
    "links": LinkTable,
    "permissions": PermissionsTable,
}


class Tables(Protocol):
    """The part of a document that is read here."""

    @property
    def templates(self) -> Sequence[TemplateTable]:
        """The `[[templates]]`."""

    @property
    def applications(self) -> Sequence[ApplicationTable]:
        """The `[[applications]]`."""

    @property
    def links(self) -> Sequence[LinkTable]:
        """The `[[links]]`."""

    @property
    def permissions(self) -> PermissionsTable | None:
        """The `[permissions]`."""


def read_messages(
    document: Tables,
    services: Sequence[ServiceSettings],
    default: World,
    *,
    sid: Callable[[str | None, str, str], str],
    country: Callable[[str], str],
) -> dict[str, Any]:
    """Return the fields of a world that these tables make, `default`'s where none do.

    `sid` checks a SID or makes one of a name, `country` checks a country.

    Raises:
        ConfigError: a name or a value is bad.
    """
    sids = {service.friendly_name: service.sid for service in services}
    templates = tuple(
        Template(
            sid=sid(table.sid, "HX", table.name),
            name=table.name,
            body=table.body,
            media=table.media,
            variables=table.variables,
        )
        for table in document.templates
    )
    applications = tuple(
        Application(
            sid=sid(table.sid, "AP", table.name),
            friendly_name=table.name,
            message_status_callback=table.message_status_callback,
        )
        for table in document.applications
    )
    return {
        "templates": templates or default.templates,
        "applications": applications or default.applications,
        "links": tuple(_link(table, sids) for table in document.links),
        "permissions": _permissions(document.permissions, country),
    }


def _link(table: LinkTable, sids: Mapping[str, str]) -> LinkDomain:
    for name in table.services:
        if name not in sids:
            nearest = hint(name, list(sids))
            raise ConfigError(f"{table.domain} has no service {name!r}: {nearest}")
    return LinkDomain(
        domain=table.domain, services=frozenset(sids[name] for name in table.services)
    )


def _permissions(
    table: PermissionsTable | None, country: Callable[[str], str]
) -> Permissions | None:
    if table is None:
        return None
    if table.landlines not in (0, *LANDLINES):
        known = ", ".join(map(str, LANDLINES))
        raise ConfigError(
            f"permissions.landlines is 0 or one of {known}, not {table.landlines}"
        )
    regions = table.regions
    return Permissions(
        regions=None if regions is None else frozenset(map(country, regions)),
        verified=frozenset(table.verified) if table.trial else None,
        landlines=table.landlines,
        mms=table.mms,
        voice_only=frozenset(table.voice_only),
        elsewhere=frozenset(table.elsewhere),
    )
