"""A body that ends before its time is no fault of the server."""

from __future__ import annotations

import logging
import socket

import httpx
import pytest


def test_a_line_that_breaks_in_a_body_leaves_no_fault_in_the_log(
    server, tablet, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    port = int(server.url.rpartition(":")[2].rstrip("/"))
    head = (
        "PUT /v1/batches/b HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n"
        f"Authorization: Bearer {tablet.enrolment.token}\r\n\r\nhalf"
    )
    for _time in range(3):
        with socket.create_connection(("127.0.0.1", port)) as line:
            line.sendall(head.encode())
    assert httpx.get(f"{server.url}/healthz").status_code == 200
    server.stop()
    assert [r for r in caplog.records if r.exc_info] == []
