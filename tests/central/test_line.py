"""Connections of the served centre."""

from __future__ import annotations

import socket

import httpx


def test_small_answers_go_out_at_once(server):
    with httpx.Client(base_url=server.url) as call:
        assert call.get("/healthz").status_code in {200, 503}
        (line,) = server._server.server_state.connections
        held = line.transport.get_extra_info("socket")
        assert held.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
