"""Functions over texts."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re

from jdz_field.core.i18n import _
from jdz_field.xforms.functions.patterns import matches
from jdz_field.xforms.functions.registry import function
from jdz_field.xforms.xpath.errors import XPathError
from jdz_field.xforms.xpath.values import NodeSet, Value, to_string, value_of, whole

#: Longer texts are not put together: calculations that double one another would fill the memory.
MAX_TEXT = 1_000_000
_HALF = re.compile("[\ud800-\udfff]")
_DIGESTS = {"MD5": "md5", "SHA1": "sha1", "SHA256": "sha256", "SHA384": "sha384"}
_DIGESTS["SHA512"] = "sha512"


def texts(values: tuple[Value, ...]) -> list[str]:
    """The texts of arguments; one node-set among them stands for its nodes when it is alone."""
    if len(values) == 1 and type(values[0]) is NodeSet:
        return [to_string(value_of(node)) for node in values[0]]
    return [to_string(value) for value in values]


@function("string", "string", "string")
def string(text: str) -> str:
    """Its argument as text."""
    return text


@function("concat", "value*", "string")
def concat(*values: Value) -> str:
    """All its arguments (or the nodes of the only one) one after the other."""
    return _joined("", texts(values))


@function("join", "string value*", "string")
def join(separator: str, *values: Value) -> str:
    """Its arguments (or the nodes of the only one) with a separator between."""
    return _joined(separator, texts(values))


def _joined(separator: str, parts: list[str]) -> str:
    if sum(map(len, parts)) + len(separator) * len(parts) > MAX_TEXT:
        raise XPathError(_("A text may not be longer than {n} characters.").format(n=MAX_TEXT))
    return separator.join(parts)


@function("substr", "string value value?", "string")
def substr(text: str, start: Value, end: Value | None = None) -> str:
    """From ``start`` (0-based) up to before ``end``; negative places count from the end.

    Places count UTF-16 units, as ``string-length`` does; half a character is written ``?``.
    """
    wide = not text.isascii() and max(text) > "\uffff"
    units = text.encode("utf-16-le", "surrogatepass") if wide else b""
    length = len(units) // 2 if wide else len(text)
    first = whole(start)
    last = length if end is None else whole(end)
    first = first + length if first < 0 else first
    last = last + length if last < 0 else last
    first, last = min(max(0, first), length), min(max(0, last), length)
    if wide:
        cut = units[2 * first : 2 * last].decode("utf-16-le", "surrogatepass")
        return _HALF.sub("?", cut)
    return text[first:last]


@function("substring-before", "string string", "string")
def substring_before(text: str, mark: str) -> str:
    """What stands before the first ``mark``; nothing when there is none."""
    at = text.find(mark)
    return text[:at] if at >= 0 else ""


@function("substring-after", "string string", "string")
def substring_after(text: str, mark: str) -> str:
    """What stands after the first ``mark``; nothing when there is none."""
    at = text.find(mark)
    return text[at + len(mark) :] if at >= 0 else ""


@function("translate", "string string string", "string")
def translate(text: str, old: str, new: str) -> str:
    """Every character of ``old`` replaced by the one at its place in ``new``, or dropped."""
    table: dict[int, str | None] = {}
    for at, sign in enumerate(old):
        table.setdefault(ord(sign), new[at] if at < len(new) else None)
    return text.translate(table)


@function("contains", "string string", "boolean")
def contains(text: str, part: str) -> bool:
    """Whether ``part`` is in it."""
    return part in text


@function("starts-with", "string string", "boolean")
def starts_with(text: str, part: str) -> bool:
    """Whether it begins with ``part``."""
    return text.startswith(part)


@function("ends-with", "string string", "boolean")
def ends_with(text: str, part: str) -> bool:
    """Whether it ends with ``part``."""
    return text.endswith(part)


@function("string-length", "string", "number")
def string_length(text: str) -> float:
    """How many characters (UTF-16 units, as JavaRosa counts)."""
    return float(len(text.encode("utf-16-le", "surrogatepass")) // 2)


@function("normalize-space", "string", "string")
def normalize_space(text: str) -> str:
    """Without space at the ends, one space for every stretch of it inside."""
    return re.sub("[ \t\n\x0b\f\r]+", " ", text.strip(_CONTROLS))


_CONTROLS = "".join(map(chr, range(33)))


@function("regex", "string string", "boolean")
def regex(text: str, pattern: str) -> bool:
    """Whether all of ``text`` matches; the pattern is Java's."""
    return matches(pattern, text)


@function("boolean-from-string", "string", "boolean")
def boolean_from_string(text: str) -> bool:
    """Whether the text is ``true`` or ``1``."""
    return text == "1" or text.lower() == "true"


@function("digest", "string string string?", "string")
def digest(text: str, algorithm: str, encoding: str = "base64") -> str:
    """A hash of the UTF-8 text: MD5, SHA-1, SHA-256, SHA-384, SHA-512; hex or base64."""
    name = _DIGESTS.get(algorithm.upper().replace("-", ""))
    if name is None or encoding.lower() not in ("hex", "base64"):
        raise XPathError(_("digest() does not know {name}.").format(name=algorithm or encoding))
    made = hashlib.new(name, text.encode(), usedforsecurity=False)
    return made.hexdigest() if encoding.lower() == "hex" else _base64(made.digest())


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


@function("base64-decode", "string", "string")
def base64_decode(text: str) -> str:
    """The UTF-8 text behind a base64 one; nothing when it is none."""
    try:
        return base64.b64decode(text, validate=False).decode("utf-8", "replace")
    except (binascii.Error, ValueError):
        return ""


@function("extract-signed", "string string", "string")
def extract_signed(text: str, public_key: str) -> str:
    """The text whose Ed25519 signature (64 bytes, before it) is right; nothing otherwise."""
    from cryptography.exceptions import InvalidSignature  # noqa: PLC0415 (rarely needed, slow)
    from cryptography.hazmat.primitives.asymmetric.ed25519 import (  # noqa: PLC0415
        Ed25519PublicKey,
    )

    try:
        signed = base64.b64decode(text)
        key = Ed25519PublicKey.from_public_bytes(base64.b64decode(public_key))
        key.verify(signed[:64], signed[64:])
        return signed[64:].decode("utf-8")
    except (InvalidSignature, binascii.Error, ValueError):
        return ""


@function("selected is-selected", "string string", "boolean")
def selected(answer: str, choice: str) -> bool:
    """Whether a choice is among the selected ones."""
    return f" {choice.strip()} " in f" {answer} "


@function("count-selected", "string", "number")
def count_selected(answer: str) -> float:
    """How many choices are selected."""
    return float(len(answer.split()))


@function("selected-at", "string value", "string")
def selected_at(answer: str, place: Value) -> str:
    """The choice selected at ``place`` (0-based); nothing when there is none."""
    chosen, at = answer.split(), whole(place)
    return chosen[at] if 0 <= at < len(chosen) else ""
