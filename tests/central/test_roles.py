"""Who may call what: every address of the centre against every sort of caller.

An address that is not in the table fails the test: whoever adds one says who may call it.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re

import httpx
import pytest

from jdz_field.core.changes import RECORD
from jdz_field.core.ids import new_id
from tests.central.tablet import Tablet
from tests.central.test_drawing import FULIANG, LEPING

OPEN, DEVICE, DESK, OFFICE, SECURITY, AUDIT, APP, READER, LOCAL, GREETED = range(10)
#: Who may call it: nobody in particular, any device, the office, an administrator with a duty, a
#: person with an app password, either of device and password, this machine alone. Whoever only
#: audits is greeted at their desk and reads the log; all else is shut to them.
TABLE = {
    OPEN: "GET /healthz|GET /openapi.json|POST /v1/devices/enrol"
    "|OPTIONS /v1/attachments|OPTIONS /v1/attachments/uploads/{upload}",
    LOCAL: "GET /metrics",
    APP: "GET /openrosa/formList|GET /openrosa/forms/{form}/{version}.xml"
    "|GET /openrosa/forms/{form}/{version}/manifest"
    "|GET /openrosa/forms/{form}/{version}/media/{name}|GET /openrosa/lists/{dataset}.csv"
    "|GET /openrosa/lists/{dataset}/integrity|HEAD /openrosa/submission|POST /openrosa/submission",
    READER: "GET /ogc|GET /ogc/api|GET /ogc/collections|GET /ogc/collections/{name}"
    "|GET /ogc/collections/{name}/items|GET /ogc/collections/{name}/items/{fid}"
    "|GET /ogc/collections/{name}/schema|GET /ogc/conformance",
    DEVICE: "POST /v1/attachments|DELETE /v1/attachments/uploads/{upload}"
    "|HEAD /v1/attachments/uploads/{upload}|PATCH /v1/attachments/uploads/{upload}"
    "|GET /v1/attachments/{sha}|HEAD /v1/attachments/{sha}|PUT /v1/batches/{batch_id}"
    "|GET /v1/changes|GET /v1/snapshot|GET /v1/forms|GET /v1/forms/{form}/{version}.xml"
    "|GET /v1/tasks|GET /v1/progress",
    GREETED: "GET /v1/hello",
    DESK: "GET /v1/duties",
    OFFICE: "GET /v1/batches|POST /v1/batches/{batch}/release|POST /v1/by-hand"
    "|POST /v1/by-hand/answer|GET /v1/conflicts|POST /v1/conflicts/{conflict}/decision"
    "|GET /v1/devices|POST /v1/devices/{device}/revoke|GET /v1/draws|POST /v1/draws"
    "|GET /v1/info|POST /v1/progress/figures"
    "|POST /v1/progress/figures/{figure}/withdraw|POST /v1/progress/projects/{project}/money"
    "|GET /v1/proposals|POST /v1/proposals/{item}/approve|POST /v1/proposals/{item}/reject"
    "|GET /v1/quarantine|POST /v1/quarantine/{item}/release|POST /v1/quarantine/{item}/reject"
    "|GET /v1/records|POST /v1/records/{record}/review|GET /v1/sites|GET /v1/sites/{site}/history"
    "|POST /v1/sites/{site}/number|POST /v1/tasks|POST /v1/tasks/{task}/withdraw|GET /v1/users"
    "|GET /v1/waiting|POST /v1/waiting/{item}/release|POST /v1/waiting/{item}/reject",
    SECURITY: "POST /v1/devices/code|GET /v1/devices/codes|POST /v1/devices/codes/{code}/withdraw"
    "|POST /v1/devices/{device}/restore|POST /v1/duties|GET /v1/lockouts|POST /v1/lockouts/unlock"
    "|GET /v1/lockouts/limits|POST /v1/lockouts/limits"
    "|POST /v1/users|POST /v1/users/{name}|POST /v1/users/{name}/password"
    "|POST /v1/users/{name}/password/drop",
    AUDIT: "GET /v1/audit|GET /v1/audit/check",
}
LEVELS = {line: level for level, lines in TABLE.items() for line in lines.split("|")}
#: What each sort of caller may reach. A token that is not the office's hides who is at the
#: machine itself, so it does not open the figures either.
MAY = {
    "nobody": {OPEN, LOCAL},
    "wrong": {OPEN},
    "revoked": {OPEN},
    "closed": {OPEN},
    "phone": {OPEN, LOCAL, APP, READER},
    "field": {OPEN, READER, DEVICE, GREETED},
    "forestry": {OPEN, READER, DEVICE, GREETED},
    "office": {OPEN, LOCAL, READER, DEVICE, GREETED, DESK, OFFICE},
    "system": {OPEN, LOCAL, READER, DEVICE, GREETED, DESK, OFFICE},
    "security": {OPEN, LOCAL, READER, DEVICE, GREETED, DESK, OFFICE, SECURITY},
    "audit": {OPEN, GREETED, DESK, AUDIT},
    "auditing phone": {OPEN, LOCAL},
}


@pytest.fixture
def callers(office):
    """The header of every sort of caller."""
    office.add_user("jack", "admin")
    tokens = {"wrong": "0" * 43}
    for name in ("field", "forestry", "office"):
        tokens[name] = Tablet.enrol(office, name, name).enrolment.token
    for duty in ("system", "security", "audit"):
        office.add_user(duty, "admin", duties=[duty])
        tokens[duty] = Tablet.enrol(office, duty).enrolment.token
    gone = Tablet.enrol(office, "gone", "office").enrolment
    office.revoke(gone.device)
    tokens["revoked"] = gone.token
    tokens["closed"] = Tablet.enrol(office, "left", "office").enrolment.token
    office.set_user("left", state="closed")
    headers = {name: {"Authorization": f"Bearer {token}"} for name, token in tokens.items()}
    secret = f"field:{office.app_password('field')}".encode()
    basic = {"Authorization": f"Basic {base64.b64encode(secret).decode()}"}
    secret = f"audit:{office.app_password('audit')}".encode()
    auditing = {"Authorization": f"Basic {base64.b64encode(secret).decode()}"}
    return headers | {"nobody": {}, "phone": basic, "auditing phone": auditing}


def addresses(call):
    paths = call.get("/openapi.json").json()["paths"]
    found = [f"{method.upper()} {path}" for path, methods in paths.items() for method in methods]
    return [*found, "GET /openapi.json"]


def test_every_address_is_in_the_table_and_none_is_too_much(server):
    with httpx.Client(base_url=server.url) as call:
        assert sorted(addresses(call)) == sorted(LEVELS)


def test_what_each_caller_may(server, callers):
    wrong = []
    for who, may in MAY.items():
        with httpx.Client(base_url=server.url, headers=callers[who]) as call:
            wrong += [(who, *one) for one in _wrong(call, may)]
    assert wrong == []


def _wrong(call, may):
    for line, level in LEVELS.items():
        method, path = line.split(" ", 1)
        url = re.sub(r"\{(\w+)\}", "nothing-of-this-name", path)
        body = {} if method in ("POST", "PUT", "PATCH") else None
        status = call.request(method, url, json=body).status_code
        shut = status in (401, 403)
        # What lies behind the door is another matter: nothing of this name, no body.
        if shut is (level in may) or status >= 500:
            yield line, status


# ---- what lies in another county is nobody else's, by whatever way it is asked for


@pytest.fixture
def hidden(office, tmp_path):
    """A site of Leping with everything that hangs on one; words that must not be told."""
    boss = Tablet.enrol(office, "Boss")
    site, record, photo = new_id(), new_id(), new_id()
    secret = b"a picture of Leping"
    office.receive(
        boss.batch(
            boss.change(site, county_code=LEPING, name="秘密的点", code="360281010009"),
            boss.change(record, RECORD, site=site, form="patrol", answers={"a": "秘密的话"}),
            boss.change(photo, "attachment", site=site, record=record,
                        sha256=hashlib.sha256(secret).hexdigest(), filename="秘密.jpg"),
            files=(secret,),
        )
    )  # fmt: skip
    draft = tmp_path / "secret.part"
    draft.write_bytes(secret)
    office.blobs.keep(draft, hashlib.sha256(secret).hexdigest(), "秘密.jpg", "Boss")
    field = Tablet.enrol(office, "Other", "field")
    for fields in (
        {"code": "360281019999"},
        {"length": "long"},
        {"width": 1.0, "parent": new_id()},
    ):
        office.receive(field.batch(field.change(site, base_version=1, **fields)))
    return {
        "site": site,
        "record": record,
        "sha": hashlib.sha256(secret).hexdigest(),
        "fid": site,
        "words": ["秘密", site, record, photo, "a picture"],
    }


@pytest.mark.parametrize("role", ["field", "forestry", "office", "admin"])
def test_nothing_of_another_county_is_told(office, server, hidden, role):
    office.add_user("F", role, [FULIANG])
    token = Tablet.enrol(office, "F").enrolment.token
    told = []
    with httpx.Client(base_url=server.url, headers={"Authorization": f"Bearer {token}"}) as call:
        reads = [line.removeprefix("GET ") for line in LEVELS if line.startswith("GET ")]
        for path in reads:
            if path in ("/v1/audit", "/v1/audit/check"):
                continue  # Who audits sees every act, and nothing of what was entered but its id.
            for name in ("geohazard", "sites"):
                given = {**hidden, "name": name}
                url = re.sub(r"\{(\w+)\}", lambda m, g=given: str(g.get(m[1], "x")), path)
                text = call.get(url).text
                # What the question itself named may be said again.
                told += [(url, w) for w in hidden["words"] if w in text and w not in url]
        for path in ("/v1/changes?after=0", "/v1/snapshot", "/v1/changes?after=0&counties=360281"):
            text = call.get(path).text
            told += [(path, word) for word in hidden["words"] if word in text]
    assert told == []


def test_secrets_are_in_no_entry_of_the_audit_log(office, server, callers):
    code = office.device_code("field")
    password = office.app_password("office")
    with httpx.Client(base_url=server.url) as call:
        call.get("/openrosa/formList", auth=("office", "wrong-password"))
        call.post("/v1/devices/enrol", json={"code": code, "device": "x", "public_key": "y"})
    with office.database.read() as connection:
        log = json.dumps([tuple(r) for r in connection.exec_driver_sql("SELECT * FROM audit")])
    for secret in (code, code.replace("-", ""), password, "wrong-password"):
        assert secret not in log
    for header in callers.values():
        assert header.get("Authorization", "Bearer no-header").split(" ")[1] not in log
