"""The OpenAPI document, made whole: a summary, the media types and every refusal of each route.

FastAPI knows what a handler takes and gives; what stands before all handlers (who asks, limits,
errors as sentences) it does not. Source: OpenAPI Specification 3.1.0.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

_ABOUT = """The centre of jdz_field. Devices send sealed batches and attachments and read the feed;
the office settles what is open; ODK Collect and GIS have their own doors. `docs/protocol.md` tells
how a device works with it. Every refusal is `{"detail": sentence}` with a status that fits;
under `/openrosa` it is an OpenRosaResponse."""

#: What every refusal means, wherever it is given.
_MEANINGS = {
    "400": "What was sent makes no sense, or is damaged.",
    "401": "No token or password, or none of ours.",
    "403": "Who asks may not do this.",
    "404": "What is asked for is not here.",
    "405": "Not with this method.",
    "408": "The body comes too slowly; send it again.",
    "409": "What the request rests on is another by now.",
    "412": "Another version of tus.",
    "413": "The body is too large.",
    "415": "Another type of content.",
    "416": "The attachment has no such bytes.",
    "422": "A parameter or an entry of the body is none; the sentence names it.",
    "423": "Another request writes to the upload; wait a second.",
    "429": "Too many wrong tries; wait as long as Retry-After says.",
    "431": "The headers are too large or too many.",
    "460": "What came is not what its hash says.",
    "503": "The centre or its database has no room at this moment; come again.",
    "507": "The disk of the centre is full.",
}
_WRITES = frozenset({"post", "put", "patch"})
#: Refusals of single routes beside those that follow from their kind.
_OWN: dict[tuple[str, str], tuple[str, ...]] = {
    ("post", "/v1/devices/enrol"): ("403", "429"),
    ("get", "/v1/changes"): ("409",),
    ("get", "/v1/hello"): ("409",),
    ("get", "/v1/snapshot"): ("409",),
    ("put", "/v1/batches/{batch_id}"): ("409",),
    ("get", "/v1/attachments/{sha}"): ("416",),
    ("head", "/v1/attachments/{sha}"): ("416",),
    ("post", "/v1/attachments"): ("412", "460", "507"),
    ("head", "/v1/attachments/uploads/{upload}"): ("412",),
    ("patch", "/v1/attachments/uploads/{upload}"): ("409", "412", "415", "423", "460", "507"),
    ("delete", "/v1/attachments/uploads/{upload}"): ("412",),
    ("post", "/openrosa/submission"): ("409", "460", "507"),
    ("post", "/v1/by-hand"): ("403", "409", "507"),
    ("post", "/v1/progress/projects/{project}/money"): ("409",),
    ("post", "/v1/by-hand/answer"): ("507",),
    ("get", "/metrics"): ("401", "403"),
}
#: Answers beside the first one that are no refusals.
_ALSO = {
    ("get", "/v1/attachments/{sha}"): {"206": "The bytes asked for.", "304": "Known already."},
    ("head", "/v1/attachments/{sha}"): {"206": "The bytes asked for.", "304": "Known already."},
}
_XML, _GEOJSON = "text/xml; charset=utf-8", "application/geo+json"
#: Media types of answers that are made by hand; those that are missing are JSON or nothing.
_TYPES = {
    "/v1/changes": "application/x-ndjson",
    "/v1/snapshot": "application/x-ndjson",
    "/v1/forms/{form}/{version}.xml": "application/xml",
    "/v1/attachments/{sha}": "application/octet-stream",
    "/openrosa/lists/{dataset}.csv": "text/csv; charset=utf-8",
    "/openrosa/forms/{form}/{version}/media/{name}": "*/*",
    "/ogc/api": "application/vnd.oai.openapi+json;version=3.1",
    "/ogc/collections/{name}/schema": "application/schema+json",
    "/ogc/collections/{name}/items": _GEOJSON,
    "/ogc/collections/{name}/items/{fid}": _GEOJSON,
    "/metrics": "text/plain; version=0.0.4; charset=utf-8",
}
_PROBLEM = {"$ref": "#/components/schemas/Problem"}


def complete(app: FastAPI) -> None:
    """Let ``app`` give the whole document at ``/openapi.json``."""

    def whole() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _document(app)
        return app.openapi_schema

    app.openapi = whole  # type: ignore[method-assign]


def _document(app: FastAPI) -> dict[str, Any]:
    document = get_openapi(
        title=app.title, version=app.version, description=_ABOUT, routes=app.routes
    )
    schemas = document["components"]["schemas"]
    schemas["Problem"] = {
        "title": "Problem",
        "description": "Why a request was refused, as a sentence for a person.",
        "type": "object",
        "required": ["detail"],
        "properties": {"detail": {"type": "string"}},
    }
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    schemes = document["components"]["securitySchemes"]
    if "_Basic" in schemes:
        schemes["HTTPBasic"] = schemes.pop("_Basic")
    for path, method, operation in _operations(document):
        _fill(path, method, operation)
    return document


def _operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


def _fill(path: str, method: str, operation: dict[str, Any]) -> None:
    about = operation.get("description", "")
    operation["summary"] = " ".join(about.partition("\n\n")[0].split()).rstrip(".")
    operation["security"] = [
        {"HTTPBasic" if name == "_Basic" else name: [] for name in one}
        for one in operation.get("security", [])
    ]
    if path == "/metrics":
        # To this machine the figures are told without a token.
        operation["security"].append({})
    answers = operation["responses"]
    for status, given in answers.items():
        if status < "400" and status != "204" and not given.get("content"):
            given["content"] = {_type_of(path): {}}
        if status == "204" or method == "head":
            given.pop("content", None)
    for status, words in _ALSO.get((method, path), {}).items():
        answers[status] = {"description": words}
    for status in _refusals(path, method, operation):
        answers[status] = answers.get(status, {}) | {"description": _MEANINGS[status]}
        if method != "head" and (status != "503" or "content" not in answers[status]):
            answers[status]["content"] = _problem(path)


def _type_of(path: str) -> str:
    if path in _TYPES:
        return _TYPES[path]
    return _XML if path.startswith("/openrosa") else "application/json"


def _problem(path: str) -> dict[str, Any]:
    told: dict[str, Any] = {"application/json": {"schema": _PROBLEM}}
    return told | {_XML: {}} if path.startswith("/openrosa") else told


def _refusals(path: str, method: str, operation: dict[str, Any]) -> Iterator[str]:
    """The statuses that a route may refuse with."""
    yield from ("400", "431", "503")
    secured = any(operation["security"])
    if secured:
        yield from ("401", "403", "429")
    if "{" in path:
        yield "404"
    if method in _WRITES:
        yield from ("408", "413")
        if path.startswith("/v1") and secured:
            yield from ("404", "409")
    if operation.get("parameters") or operation.get("requestBody"):
        yield "422"
    yield from _OWN.get((method, path), ())
