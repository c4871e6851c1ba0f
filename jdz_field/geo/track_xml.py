"""Reads tracks that are XML in one pass, without the file ever being whole in memory.

Document types, and with them entities, are refused, and so is nesting or a token that no track
has.
"""

from __future__ import annotations

import codecs
import re
import secrets
from collections.abc import Iterator
from typing import BinaryIO, ClassVar
from xml.parsers import expat

from jdz_field.core.errors import BadInput
from jdz_field.geo.track_points import Points, no_track

_MAX_DEPTH = 64
_MAX_TOKEN = 1 << 20
_BLOCK = 1 << 18
_LONGEST_VALUE = 100
_ENCODING = re.compile(rb"""^\s*<\?xml[^>]*?encoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")


class XmlReader:
    """Expat's handlers; a format says what its elements mean.

    Runs of plainly written points are read by a regular expression and stand in the document
    that expat sees as one empty element each: a fifth of the time for a day at 1 Hz. Expat
    still judges all the rest, so a run inside a comment is never taken.
    """

    #: Local name of the document's first element.
    root: ClassVar[str]
    #: Many points, written as nearly every program writes them.
    run: ClassVar[re.Pattern[str]]
    #: What ends a point; the document is looked at in pieces that end so.
    point_end: ClassVar[str]

    def __init__(self, points: Points) -> None:
        self.points = points
        self.depth = 0
        self._known = False
        self._wanted = 0
        self._text: list[str] = []
        self._runs: list[str] = []
        # No document can know this name.
        self._run_name = f"run{secrets.token_hex(8)}"

    def start(self, name: str, attributes: dict[str, str]) -> bool:
        """An element begins, ``depth`` counts it; whether its text is wanted."""
        raise NotImplementedError

    def end(self, name: str, text: str) -> None:
        """An element ended, ``depth`` no longer counts it; ``text`` only if it was wanted."""
        raise NotImplementedError

    def take_run(self, text: str) -> None:
        """What ``run`` found, where it stands in the document."""
        raise NotImplementedError

    def finish(self) -> None:
        """The document is over, or breaks off here."""

    def read(self, file: BinaryIO) -> int | None:
        """Take in the file; the line at which it breaks off, if it does."""
        self._parser = parser = expat.ParserCreate("utf-8")
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = self._doctype
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        fed = 0
        try:
            for text in _pieces(file, self.point_end):
                data = self.run.sub(self._fold, text).encode("utf-8", "replace")
                parser.Parse(data, False)
                self._runs.clear()
                fed += len(data)
                if fed - parser.CurrentByteIndex > _MAX_TOKEN:
                    raise self.refusal()
            parser.Parse(b"", True)
        except expat.ExpatError as error:
            if not self._known:
                raise self.refusal() from error
            self.finish()
            return int(error.lineno)
        self.finish()
        return None

    def refusal(self) -> BadInput:
        """It is no such document, or a hostile one."""
        return no_track(self.points.path)

    def _doctype(self, *_declaration: object) -> None:
        raise self.refusal()

    def _fold(self, run: re.Match[str]) -> str:
        """One empty element for a run of points; its lines are kept for the count of lines."""
        self._runs.append(run[0])
        return f'<{self._run_name} n="{len(self._runs) - 1}"/>' + "\n" * run[0].count("\n")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if name == self._run_name:
            self.take_run(self._runs[int(attributes["n"])])
            return
        self.depth += 1
        local = name.rpartition(":")[2]
        if self.depth > _MAX_DEPTH or (self.depth == 1 and local != self.root):
            raise self.refusal()
        self._known = True
        if self.start(local, attributes):
            self._wanted = self.depth
            self._text.clear()
            self._parser.CharacterDataHandler = self._characters

    def _end(self, name: str) -> None:
        if name == self._run_name:
            return
        text = ""
        if self._wanted == self.depth:
            self._parser.CharacterDataHandler = None
            self._wanted, text = 0, "".join(self._text)
        self.depth -= 1
        self.end(name.rpartition(":")[2], text)

    def _characters(self, text: str) -> None:
        if self.depth == self._wanted and len(self._text) < _LONGEST_VALUE:
            self._text.append(text[:_LONGEST_VALUE])


class _Root(Exception):
    """The first element, or a document type, was reached."""


def root_of(head: bytes) -> str:
    """Local name of the first element of a document that begins like this; ``""`` without one."""

    def stop(*found: object) -> None:
        raise _Root(*found)

    parser = expat.ParserCreate("utf-8")
    parser.StartElementHandler = lambda name, _attributes: stop(name.rpartition(":")[2])
    parser.StartDoctypeDeclHandler = lambda *_declaration: stop("")
    text = head.decode(encoding_of(head[:200]), "replace")
    try:
        parser.Parse(text.encode("utf-8", "replace"), False)
    except _Root as found:
        return str(found)
    except expat.ExpatError:
        return ""
    return ""


def encoding_of(start: bytes) -> str:
    """The declared encoding (in China GB 2312, GBK …), else UTF-8; a byte order mark decides."""
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    declared = _ENCODING.match(start.removeprefix(codecs.BOM_UTF8))
    if start.startswith(codecs.BOM_UTF8) or declared is None:
        return "utf-8-sig"
    try:
        info = codecs.lookup(declared[1].decode("ascii"))
    except LookupError:
        return "utf-8-sig"
    # A codec such as base64 is none of texts.
    return info.name if getattr(info, "_is_text_encoding", True) else "utf-8-sig"


def _pieces(file: BinaryIO, point_end: str) -> Iterator[str]:
    """The text of a file in pieces that end with a point, as far as there are points."""
    first = file.read(_BLOCK)
    decoder = codecs.getincrementaldecoder(encoding_of(first[:200]))("replace")
    rest, block = "", first
    while block:
        rest += decoder.decode(block)
        end = rest.rfind(point_end) + len(point_end)
        if end >= len(point_end):
            yield rest[:end]
            rest = rest[end:]
        elif len(rest) > _BLOCK:
            yield rest
            rest = ""
        block = file.read(_BLOCK)
    yield rest + decoder.decode(b"", True)
