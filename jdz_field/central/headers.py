"""Headers that every answer bears, whatever made it.

Sources: RFC 9111 §5.2.2.5 (no-store), RFC 6797 (HSTS), W3C CSP Level 3, Fetch standard
(nosniff, Cross-Origin-Resource-Policy). The centre serves data and no pages: a browser that is
led to one of its addresses shall neither run, frame nor keep anything.
"""

from __future__ import annotations

from starlette.types import ASGIApp, Message, Receive, Scope, Send

#: Header and value, over http and https alike.
PLAIN: tuple[tuple[bytes, bytes], ...] = (
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'; sandbox"),
    (b"cross-origin-resource-policy", b"same-origin"),
)
#: Over https alone, where it means something: one year.
STRICT = (b"strict-transport-security", b"max-age=31536000")
_KEPT_NOWHERE = (b"cache-control", b"no-store")


class Headers:
    """Adds the headers; what a handler has set itself stays."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        wanted = (*PLAIN, _KEPT_NOWHERE)
        if scope["scheme"] == "https":
            wanted += (STRICT,)

        async def marked(message: Message) -> None:
            if message["type"] == "http.response.start":
                given = list(message.get("headers", ()))
                names = {name.lower() for name, _value in given}
                given += [pair for pair in wanted if pair[0] not in names]
                message = {**message, "headers": given}
            await send(message)

        await self._app(scope, receive, marked)
