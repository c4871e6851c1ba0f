"""docs/protocol.md names the routes that there are, and the OpenAPI document is whole."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI

from jdz_field.central import limits
from jdz_field.central.server import create_app
from tests.central.tablet import open_office

PAGE = Path(__file__).parents[2] / "docs" / "protocol.md"
_ROUTE = re.compile(r"^\| `([A-Z]+) (/[^`]*)` \| ([^|]+) \|", re.MULTILINE)
#: Routes that need nobody.
_OPEN = {"/healthz", "/openapi.json", "/v1/devices/enrol"}


@pytest.fixture(scope="module")
def app(tmp_path_factory) -> FastAPI:
    folder = tmp_path_factory.mktemp("centre")
    with open_office(folder) as office:
        yield create_app(None, office.files, office=office)


@pytest.fixture(scope="module")
def document(app) -> dict[str, Any]:
    return app.openapi()


def of(document: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    return [(m, p, op) for p, methods in document["paths"].items() for m, op in methods.items()]


def test_the_page_names_every_route_and_none_that_is_not_there(document):
    told = [(method, path) for method, path, _who in _ROUTE.findall(PAGE.read_text("utf-8"))]
    assert len(told) == len(set(told))
    there = {(m.upper(), p) for m, p, _op in of(document)} | {("GET", "/openapi.json")}
    assert there - set(told) == set(), "docs/protocol.md lacks these"
    assert set(told) - there == set(), "docs/protocol.md names these, and they are not there"


def test_the_page_says_who_may_ask_as_the_document_does(document):
    schemes = {(m.upper(), p): {n for s in op["security"] for n in s} for m, p, op in of(document)}
    for method, path, who in _ROUTE.findall(PAGE.read_text("utf-8")):
        found = schemes.get((method, path), set())
        if who.startswith("anyone"):
            assert found == set(), (method, path)
        elif who.startswith("person"):
            assert found == {"HTTPBasic"}, (method, path)
        elif who.startswith("reader"):
            assert found == {"HTTPBasic", "HTTPBearer"}, (method, path)
        else:
            assert found == {"HTTPBearer"}, (method, path)


def test_every_operation_says_what_it_does_who_may_and_how_it_refuses(document):
    for method, path, operation in of(document):
        assert operation["summary"], path
        assert operation["tags"], path
        statuses = set(operation["responses"])
        assert {"400", "431", "503"} <= statuses, (method, path)
        assert all(one["description"] for one in operation["responses"].values()), path
        if path not in _OPEN and method != "options":
            assert operation["security"], (method, path)
            assert {"401", "403"} <= statuses, (method, path)
        if method in {"post", "put", "patch"}:
            assert {"408", "413"} <= statuses, (method, path)
        if "{" in path:
            assert "404" in statuses, (method, path)


def test_every_success_says_its_type_and_every_refusal_its_shape(document):
    for method, path, operation in of(document):
        for status, told in operation["responses"].items():
            if method == "head" or status in {"204", "206", "304"}:
                continue
            assert told["content"], (method, path, status)
            if status >= "400" and path != "/healthz":
                schema = told["content"]["application/json"]["schema"]
                assert schema == {"$ref": "#/components/schemas/Problem"}, (method, path, status)


def test_no_two_operations_have_one_name(document):
    names = [operation["operationId"] for _method, _path, operation in of(document)]
    assert len(names) == len(set(names))


def test_the_page_states_the_limits_that_hold():
    text = PAGE.read_text("utf-8")
    for number in (
        f"{limits.HEAD_BYTES >> 10} KiB, {limits.HEADERS} headers",
        f"{limits.BODIES['/v1/batches/'] >> 20} MiB; {limits.MAX_BODY >> 20} MiB",
        f"{limits.MAX_RATIO} times its size",
        f"{limits.SMALL >> 20} MiB, {limits.SMALL_VALUES:,} values",
        f"{limits.AT_ONCE} requests, {limits.MEMORY >> 20} MiB",
    ):
        assert number in text, number
