"""OGC API Features, read-only, for other systems of the city.

Sources: OGC 17-069r4 (Part 1: Core), OGC 18-058r1 (Part 2: Coordinate Reference Systems by
Reference). Tokens of devices and app passwords open it, within the person's counties and kinds.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.security import HTTPAuthorizationCredentials, HTTPBasicCredentials

from jdz_field.central import features, features_model
from jdz_field.central.accounts import Caller
from jdz_field.central.features_index import catch_up
from jdz_field.central.features_model import Collection
from jdz_field.central.gate import NotHere, TheOffice, bearer, caller_of
from jdz_field.central.office import Office
from jdz_field.central.passwords import basic, basic_caller
from jdz_field.core.errors import BadInput
from jdz_field.core.i18n import _

router = APIRouter(prefix="/ogc", tags=["features"])
_JSON, _GEOJSON = "application/json", "application/geo+json"
_SCHEMA = "application/schema+json"
_OPENAPI = "application/vnd.oai.openapi+json;version=3.1"
_CONFORMS = (
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/geojson",
    "http://www.opengis.net/spec/ogcapi-features-2/1.0/conf/crs",
)
#: Parameters of a question for items that are no properties; ``after`` comes from next links.
_RESERVED = frozenset({"f", "limit", "bbox", "bbox-crs", "crs", "datetime", "after"})


def reader_of(
    request: Request,
    token: Annotated[HTTPAuthorizationCredentials | None, Depends(bearer)],
    login: Annotated[HTTPBasicCredentials | None, Depends(basic)],
) -> Caller:
    """Who reads: by a device's token, or by name and app password."""
    return caller_of(request, token) if token is not None else basic_caller(request, login)


Reader = Annotated[Caller, Depends(reader_of)]


def _answer(data: Mapping[str, Any], kind: str = _JSON, **headers: str) -> Response:
    return Response(json.dumps(data, ensure_ascii=False), media_type=kind, headers=headers or None)


def _link(href: str, rel: str, kind: str, title: str = "") -> dict[str, str]:
    return {"href": href, "rel": rel, "type": kind} | ({"title": title} if title else {})


def _base(request: Request) -> str:
    return f"{str(request.base_url).rstrip('/')}/ogc"


@router.get("", operation_id="features_landing", response_class=Response)
@router.get("/", include_in_schema=False, response_class=Response)
def landing(request: Request, office: TheOffice, caller: Reader) -> Response:
    """What is here and where."""
    del caller
    base = _base(request)
    links = [
        _link(base, "self", _JSON),
        _link(f"{base}/api", "service-desc", _OPENAPI),
        _link(f"{base}/conformance", "conformance", _JSON),
        _link(f"{base}/collections", "data", _JSON),
    ]
    return _answer({"title": office.name, "description": office.name, "links": links})


@router.get("/conformance", response_class=Response)
def conformance(caller: Reader) -> Response:
    """The parts of the standards that this server keeps."""
    del caller
    return _answer({"conformsTo": _CONFORMS})


@router.get("/api", response_class=Response)
def api(request: Request, caller: Reader) -> Response:
    """The OpenAPI document, the same as at ``/openapi.json``."""
    del caller
    return _answer(request.app.openapi(), _OPENAPI)


@router.get("/collections", response_class=Response)
def list_collections(request: Request, office: TheOffice, caller: Reader) -> Response:
    """Everything that may be read."""
    catch_up(office.database)
    base = f"{_base(request)}/collections"
    with office.database.read() as connection:
        found = features_model.collections(connection, caller)
        told = [_collection(one, base, features.extent(connection, caller, one)) for one in found]
    links = [_link(base, "self", _JSON)]
    return _answer({"links": links, "collections": told, "crs": list(features.CRS)})


@router.get("/collections/{name}", response_class=Response)
def one_collection(request: Request, office: TheOffice, caller: Reader, name: str) -> Response:
    """One collection: where it lies, its systems of coordinates, where its items are."""
    found = _found(office, caller, name)
    with office.database.read() as connection:
        where = features.extent(connection, caller, found)
    return _answer(_collection(found, f"{_base(request)}/collections", where))


def _found(office: Office, caller: Caller, name: str) -> Collection:
    catch_up(office.database)
    with office.database.read() as connection:
        found = features_model.collection(connection, caller, name)
    if found is None:
        raise NotHere(_("There is no collection {name}.").format(name=name))
    return found


def _collection(
    about: Collection, base: str, where: tuple[float, float, float, float] | None
) -> dict[str, Any]:
    place = f"{base}/{about.id}"
    told: dict[str, Any] = {
        "id": about.id,
        "title": about.title,
        "description": about.description,
        "itemType": "feature",
        "crs": list(features.CRS),
        "storageCrs": features.EPSG + "4490",
        "links": [
            _link(place, "self", _JSON),
            _link(f"{place}/items", "items", _GEOJSON, about.title),
            _link(f"{place}/schema", "describedby", _SCHEMA),
        ],
    }
    if where is not None:
        told["extent"] = {"spatial": {"bbox": [list(where)], "crs": features.CRS84}}
    return told


@router.get("/collections/{name}/schema", response_class=Response)
def schema(request: Request, office: TheOffice, caller: Reader, name: str) -> Response:
    """JSON Schema (2020-12) of a collection's features, as far as the caller is told them."""
    about = _found(office, caller, name)
    whole = features_model.sees_persons(caller)
    properties = {
        one.name: one.schema() for one in about.properties.values() if whole or not one.personal
    }
    told = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"{_base(request)}/collections/{name}/schema",
        "title": about.title,
        "type": "object",
        "required": ["type", "id", "geometry", "properties"],
        "properties": {
            "type": {"const": "Feature"},
            "id": {"type": "string"},
            "geometry": {"type": ["object", "null"]},
            "properties": {"type": "object", "properties": properties},
        },
    }
    return _answer(told, _SCHEMA)


def _limit(text: str) -> int:
    if not text:
        return features.DEFAULT_LIMIT
    if not (text.isascii() and text.isdigit()) or len(text) > 9 or int(text) < 1:
        raise BadInput(
            _("limit must be a whole number from 1 to {most}.").format(most=features.MAX_LIMIT)
        )
    return min(int(text), features.MAX_LIMIT)


def _after(text: str) -> int:
    if text and not (text.isascii() and text.isdigit() and len(text) < 19):
        raise BadInput(_("after is taken from the link to the next page; follow that link."))
    return int(text or 0)


def _latitude_first(crs: str) -> bool:
    if crs and crs not in features.CRS:
        raise BadInput(
            _("There is no system of coordinates {crs}; known: {known}.").format(
                crs=crs[:100], known=" ".join(features.CRS)
            )
        )
    return crs in features.LATITUDE_FIRST


def _query(
    request: Request,
    limit: str = "",
    bbox: str = "",
    moment: Annotated[str, Query(alias="datetime")] = "",
    crs: str = "",
    bbox_crs: Annotated[str, Query(alias="bbox-crs")] = "",
    after: str = "",
) -> features.Query:
    given = request.query_params
    if len(given.multi_items()) != len(set(given)):
        raise BadInput(_("Every parameter is given once."))
    box = features.read_bbox(bbox, latitude_first=_latitude_first(bbox_crs)) if bbox else None
    since, until = features.read_datetime(moment)
    return features.Query(
        limit=_limit(limit),
        after=_after(after),
        bbox=box,
        since=since,
        until=until,
        filters={n: v for n, v in given.items() if n not in _RESERVED},
        latitude_first=_latitude_first(crs),
    )


@router.get("/collections/{name}/items", response_class=Response)
def items(
    request: Request,
    office: TheOffice,
    caller: Reader,
    name: str,
    asked: Annotated[features.Query, Depends(_query)],
) -> Response:
    """Features: all, or those in a box, a time, with values; the next page by its link."""
    about = _found(office, caller, name)
    with office.database.read() as connection:
        page = features.read_page(connection, caller, about, asked)
    place = f"{_base(request)}/collections/{name}/items"
    given = dict(request.query_params)
    links = [_link(_url(place, given), "self", _GEOJSON)]
    if page.last is not None:
        links.append(_link(_url(place, given | {"after": str(page.last)}), "next", _GEOJSON))
    links.append(_link(f"{_base(request)}/collections/{name}", "collection", _JSON))
    about_page = {
        "timeStamp": _now(),
        "numberMatched": page.matched,
        "numberReturned": len(page.features),
        "links": links,
    }
    head = json.dumps(about_page, ensure_ascii=False)[1:]
    body = f'{{"type":"FeatureCollection","features":[{",".join(page.features)}],{head}'
    return Response(body, media_type=_GEOJSON, headers=_content_crs(given))


@router.get("/collections/{name}/items/{fid}", response_class=Response)
def item(request: Request, office: TheOffice, caller: Reader, name: str, fid: str) -> Response:
    """One feature."""
    about = _found(office, caller, name)
    given = dict(request.query_params)
    swap = _latitude_first(given.get("crs", ""))
    with office.database.read() as connection:
        found = features.read_one(connection, caller, about, fid, latitude_first=swap)
    if found is None:
        raise NotHere(_("There is no {fid} in {name}.").format(fid=fid, name=name))
    place = f"{_base(request)}/collections/{name}"
    links = [
        _link(f"{place}/items/{fid}", "self", _GEOJSON),
        _link(place, "collection", _JSON),
    ]
    body = f'{found[:-1]},"links":{json.dumps(links)}}}'
    return Response(body, media_type=_GEOJSON, headers=_content_crs(given))


def _content_crs(given: Mapping[str, str]) -> dict[str, str]:
    return {"Content-Crs": f"<{given.get('crs') or features.CRS84}>"}


def _url(place: str, query: Mapping[str, str]) -> str:
    return f"{place}?{urlencode(query)}" if query else place


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
