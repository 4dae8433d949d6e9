"""Premises: what a simulation begins with, as a test asks for it."""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from datetime import UTC, datetime
from pathlib import Path
from secrets import token_hex
from typing import TYPE_CHECKING, Any

from simulator.config import load_config
from simulator.engine.chance import new_sid
from simulator.engine.recipients import RecipientKind
from simulator.engine.senders import SenderType
from simulator.keys import ConfigError, hint
from simulator.profiles import DEFAULT, load_profile
from simulator.server.running import Settings

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.config import Config
    from simulator.engine.profile import Profile
    from simulator.engine.worlds import World

CALM: Mapping[str, float] = {
    "landline": 0.0,
    "unknown": 0.0,
    "switched_off": 0.0,
    "unreachable": 0.0,
    "filtered": 0.0,
    "unknown_error": 0.0,
    "without_receipt": 0.0,
    "off_short_codes": 0.0,
}
"""A profile's mix where nothing fails unless it was ordered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Premises:
    """What an account is, and which limits hold.

    The account's SID is made of `name`, so that a test has the same fates every time;
    `auth_token` is made at random, so that what another test has left running is
    refused.  Both may be given.  `config` is a world's file; `profile` a name, with
    `changes` as in `[profile]` of such a file.  Unless `failures`, phones and carriers
    do not fail by themselves.  `starts_at` is the date at which time stands at first,
    None for now; `phones` says what single numbers are.
    """

    name: str = ""
    profile: str | None = None
    changes: Mapping[str, Any] = field(default_factory=dict)
    failures: bool = False
    config: Path | str | None = None
    seed: int = 0
    account_sid: str | None = None
    auth_token: str | None = None
    starts_at: datetime | None = None
    phones: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, options: Mapping[str, Any]) -> Premises:
        """Return premises by their names, with a token.

        Raises:
            ConfigError: a name is none, or an account is given by halves.
        """
        known = [one.name for one in fields(cls)]
        for name in options:
            if name not in known:
                raise ConfigError(f"twilio_sim has no {name!r}: {hint(name, known)}")
        made = cls(**options)
        starts_at = made.starts_at
        if starts_at is not None and starts_at.tzinfo is None:
            raise ConfigError(
                f"starts_at {starts_at} has no time zone: give it one, such as UTC"
            )
        return replace(made, auth_token=made.auth_token or token_hex(16))

    def settings(self) -> Settings:
        """Return how the server is to begin anew.

        Raises:
            ConfigError: the file, the profile or a setting is bad.
            OSError: the file cannot be read.
        """
        read = self._config()
        return Settings(
            world=self._world(read.world),
            profile=self._profile(read),
            seed=self.seed,
            port=0,
            api_latency=0.0,
            started_at=self.starts_at or datetime.now(UTC),
            paused=True,
        )

    def _config(self) -> Config:
        if self.config is None:
            return load_config("", "")
        path = Path(self.config)
        return load_config(path.read_text("utf-8"), str(path))

    def _world(self, world: World) -> World:
        assert self.auth_token, "premises are read"
        return replace(
            world,
            account_sid=self.account_sid or new_sid("AC", "test", self.name),
            auth_token=self.auth_token,
            kinds={**world.kinds, **{n: _kind(k) for n, k in self.phones.items()}},
        )

    def _profile(self, read: Config) -> Profile:
        changes = {**read.profile_changes, **self.changes}
        if not self.failures:
            changes["mix"] = {**CALM, **changes.get("mix", {})}
        if "mps" in changes:
            mps = changes.pop("mps")
            changes.setdefault("campaign_mps", 0.0)
            changes["rates"] = [{"type": one.value, "mps": mps} for one in SenderType]
        return load_profile(self.profile or read.profile or DEFAULT, changes)


def _kind(word: str) -> RecipientKind:
    try:
        return RecipientKind(word)
    except ValueError as error:
        raise ConfigError(
            f"phone: {word!r} is no kind: {hint(word, list(RecipientKind))}"
        ) from error
