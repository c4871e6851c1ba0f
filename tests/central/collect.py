"""A phone as the OpenRosa specifications describe it: it shares no line with the server.

Form List, Form Manifest, Form Submission, Authentication and Integrity API 1.0
(docs.getodk.org/openrosa).
"""

from __future__ import annotations

import hashlib
import uuid
import xml.etree.ElementTree as ET
from dataclasses import dataclass, field
from pathlib import Path

import httpx

LIST = "{http://openrosa.org/xforms/xformsList}"
MANIFEST = "{http://openrosa.org/xforms/xformsManifest}"
RESPONSE = "{http://openrosa.org/http/response}"
VERSION = {"X-OpenRosa-Version": "1.0"}


def body_of(parts: list[tuple[str, str, str, bytes]], boundary: str = "XxXbound") -> bytes:
    """A multipart body: name, file name, type, bytes."""
    made = b""
    for name, filename, mime, data in parts:
        head = f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"'
        head += f'; filename="{filename}"\r\nContent-Type: {mime}\r\n\r\n'
        made += head.encode() + data + b"\r\n"
    return made + f"--{boundary}--\r\n".encode()


@dataclass
class Phone:
    """ODK Collect with a name and a password, and what it has downloaded."""

    http: httpx.Client
    files: Path
    forms: dict[str, str] = field(default_factory=dict)
    integrity: dict[str, str] = field(default_factory=dict)

    def get(self, url: str, **query: str) -> httpx.Response:
        answer = self.http.get(url, params=query or None, headers=VERSION)
        assert answer.headers["X-OpenRosa-Version"] == "1.0"
        return answer

    def fetch(self) -> list[str]:
        """Every form with its files, hashes compared; the ids."""
        answer = self.get("/openrosa/formList")
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/xml")
        found = []
        for one in ET.fromstring(answer.content).iter(f"{LIST}xform"):
            cell = {e.tag.removeprefix(LIST): e.text or "" for e in one}
            form = self.get(cell["downloadUrl"])
            assert f"md5:{hashlib.md5(form.content).hexdigest()}" == cell["hash"]
            self.forms[cell["formID"]] = form.text
            found.append(cell["formID"])
            if "manifestUrl" in cell:
                self._media(cell["manifestUrl"])
        return found

    def _media(self, url: str) -> None:
        for one in ET.fromstring(self.get(url).content).iter(f"{MANIFEST}mediaFile"):
            cell = {e.tag.removeprefix(MANIFEST): e.text or "" for e in one}
            data = self.get(cell["downloadUrl"]).content
            assert f"md5:{hashlib.md5(data).hexdigest()}" == cell["hash"]
            (self.files / cell["filename"]).write_bytes(data)
            if one.get("type") == "entityList":
                self.integrity[cell["filename"]] = cell["integrityUrl"]

    def gone(self, list_name: str, *ids: str) -> dict[str, str]:
        answer = self.get(self.integrity[list_name], id=",".join(ids))
        top = ET.fromstring(answer.content)
        return {e.get("id", ""): e.findtext("deleted", "") for e in top.iter("entity")}

    def send(self, xml: str | bytes, **files: bytes) -> httpx.Response:
        """HEAD, then POST to where it points."""
        head = self.http.head("/openrosa/submission", headers=VERSION)
        assert head.status_code == 204
        assert int(head.headers["X-OpenRosa-Accept-Content-Length"]) > 1 << 20
        data = xml.encode() if isinstance(xml, str) else xml
        parts = [("xml_submission_file", "s.xml", "text/xml", data)]
        parts += [(n, n.replace("_", "."), "image/jpeg", b) for n, b in files.items()]
        return self.post(head.headers["Location"], body_of(parts))

    def post(self, url: str, body: bytes, boundary: str = "XxXbound") -> httpx.Response:
        kind = {"Content-Type": f"multipart/form-data; boundary={boundary}"}
        return self.http.post(url, content=body, headers=VERSION | kind)


def said(answer: httpx.Response) -> str:
    """The message of an OpenRosaResponse."""
    assert answer.headers["X-OpenRosa-Version"] == "1.0"
    top = ET.fromstring(answer.content)
    assert top.tag == f"{RESPONSE}OpenRosaResponse"
    return top.findtext(f"{RESPONSE}message", "")


def instance() -> str:
    return f"uuid:{uuid.uuid4()}"
