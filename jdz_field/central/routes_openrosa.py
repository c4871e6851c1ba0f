"""OpenRosa 1.0 beside our own protocol, for ODK Collect: forms and lists down, submissions up.

Sources: docs.getodk.org/openrosa-http-request, -form-list, -form-submission, -authentication,
-integrity. Every answer bears ``X-OpenRosa-Version``; every error is an OpenRosaResponse.
"""

from __future__ import annotations

import mimetypes
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated, BinaryIO

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import StreamingResponse
from fastapi.routing import APIRoute
from fastapi.security import HTTPBasicCredentials
from sqlalchemy import Connection
from starlette.concurrency import run_in_threadpool

from jdz_field.central import openrosa, openrosa_forms, openrosa_lists
from jdz_field.central.accounts import Caller
from jdz_field.central.gate import SUBMISSION_LIMIT, NotHere, TheOffice, TooLarge, status_of
from jdz_field.central.multipart import Multipart, Part
from jdz_field.central.office import Office
from jdz_field.central.openrosa_files import Kept, facts_of
from jdz_field.central.passwords import REALM, basic, basic_caller
from jdz_field.core.errors import BadInput, JdzError
from jdz_field.core.hashing import sha256_file
from jdz_field.core.i18n import _
from jdz_field.core.ids import new_id
from jdz_field.xforms.letters import plain_name

VERSION = {"X-OpenRosa-Version": "1.0"}
#: The part of a post that holds the answers.
SUBMISSION = "xml_submission_file"
_XML = "text/xml; charset=utf-8"
#: Most bytes of the answers alone.
_MAX_XML = 16 << 20


class XmlRoute(APIRoute):
    """Answers errors as OpenRosa does, and marks every answer with the version."""

    def get_route_handler(self) -> Callable[[Request], Awaitable[Response]]:  # type: ignore[override]
        """The handler inside which errors become answers."""
        inner = super().get_route_handler()

        async def handler(request: Request) -> Response:
            try:
                answer: Response = await inner(request)
            except JdzError as error:
                status = status_of(error)
                answer = _said(str(error), status, nature="submit_failure")
                if status == 401:
                    answer.headers["WWW-Authenticate"] = REALM
            except RequestValidationError as error:
                answer = _said(str(error.errors()[0]["msg"]), 422, nature="submit_failure")
            answer.headers.update(VERSION)
            return answer

        return handler


router = APIRouter(prefix="/openrosa", tags=["openrosa"], route_class=XmlRoute)


def _said(message: str, status: int, *, nature: str = "submit_success") -> Response:
    return Response(openrosa_forms.response(message, nature=nature), status, media_type=_XML)


def _app_caller(
    request: Request, given: Annotated[HTTPBasicCredentials | None, Depends(basic)]
) -> Caller:
    return basic_caller(request, given)


AppCaller = Annotated[Caller, Depends(_app_caller)]


def _base(request: Request) -> str:
    """The address of ``/openrosa`` as the phone reached it."""
    return f"{str(request.base_url).rstrip('/')}/openrosa"


def _xml(body: bytes) -> Response:
    return Response(body, media_type=_XML)


# ---- forms


@router.get("/formList", response_class=Response)
def form_list(
    request: Request,
    office: TheOffice,
    caller: AppCaller,
    form_id: Annotated[str | None, Query(alias="formID", max_length=255)] = None,
    every: Annotated[bool, Query(alias="listAllVersions")] = False,
) -> Response:
    """The published forms: id, version, hash and where they are."""
    del caller
    with office.database.read() as connection:
        found = openrosa_forms.published(connection, form_id, every=every)
        return _xml(openrosa_forms.form_list(connection, found, _base(request)))


def _form(connection: Connection, form: str, version: str) -> openrosa_forms.Published:
    found = openrosa_forms.form_of(connection, form, version)
    if found is None:
        raise NotHere(
            _("Form {form} {version} is not published here.").format(form=form, version=version)
        )
    return found


@router.get("/forms/{form}/{version:path}.xml", response_class=Response)
def form_xml(office: TheOffice, caller: AppCaller, form: str, version: str) -> Response:
    """The XForm of one version."""
    del caller
    with office.database.read() as connection:
        return _xml(_form(connection, form, version).xml.encode())


@router.get("/forms/{form}/{version:path}/manifest", response_class=Response)
def manifest(
    request: Request, office: TheOffice, caller: AppCaller, form: str, version: str
) -> Response:
    """The files of a form: its own, and the entity lists as the person may see them."""
    hashes: openrosa_lists.ListHashes = request.app.state.list_hashes
    with office.database.read() as connection:
        found = _form(connection, form, version)
        body = openrosa_forms.manifest(
            connection, office.blobs, hashes, caller, found, _base(request)
        )
    return _xml(body)


@router.get("/forms/{form}/{version:path}/media/{name}", response_class=StreamingResponse)
def media(office: TheOffice, caller: AppCaller, form: str, version: str, name: str) -> Response:
    """One of a form's own files."""
    del caller
    with office.database.read() as connection:
        sha = openrosa_forms.media_of(connection, _form(connection, form, version)).get(name)
    size = office.blobs.size(sha) if sha else None
    if sha is None or size is None:
        raise NotHere(_("The form has no file {name}.").format(name=name))
    return StreamingResponse(
        office.blobs.read(sha),
        media_type=mimetypes.guess_type(name)[0] or "application/octet-stream",
        headers={"Content-Length": str(size), "ETag": f'"{sha}"'},
    )


@router.get("/lists/{dataset}.csv", response_class=Response)
def entity_list(office: TheOffice, caller: AppCaller, dataset: str) -> Response:
    """An entity list, as far as the person's counties and kinds go."""
    with office.database.read() as connection:
        body = b"".join(openrosa_lists.list_csv(connection, caller, dataset))
    return Response(body, media_type="text/csv; charset=utf-8")


@router.get("/lists/{dataset}/integrity", response_class=Response)
def integrity(
    office: TheOffice,
    caller: AppCaller,
    dataset: str,
    ids: Annotated[str, Query(alias="id", max_length=100_000)] = "",
) -> Response:
    """Which of these entities are deleted."""
    wanted = [one.strip() for one in ids.split(",") if one.strip()][:2_000]
    with office.database.read() as connection:
        gone = openrosa_lists.deleted_of(connection, caller, dataset, wanted)
    return _xml(openrosa_forms.integrity(gone))


# ---- submissions


@router.head("/submission", status_code=204, operation_id="submission_head")
def may_submit(request: Request, caller: AppCaller) -> Response:
    """Whether a submission would be let in, where to, and how much at once."""
    del caller
    return Response(
        status_code=204,
        headers={
            "Location": f"{_base(request)}/submission",
            "X-OpenRosa-Accept-Content-Length": str(SUBMISSION_LIMIT),
        },
    )


@router.post(
    "/submission",
    status_code=201,
    response_class=Response,
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {
                "multipart/form-data": {
                    "schema": {
                        "type": "object",
                        "required": [SUBMISSION],
                        "properties": {SUBMISSION: {"type": "string", "format": "binary"}},
                    }
                }
            },
        }
    },
)
async def submit(request: Request, office: TheOffice, caller: AppCaller) -> Response:
    """A submission with its files, or a part of them; the same again gives the same answer."""
    with Drafts(office.blobs.uploads) as drafts:
        await drafts.read(request)
        taken = await run_in_threadpool(_take, office, caller, drafts)
    answer = _said(_words(taken), 201)
    answer.headers["Location"] = f"{_base(request)}/submission"
    answer.headers["X-OpenRosa-Accept-Content-Length"] = str(SUBMISSION_LIMIT)
    return answer


def _take(office: Office, caller: Caller, drafts: Drafts) -> openrosa.Taken:
    with office.database.read() as connection:
        post = openrosa.read_post(connection, bytes(drafts.xml))
    files = [_kept(office, caller, name, path, mime) for name, path, mime in drafts.files]
    with office.database.write() as connection:
        return openrosa.take(connection, office.now, caller, post, files)


def _kept(office: Office, caller: Caller, name: str, draft: Path, mime: str) -> Kept:
    sha, size, facts = sha256_file(draft), draft.stat().st_size, facts_of(draft, name, mime)
    office.blobs.keep(draft, sha, name, caller.user)
    return Kept(name, sha, size, facts)


def _words(taken: openrosa.Taken) -> str:
    said = [_("Received; thank you.") if taken.new else _("Received before; nothing is lost.")]
    if taken.missing:
        said.append(_("Still missing: {files}.").format(files=_(", ").join(taken.missing[:20])))
    return " ".join([*said, *taken.notes])


class Drafts:
    """The parts of a post while it comes: the answers in memory, files on the disk."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._open: BinaryIO | None = None
        self.xml = bytearray()
        self.files: list[tuple[str, Path, str]] = []
        self._in_xml = False
        self._seen = False

    def __enter__(self) -> Drafts:
        """The drafts themselves."""
        return self

    def __exit__(self, *_exception: object) -> None:
        """Close and forget what was not taken."""
        if self._open is not None:
            self._open.close()
        for _name, path, _mime in self.files:
            path.unlink(missing_ok=True)

    async def read(self, request: Request) -> None:
        """Take a whole body in. ``BadInput``: damaged, without answers; ``TooLarge``."""
        reader = Multipart(request.headers.get("content-type", ""))
        async for chunk in request.stream():
            await run_in_threadpool(self._feed, reader, chunk)
        reader.finish()
        if not self._seen:
            raise BadInput(
                _("The post has no part {name}; send the submission itself.").format(
                    name=SUBMISSION
                )
            )

    def _feed(self, reader: Multipart, chunk: bytes) -> None:
        for event in reader.feed(chunk):
            if isinstance(event, Part):
                self._begin(event)
            elif isinstance(event, bytes):
                self._write(event)
            elif self._open is not None:
                self._open.close()
                self._open = None

    def _begin(self, part: Part) -> None:
        self._in_xml = part.name == SUBMISSION
        if self._in_xml:
            if self._seen:
                raise BadInput(
                    _("The post has two parts {name}; send one submission at a time.").format(
                        name=SUBMISSION
                    )
                )
            self._seen = True
        elif part.filename:
            name = plain_name(part.filename)
            if not name or len(name) > 255:
                raise BadInput(_("A file of the post has no usable name."))
            path = self._folder / f"{new_id()}.part"
            self._open = path.open("wb")
            self.files.append((name, path, part.mime))

    def _write(self, data: bytes) -> None:
        if self._in_xml:
            if len(self.xml) + len(data) > _MAX_XML:
                raise TooLarge(_("The answers have more than {n} MB.").format(n=_MAX_XML >> 20))
            self.xml += data
        elif self._open is not None:
            self._open.write(data)
