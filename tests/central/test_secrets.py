"""What people come in with is in nothing that the centre writes: database, files, logs."""

from __future__ import annotations

import base64
import sqlite3
from pathlib import Path

import httpx
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from jdz_field.central.lockouts import FREE
from jdz_field.central.logs import LoggedTo
from jdz_field.central.office import Office
from jdz_field.central.run import start_in_thread
from jdz_field.central.server import create_app
from jdz_field.core.ids import new_id
from jdz_field.sync.batch import public_key_text

#: Typed where the name belongs.
SLIP = "my-pass-word-in-the-wrong-box"


def everything(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


def enrolled(office: Office, call: httpx.Client, code: str) -> tuple[str, Ed25519PrivateKey]:
    key = Ed25519PrivateKey.generate()
    body = {"code": code, "device": new_id(), "public_key": public_key_text(key.public_key())}
    return call.post("/v1/devices/enrol", json=body).json()["token"], key


def test_no_secret_is_written_anywhere(tmp_path):
    with (
        LoggedTo(tmp_path / "logs"),
        Office(None, tmp_path / "files") as office,
        start_in_thread(create_app(None, office.files, office=office)) as running,
        httpx.Client(base_url=running.url) as call,
    ):
        office.add_user("Li", "admin")
        used, unused = office.device_code("Li"), office.device_code("Li")
        token, key = enrolled(office, call, used)
        bearer = {"Authorization": f"Bearer {token}"}
        password = call.post("/v1/users/Li/password", headers=bearer).json()["password"]
        for login in (("Li", password), ("Li", "wrong-one"), (SLIP, "x")):
            for _try in range(FREE["login"] + 1):
                call.get("/openrosa/formList", auth=login)
        call.get("/v1/hello", headers={"Authorization": "Bearer a-token-of-nobody"})
        call.get(f"/v1/hello?token={token}")
        enrolled_again = call.post("/v1/devices/enrol", json={"code": used, "device": "d",
                                                             "public_key": "k"})  # fmt: skip
        assert enrolled_again.status_code in (400, 403)
        call.get("/v1/audit", headers=bearer)
        with office.database.read() as connection:
            log = str(connection.exec_driver_sql("SELECT * FROM audit").all())
            # The waits themselves are forgotten after a while; the log never is.
            waits = str(connection.exec_driver_sql("SELECT * FROM lockouts").all())
    assert "login:Li@" in log
    assert (SLIP in log, SLIP in waits) == (False, True)
    with sqlite3.connect(next(tmp_path.rglob("*.gpkg"))) as connection:
        connection.execute("DELETE FROM lockouts")
        connection.commit()
        connection.execute("VACUUM")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    written = everything(tmp_path)
    assert b"device enrol" in written, "the log is among what was searched"
    seed = key.private_bytes_raw()
    codes = [form for code in (used, unused) for form in (code, code.replace("-", ""))]
    texts = (token, password, "wrong-one", SLIP, "a-token-of-nobody", *codes)
    for secret in (*(word.encode() for word in texts), seed, base64.b64encode(seed)):
        assert secret not in written, secret
