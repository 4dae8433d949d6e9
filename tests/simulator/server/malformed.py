"""Requests that are none, as bytes: what a raw socket may bring to the server."""

from __future__ import annotations

import gzip
from base64 import b64encode
from itertools import product

from simulator.engine.worlds import ACCOUNT_SID

HOST = b"Host: 127.0.0.1\r\n"
AUTH = b"Authorization: Basic " + b64encode(f"{ACCOUNT_SID}:smslab".encode()) + b"\r\n"
PATH = f"/2010-04-01/Accounts/{ACCOUNT_SID}/Messages.json".encode()
FORM = b"Content-Type: application/x-www-form-urlencoded\r\n"
CHUNKED = b"Transfer-Encoding: chunked\r\n"
POST = b"POST " + PATH + b" HTTP/1.1\r\n" + HOST + AUTH
END = b"\r\n"


def line(text: bytes) -> bytes:
    """Return a request of this first line."""
    return text + b"\r\n" + HOST + AUTH + END


def field(text: bytes) -> bytes:
    """Return a request with these header lines."""
    return b"GET " + PATH + b"X HTTP/1.1\r\n" + HOST + AUTH + text + b"\r\n\r\n"


def form(body: bytes, more: bytes = b"") -> bytes:
    """Return a request with this body, declared at its length."""
    return POST + FORM + more + b"Content-Length: %d\r\n\r\n" % len(body) + body


def chunks(text: bytes) -> bytes:
    """Return a request whose body is in these chunks."""
    return POST + FORM + CHUNKED + END + text


def length(value: bytes) -> bytes:
    """Return a request that declares this length."""
    return POST + FORM + b"Content-Length: " + value + b"\r\n\r\nTo=1"


_METHODS = [
    *(b"get", b"G\x00ET", b"GE T", b"", b"G@T", b"M" * 9_000, b"\xc3\xa9", b"PRI"),
    *(b"TRACE", b"CONNECT", b"PROPFIND", b"BREW", b"OPTIONS", b"\x7f", b"GET,POST"),
]
_VERSIONS = [
    *(b"HTTP/0.9", b"HTTP/1.2.3", b"HTTP/2.0", b"HTTP/3", b"HTTP/11.1", b"HTTP/-1.1"),
    *(b"http/1.1", b"HTTP/1.x", b"HTTP", b"", b"HTTPS/1.1", b"HTTP/1.1 x", b"\xff"),
    *(b"HTTP/1.\xb2", b"HTTP/ 1.1", b"ICY/1.1"),
]
_TARGETS = [
    *(b"", b"*", b"\\", b"//", b"http://", b"http://evil.test/", b"http://[::1"),
    *(b"/%", b"/%zz", b"/%ff%fe", b"/%ed%a0%80", b"/%00", b"/\x00", b"/\xff\xfe"),
    *(b"/../../etc/passwd", b"/%2e%2e/%2e%2e/etc/passwd", b"/?%", b"/?a=%ed%a0%80"),
    *(b"/" + b"a" * 20_000, b"/?" + b"a=1&" * 1_900, b"127.0.0.1:443", b"/#x"),
    *(b"/_smslab/%00", b"/_smslab/../", b"/a\tb", b"/;a=b", b"x", b"http://a:b:c/"),
    *(b"/\x7f", b"/\x1b[31m", b"/{{7*7}}", b"/\xed\xa0\x80", b"/a b c"),
]
_FIELDS = [
    *(b"Host: other", b"Host: 127.0.0.1", b"A", b": a", b" : a", b"A : a", b"A\t: a"),
    *(b"A: \x00", b"A: a\rb", b"A: a\nb", b"A\x00: a", b"A: a\r\n b", b"A: a\r\n\tb"),
    *(b" A: a", b"\xc3\xa9: a", b"A: \x0b", b"A: \x7f", b"A: \x1b[31m", b"(A): a"),
    *(b"A: " + b"x" * 20_000, b"A" * 9_000 + b": a", b"A[]: a", b"A@: a", b"A=: a"),
    *(b"\r\n".join(b"A%d: a" % i for i in range(300)), b"\x01: a", b"A{}: a"),
    *(b"Content-Length: 0\r\nContent-Length: 1", b"Origin: null", b"Origin: http://x"),
    *(b"Sec-Fetch-Site: cross-site", b"Sec-Fetch-Site: same-site", b"Origin: "),
    b"Transfer-Encoding: identity",
    b"Transfer-Encoding: gzip, chunked, chunked",
    b"Transfer-Encoding: chunked, gzip",
    b"Transfer-Encoding: xchunked",
    b"Transfer-Encoding:\x0bchunked",
    b"Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk",
    b"Content-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc",
    b"Range: bytes=0-,0-,0-",
    b"Cookie: " + b"a=b;" * 2_000,
]
_LENGTHS = [
    *(b"-1", b"+4", b"4 4", b"4,4", b"4, 5", b"0x4", b"4.0", b"1e1", b"", b"\xb2"),
    *(b"99999999999", b"9" * 30, b"1048577", b"\xd9\xa4", b"4_0", b" -0", b"NaN"),
    *(b"18446744073709551616", b"9223372036854775808", b"4\x00"),
]
_SIZES = [
    *(b"-1", b"+1", b"0x1", b"g", b"\xb2", b"\xd9\xa1", b"\xff", b"1_0", b" 1", b"1 1"),
    *(b"", b"\x00", b"F" * 17, b"F" * 5_000, b"1.0", b"\xef\xbc\x91", b"1;\x00"),
    *(b"1;" + b"a" * 9_000, b"1e1x", b"zz;a=b", b"\t", b"1\x0b"),
]
_CHUNKS = [
    *(b"4\r\nTo=1X\r\n0\r\n\r\n", b"4\nTo=1\n0\n\n", b"1\r\nTo=1\r\n0\r\n\r\n"),
    *(b"4\r\nTo=1\r\n0\r\nA\x00: b\r\n\r\n", b"4\r\nTo=1\r\n0\r\nA\r\n\r\n"),
    b"0\r\n" + b"A: b\r\n" * 300 + b"\r\n",
    b"4\r\nTo=1\r\n0\r\nContent-Length: 9\r\nA B: c\r\n\r\n",
    b"200000\r\n" + b"a" * 0x200000 + b"\r\n0\r\n\r\n",
]
_BODIES = [
    *(b"To=%", b"To=%zz", b"To=%ff", b"%ed%a0%80=x", b"To=\xed\xa0\x80", b"\x00"),
    *(b"&", b"=", b"&&&===", b"To=%00", b"To=\r\nX: y", b"To=1&To=2&To=3", b"\xff\xfe"),
    *(b"a=1&" * 100_000, b"a" * 1_000_000, b"To[]=1", b"To=%u0031", b"To=+%2B", b"{}"),
    *(b'{"To": "1"}', b"<To>1</To>", b"To=" + b"9" * 500_000, b"%" * 10_000),
    *(b"a&" * 19_000, b"To=\xf0\x9f\x98", b"Body=%F0%9F%98&To=x", b"__proto__=1"),
]
_PARTS = (
    b'--x\r\nContent-Disposition: form-data; name="To"\r\n\r\n1\r\n--x--\r\n',
    b"--x\r\n" * 1_000,
)
_STARTS = [
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(64) + b"\r\n\r\n",
    b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    b"\x80\x2e\x01\x00\x02\r\n\r\n",
    b"\x04\x01\x00\x50\x7f\x00\x00\x01\x00\r\n\r\n",
    b"\x05\x01\x00\r\n\r\n",
    b"SSH-2.0-OpenSSH_9.9\r\n\r\n",
    b"EHLO evil.test\r\n\r\n",
    b"*1\r\n$8\r\nFLUSHALL\r\n\r\n",
    b"PROXY TCP4 1.2.3.4 1.2.3.4 1 2\r\n\r\n",
    b"GET /\r\n\r\n",
    b"GET / HTTP/1.1\r\n\r\n",
    b"GET / HTTP/1.0\r\n\r\n",
    b"GET / HTTP/1.1\nHost: 127.0.0.1\n\n",
    b"GET / HTTP/1.1\rHost: 127.0.0.1\r\r",
    b"\x00" * 100 + b"\r\n\r\n",
    b"\xff" * 10_000 + b"\r\n\r\n",
    b"\xef\xbb\xbf" + line(b"GET / HTTP/1.1"),
    b" " + line(b"GET / HTTP/1.1"),
    b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
    b"A" * 100_000 + b"\r\n\r\n",
]

_AROUND = [
    POST + FORM + CHUNKED + b"Content-Length: 4\r\n\r\n0\r\n\r\n",
    POST + FORM + b"Content-Length: 4\r\n" + CHUNKED + b"\r\n0\r\n\r\n",
    POST.replace(b"1.1", b"1.0") + CHUNKED + b"\r\n0\r\n\r\n",
    form(b"Body=x", b"Expect: 100-continue\r\n"),
    form(b"Body=x", b"Expect: 200-maybe\r\n"),
    form(gzip.compress(bytes(1 << 22)), b"Content-Encoding: gzip\r\n"),
    form(b"To=1", b"Content-Encoding: br\r\n"),
    form(b"To=1", b"Content-Encoding: deflate, gzip\r\n"),
    *(form(part, b"") for part in _PARTS),
    *(
        POST + b"Content-Type: multipart/form-data" + edge + b"\r\n"
        b"Content-Length: %d\r\n\r\n" % len(part) + part
        for part, edge in product(_PARTS, (b"", b"; boundary=x", b"; boundary="))
    ),
    *(
        b"GET " + PATH + b" HTTP/1.1\r\n" + HOST + b"Authorization: " + given + END * 2
        for given in (b"Basic", b"Basic \xff", b"Basic ====", b"Basic " + b"A" * 7_000)
    ),
    *(
        b"GET " + PATH + b" HTTP/1.1\r\nHost: " + host + END + AUTH + END
        for host in (
            *(b"", b"evil.test", b"127.0.0.1.evil.test", b"127.0.0.1:x", b"a b"),
            *(b"127.0.0.1:80:80", b"u@127.0.0.1", b"[::1", b"\xff", b"127.0.0.1\x00"),
            *(b"127.0.0.1, evil.test", b"localhost.", b"0x7f000001", b"2130706433"),
        )
    ),
]

MALFORMED: tuple[bytes, ...] = (
    *_STARTS,
    *(line(method + b" /x HTTP/1.1") for method in _METHODS),
    *(line(b"GET /x " + version) for version in _VERSIONS),
    *(line(b"GET " + target + b" HTTP/1.1") for target in _TARGETS),
    *(field(text) for text in _FIELDS),
    *(length(value) for value in _LENGTHS),
    *(chunks(size + b"\r\nT\r\n0\r\n\r\n") for size in _SIZES),
    *(chunks(text) for text in _CHUNKS),
    *(form(body) for body in _BODIES),
    *_AROUND,
)
"""None of them may be answered with anything but 4xx, or the end of the connection."""
