"""schemathesis over the OpenAPI document: no 5xx, no answer to a stranger that a person needs.

A small seeded share here; ``python -m tests.central.test_schemathesis --count 200`` for long.
"""

from __future__ import annotations

import argparse
import tempfile
import warnings
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

from jdz_field.central.office import Office
from jdz_field.central.run import start_in_thread
from jdz_field.central.server import create_app
from jdz_field.core.ids import new_id
from tests.central.tablet import Tablet

with warnings.catch_warnings():
    # It imports what its dependencies call old.
    warnings.simplefilter("ignore")
    from schemathesis import GenerationMode
    from schemathesis import openapi as from_openapi

#: Examples of each operation and mode in the everyday run.
EXAMPLES = 1
#: What anybody may ask: no data of anybody.
OPEN = {"/healthz", "/v1/devices/enrol", "/openapi.json"}


class Sender:
    """Sends the requests that schemathesis thinks of, as somebody and as nobody."""

    def __init__(self, office: Office, url: str, client: httpx.Client) -> None:
        self.client = client
        self.url = url
        self.seen: Counter[tuple[str, str, int]] = Counter()
        self.faults: list[str] = []
        self.office = office
        admin = self.come_in()
        self.known = _filled(office, admin)
        self.document = httpx.get(f"{url}/openapi.json").json()

    def come_in(self) -> Tablet:
        """As an administrator; another one when the last has shut himself out."""
        name = f"Zhu {new_id()}"
        admin = Tablet.enrol(self.office, name, "admin")
        self.token = admin.enrolment.token
        self.login = (name, self.office.app_password(name))
        return admin

    def send(self, case: Any, *, known: bool) -> httpx.Response:
        """One request; ``known``: with the token or the password of an administrator."""
        given = case.as_transport_kwargs(base_url=self.url)
        headers = {k: _plain(v) for k, v in given["headers"].items() if k.lower() != "host"}
        headers = {k: v for k, v in headers.items() if k.lower() != "authorization"}
        basic = "/openrosa" in given["url"]
        if known and not basic:
            headers["Authorization"] = f"Bearer {self.token}"
        return self.client.request(
            given["method"],
            given["url"],
            params=given.get("params"),
            headers=headers,
            cookies=None,
            auth=self.login if known and basic else None,
            **_body(given),
        )

    def check(self, case: Any, path: str, statuses: set[str]) -> None:
        """No fault, no status that the document does not name, no answer to a stranger."""
        try:
            answer = self.send(case, known=True)
        except httpx.InvalidURL:
            # Longer than any program of theirs or ours would send.
            return
        self.seen[case.method.upper(), path, answer.status_code] += 1
        said = f"{case.method.upper()} {path} {answer.status_code} {answer.text[:200]}"
        if answer.status_code == 401:
            self.come_in()
        if answer.status_code >= 500:
            self.faults.append(f"{said} {case.as_curl_command()[:600]}")
        elif str(answer.status_code) not in statuses | {"405"}:
            self.faults.append(f"not in the document: {said}")
        if path in OPEN or case.method.upper() == "OPTIONS" or path == "/metrics":
            return
        stranger = self.send(case, known=False)
        if stranger.status_code < 400 or stranger.status_code >= 500:
            self.faults.append(f"to a stranger: {stranger.status_code} {said}")


def _plain(value: Any) -> str:
    """What HTTP takes as a header."""
    return "".join(c for c in str(value) if " " <= c <= "\xff").strip()


def _body(given: dict[str, Any]) -> dict[str, Any]:
    if "json" in given:
        return {"json": given["json"]}
    data = given.get("data")
    if isinstance(data, dict):
        return {"data": data, "files": given.get("files")}
    if isinstance(data, str):
        data = data.encode("utf-8", "replace")
    return {"content": data} if data else {}


def _filled(office: Office, tablet: Tablet) -> dict[str, list[str]]:
    """A centre with something of everything; ids by the name that a path gives them."""
    place = {"geometry": "POINT (117.5 29.5)", "county_code": "360222"}
    site, record, other = new_id(), new_id(), new_id()
    sha = office.receive(
        tablet.batch(
            tablet.change(site, name="一", monitor_phone="ask", **place),
            tablet.change(record, "record", site=site, form="f", answers={}),
            tablet.change(other, town="x", parent=new_id()),
            files=(b"photo",),
        )
    ).missing[0]
    draft = office.blobs.uploads / "draft"
    draft.write_bytes(b"photo")
    office.blobs.keep(draft, sha, "p.jpg", "Zhu")
    two = Tablet.enrol(office, "Wang")
    office.receive(tablet.batch(tablet.change(site, town="a", base_version=1)))
    office.receive(two.batch(two.change(site, town="b", base_version=1)))
    made = {
        "site": [site], "record": [record], "sha": [sha], "device": [two.enrolment.device],
        "conflict": [c["id"] for c in office.conflicts()],
        "item": [w["id"] for w in office.waiting()] + [q["id"] for q in office.quarantine()],
        "name": ["geohazard"], "fid": [site], "batch": [b["id"] for b in office.batches()],
        "dataset": ["geohazard"],
    }  # fmt: skip
    return {name: ids for name, ids in made.items() if ids}


def operations(document: dict[str, Any]) -> Iterator[Any]:
    """Every operation of the document."""
    schema = from_openapi.from_dict(document)
    for found in schema.get_all_operations():
        yield found.ok()


def run(sender: Sender, examples: int, number: int) -> None:
    """So many good and so many bad requests of every operation."""
    for operation in operations(sender.document):
        path, method = operation.path, operation.method.lower()
        statuses = set(sender.document["paths"][path][method]["responses"])
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
            _cases(sender, operation, mode, examples, number, statuses)


def _cases(
    sender: Sender, operation: Any, mode: Any, examples: int, number: int, statuses: set[str]
) -> None:
    path = operation.path
    ids = {n: st.sampled_from(v) for n, v in sender.known.items() if f"{{{n}}}" in path}

    @seed(number)
    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(operation.as_strategy(generation_mode=mode), st.fixed_dictionaries(ids), st.booleans())
    def check(case: Any, known: dict[str, str], real: bool) -> None:
        if real and known:
            case.path_parameters = {**(case.path_parameters or {}), **known}
        sender.check(case, path, statuses)

    try:
        check()
    except _nothing_to_break():
        # An operation that takes nothing has no bad requests.
        return


def _nothing_to_break() -> tuple[type[Exception], ...]:
    from hypothesis.errors import Unsatisfiable

    return (Unsatisfiable,)


@pytest.fixture
def sender(office, server):
    with httpx.Client(timeout=60) as client:
        yield Sender(office, server.url, client)


@pytest.mark.filterwarnings("ignore")
def test_no_request_is_a_fault_and_none_of_a_stranger_is_answered(sender):
    run(sender, EXAMPLES, 6)
    assert sender.faults == []
    asked = {(method, path) for method, path, _status in sender.seen}
    document = sender.document["paths"]
    assert asked == {(m.upper(), p) for p, methods in document.items() for m in methods}
    assert sum(1 for _m, _p, status in sender.seen if status < 300) > 20


def main() -> int:
    """The long run: each fault on a line, and how often each status was seen."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--database", default=None)
    asked = parser.parse_args()
    warnings.simplefilter("ignore")
    with (
        tempfile.TemporaryDirectory() as folder,
        Office(asked.database, Path(folder) / "files") as office,
        start_in_thread(create_app(None, office.files, office=office)) as server,
        httpx.Client(timeout=120) as client,
    ):
        sender = Sender(office, server.url, client)
        run(sender, asked.count, asked.seed)
    for fault in sorted(set(sender.faults)):
        print(fault)
    print(dict(sorted(Counter(s for _m, _p, s in sender.seen.elements()).items())))
    return 1 if sender.faults else 0


if __name__ == "__main__":
    raise SystemExit(main())
