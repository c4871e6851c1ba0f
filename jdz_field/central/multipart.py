"""Reading ``multipart/form-data`` as it comes (RFC 7578, RFC 2046 §5.1): nothing is held whole."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import dataclass
from email.message import Message
from email.utils import collapse_rfc2231_value

from jdz_field.core.errors import BadInput
from jdz_field.core.i18n import _

#: Most parts of a body, and most bytes of a part's headers.
MAX_PARTS, _MAX_HEADERS = 1_000, 8_192
_START, _AFTER, _HEADERS, _BODY, _DONE = range(5)


@dataclass(frozen=True, slots=True)
class Part:
    """The beginning of a part: its name in the form, the file's name and type."""

    name: str
    filename: str
    mime: str


class End:
    """The end of a part."""


END = End()


def boundary_of(content_type: str) -> bytes:
    """What parts the parts; ``BadInput`` when the type is another."""
    about = Message()
    about["content-type"] = content_type
    boundary = about.get_param("boundary")
    if about.get_content_type() != "multipart/form-data" or not isinstance(boundary, str):
        raise BadInput(_("The body must be multipart/form-data with a boundary."))
    raw = boundary.encode("ascii", "replace")
    if not 0 < len(raw) <= 200:
        raise BadInput(_("The body must be multipart/form-data with a boundary."))
    return raw


class Multipart:
    """Takes the bytes of a body in any pieces, gives parts, their bytes and their ends."""

    def __init__(self, content_type: str) -> None:
        """``BadInput``: the type is another."""
        self._line = b"\r\n--" + boundary_of(content_type)
        # The first boundary may stand at the very beginning.
        self._buffer = bytearray(b"\r\n")
        self._state = _START
        self._parts = 0

    def feed(self, data: bytes) -> Iterator[Part | bytes | End]:
        """What these bytes complete. ``BadInput``: damaged, too many parts."""
        self._buffer += data
        go_on = True
        while go_on:
            if self._state in (_START, _BODY):
                go_on = yield from self._to_boundary()
            elif self._state == _AFTER:
                go_on = self._after_boundary()
            elif self._state == _HEADERS:
                go_on = yield from self._headers()
            else:
                self._buffer.clear()
                go_on = False

    def finish(self) -> None:
        """``BadInput`` when the last boundary has not come."""
        if self._state != _DONE:
            raise BadInput(_("The body broke off before its end; send it again."))

    def _to_boundary(self) -> Generator[Part | bytes | End, None, bool]:
        at = self._buffer.find(self._line)
        inside = self._state == _BODY
        end = at if at >= 0 else max(0, len(self._buffer) - len(self._line) + 1)
        if inside and end:
            yield bytes(self._buffer[:end])
        if at < 0:
            del self._buffer[:end]
            return False
        if inside:
            yield END
        del self._buffer[: at + len(self._line)]
        self._state = _AFTER
        return True

    def _after_boundary(self) -> bool:
        if len(self._buffer) < 2:
            return False
        if self._buffer.startswith(b"--"):
            self._state = _DONE
            return True
        at = self._buffer.find(b"\r\n")
        if at < 0 and len(self._buffer) < _MAX_HEADERS:
            return False
        if at < 0 or self._buffer[:at].strip(b" \t"):
            raise _damaged()
        # The line's end stays: it begins the headers, and with none it is their end too.
        del self._buffer[:at]
        self._state = _HEADERS
        return True

    def _headers(self) -> Generator[Part | bytes | End, None, bool]:
        at = self._buffer.find(b"\r\n\r\n")
        if at < 0:
            if len(self._buffer) > _MAX_HEADERS:
                raise _damaged()
            return False
        self._parts += 1
        if self._parts > MAX_PARTS:
            raise BadInput(_("The body has more than {n} parts.").format(n=MAX_PARTS))
        yield _part(bytes(self._buffer[2:at]))
        del self._buffer[: at + 4]
        self._state = _BODY
        return True


def _damaged() -> BadInput:
    return BadInput(_("The body is no well-formed multipart/form-data; send it again."))


def _part(raw: bytes) -> Part:
    about = Message()
    for line in _text(raw).replace("\r\n ", " ").replace("\r\n\t", " ").split("\r\n"):
        name, colon, value = line.partition(":")
        if line and not colon:
            raise _damaged()
        if name.lower() in ("content-disposition", "content-type"):
            about[name] = value.strip()
    header = "content-disposition"
    return Part(
        _parameter(about, "name", header),
        _parameter(about, "filename", header),
        about.get_content_type() if "content-type" in about else "application/octet-stream",
    )


def _parameter(about: Message, name: str, header: str) -> str:
    found = about.get_param(name, "", header)
    return collapse_rfc2231_value(found).strip() if found else ""


def _text(raw: bytes) -> str:
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("latin-1")
