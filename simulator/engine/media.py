"""The media of messages, each with a SID of its own until somebody removes it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from simulator.engine.chance import sid_by

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simulator.engine.messages import Message

CONTENT_TYPES = {
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "png": "image/png",
    "gif": "image/gif",
    "mp3": "audio/mpeg",
    "mp4": "video/mp4",
    "pdf": "application/pdf",
    "vcf": "text/vcard",
}
"""What a URL's ending says of what is there: nobody goes and looks."""

UNKNOWN_TYPE = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class MediaFile:
    """One of a message's media: where it is, and what it seems to be."""

    sid: str
    url: str
    content_type: str


class MediaFiles:
    """The media of all messages, told from the messages themselves.

    Only what has been removed is remembered.
    """

    __slots__ = ("_removed",)

    def __init__(self) -> None:
        self._removed: set[str] = set()

    def of(self, message: Message) -> Sequence[MediaFile]:
        """Return a message's media in their order, without those removed."""
        files = [
            MediaFile(_sid(message, place), url, content_type(url))
            for place, url in enumerate(message.media_urls)
        ]
        return [file for file in files if file.sid not in self._removed]

    def remove(self, sid: str) -> None:
        """Remove one for good; the message stays as it is."""
        self._removed.add(sid)

    def forget(self, message: Message) -> None:
        """Let go of what was removed of a message that nobody asks for any more."""
        if self._removed:
            places = range(len(message.media_urls))
            self._removed -= {_sid(message, place) for place in places}


def _sid(message: Message, place: int) -> str:
    return sid_by("ME", f"{message.sid}|{place}")


def content_type(url: str) -> str:
    """Return what a URL's ending says is there."""
    ending = urlsplit(url).path.rpartition(".")[2].lower()
    return CONTENT_TYPES.get(ending, UNKNOWN_TYPE)
