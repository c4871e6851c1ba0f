"""The office: every act of the centre, without HTTP.

The server's handlers, ``jdz-field central`` and the demo all come through here. Each method is
one transaction. An ``Office`` may be shared by the threads of one process.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from jdz_field.central import accounts, backups, feed, listing, people, published, receiving
from jdz_field.central.accounts import Caller, NewDevice
from jdz_field.central.app_passwords import drop_password, make_password
from jdz_field.central.audit import broken_link, note
from jdz_field.central.blobs import Blobs
from jdz_field.central.by_hand import Counter
from jdz_field.central.database import Database, default_url, get_meta, set_meta
from jdz_field.central.filestore import local_folder, open_store
from jdz_field.central.intake import Intake
from jdz_field.central.keys import CentreKeys, load_keys
from jdz_field.central.openrosa_forms import enter_media, keep_media
from jdz_field.central.scope import limited, must_see, must_see_everything, narrower
from jdz_field.central.settling import Settling
from jdz_field.central.writing import head
from jdz_field.core.changes import ChangeReceipt
from jdz_field.core.clock import Now, utc_now
from jdz_field.core.errors import Unavailable
from jdz_field.core.feed import FeedEntry
from jdz_field.core.i18n import _
from jdz_field.core.ids import new_id
from jdz_field.sync.batch import Batch, encode, public_key, public_key_text, sign_receipts
from jdz_field.sync.enrolment import Enrolment, write_enrolment
from jdz_field.xforms.media import media_folder

#: What a centre calls itself until someone names it.
DEFAULT_NAME = "景德镇中心"


class Office(Settling):
    """The central database, its files and its keys.

    Attributes:
        database, blobs, keys: the three things a centre consists of.
        place: where attachments lie, a folder or ``s3://…``; files: the folder on this disk.
    """

    def __init__(self, database: str | None, files: str | Path, *, now: Now = utc_now) -> None:
        """Open a centre, or found one. ``database``: an SQLAlchemy URL, default SQLite beside."""
        self.place = files
        self.files = local_folder(files)
        self.now = now
        try:
            self.files.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise Unavailable(
                _("The folder {folder} cannot be made ({reason}).").format(
                    folder=self.files, reason=error.strerror or error
                )
            ) from error
        self.database = Database(database or default_url(self.files))
        self.keys: CentreKeys = load_keys(self.files)
        self.blobs = Blobs(self.files, self.database, now, open_store(files, self.files))
        self._intake = Intake(self.database, now)
        self._counter = Counter(self.database, self.blobs, self.keys, now)
        self._found()

    def __enter__(self) -> Office:
        """The office itself."""
        return self

    def __exit__(self, *_exception: object) -> None:
        """Close it."""
        self.close()

    def close(self) -> None:
        """Give back the database's connections."""
        self.database.close()

    def _found(self) -> None:
        with self.database.read() as connection:
            founded = get_meta(connection, "epoch")
        if not founded:
            with self.database.write() as connection:
                if not get_meta(connection, "epoch"):
                    set_meta(connection, "epoch", new_id())
                    set_meta(connection, "name", DEFAULT_NAME)
                    set_meta(connection, "head", "0")

    # ---- facts

    @property
    def epoch(self) -> str:
        """The centre's epoch; another one after a restore."""
        with self.database.read() as connection:
            return get_meta(connection, "epoch")

    @property
    def name(self) -> str:
        """What the centre calls itself."""
        with self.database.read() as connection:
            return get_meta(connection, "name", DEFAULT_NAME)

    def info(self) -> dict[str, Any]:
        """Counts of everything, name, epoch, and whether the audit log is whole."""
        with self.database.read() as connection:
            facts = {
                "centre": get_meta(connection, "name"),
                "epoch": get_meta(connection, "epoch"),
                "database": self.database.shown,
            }
            return facts | listing.info(connection)

    def audit_is_whole(self) -> bool:
        """Whether no entry of the audit log was altered or taken out."""
        with self.database.read() as connection:
            return broken_link(connection) is None

    # ---- people and devices

    def add_user(
        self,
        name: str,
        role: str,
        counties: Sequence[str] = (),
        kinds: Sequence[str] = (),
        *,
        duties: Sequence[str] | None = None,
        who: str = "office",
    ) -> dict[str, Any]:
        """Enter a person: ``{"name", "role", "counties", "kinds", "duties", "state"}``."""
        with self.database.write() as connection:
            wanted = (name, role, counties, kinds, duties)
            return people.add_user(connection, self.now, who, *wanted)

    def set_user(self, name: str, *, who: str = "office", **changes: Any) -> dict[str, Any]:
        """Change role, counties, kinds, duties or state of a person (``people.set_user``)."""
        with self.database.write() as connection:
            return people.set_user(connection, self.now, who, name, changes)

    def users(self) -> list[dict[str, Any]]:
        """Every user."""
        with self.database.read() as connection:
            return people.list_users(connection)

    def device_code(self, user: str, *, who: str = "office") -> str:
        """A one-time enrolment code, good for seven days."""
        with self.database.write() as connection:
            return accounts.make_code(connection, self.now, who, user)

    def enrol(self, code: str, wanted: NewDevice) -> Enrolment:
        """Take a device in by its code. ``NotAllowed``: code; ``BadInput``: key."""
        public_key(wanted.public_key)
        with self.database.write() as connection:
            user = accounts.use_code(connection, self.now, code, wanted.device)
            caller, token = accounts.enter_device(connection, self.now, user, wanted)
        return self._enrolment(caller, token)

    def issue_device(
        self, user: str, out: Path, *, url: str = "", certificate: str = ""
    ) -> Enrolment:
        """Write the secret file that takes a device in without a network."""
        seed = Ed25519PrivateKey.generate()
        wanted = NewDevice(new_id(), out.stem, public_key_text(seed.public_key()), "")
        with self.database.write() as connection:
            caller, token = accounts.enter_device(connection, self.now, user, wanted)
            enrolment = self._enrolment(
                caller,
                token,
                url=url,
                sign_key=encode(seed.private_bytes_raw()),
                certificate=certificate,
            )
            try:
                write_enrolment(out, enrolment)
            except OSError as error:
                raise Unavailable(
                    _("{file} could not be written ({reason}).").format(
                        file=out, reason=error.strerror or error
                    )
                ) from error
        return enrolment

    def _enrolment(self, caller: Caller, token: str, **more: str) -> Enrolment:
        return Enrolment(
            device=caller.device,
            user=caller.user,
            role=caller.role,
            token=token,
            centre_key=self.keys.recipient,
            centre_sign_key=self.keys.sign_public,
            **more,
        )

    def devices(self) -> list[dict[str, Any]]:
        """Every device."""
        with self.database.read() as connection:
            return accounts.list_devices(connection)

    def revoke(self, device: str, why: str = "", *, who: str = "office") -> dict[str, Any]:
        """Shut a device out."""
        with self.database.write() as connection:
            return accounts.set_device(connection, self.now, who, device, active=False, why=why)

    def readmit(self, device: str, why: str = "", *, who: str = "office") -> dict[str, Any]:
        """Let a device in again that was shut out; what it sent meanwhile is still held."""
        with self.database.write() as connection:
            return accounts.set_device(connection, self.now, who, device, active=True, why=why)

    def caller(self, token: str) -> Caller:
        """Who bears a token. ``NotAllowed``: nobody."""
        with self.database.read() as connection:
            caller = accounts.caller_of_token(connection, self.now, token)
        if caller.desk and accounts.seen_long_ago(self.now, caller):
            with self.database.write() as connection:
                accounts.touch_device(connection, self.now, caller.device)
        return caller

    def hello(self, caller: Caller, epoch: str = "") -> dict[str, Any]:
        """How a sync starts; ``epoch`` is the device's, when it says it."""
        with self.database.read() as connection:
            last = receiving.last_sequence(connection, caller.device, epoch or caller.epoch)
            return {
                "centre": get_meta(connection, "name"),
                "epoch": get_meta(connection, "epoch"),
                "head": head(connection),
                "last_sequence": last,
            }

    # ---- batches and feed

    def receive(self, batch: Batch, *, by_hand: bool = False) -> receiving.Received:
        """Take a batch in: one transaction, merged at once, harmless when repeated."""
        return self._intake.receive(batch, by_hand=by_hand)

    def preview(self, batch: Batch, role: str = "office") -> list[ChangeReceipt]:
        """What a batch would do; nothing is written."""
        with self.database.read() as connection:
            return list(receiving.preview(connection, batch, role).receipts)

    def sign(self, receipts: Sequence[ChangeReceipt]) -> str:
        """The centre's signature over receipts, base64."""
        return sign_receipts(receipts, self.keys.sign_key)

    def receive_file(self, path: Path, receipt: Path | None = None) -> dict[str, Any]:
        """Take a ``*.jdzb`` in. Returns the counts of ``sync`` with ``batches``, ``held``,
        ``repeated`` and ``missing``; ``receipt`` is written for the device when given.
        """
        return self._counter.receive(path, receipt)

    def write_receipt(self, out: Path, device: str) -> None:
        """Write the answer by hand for a device: every receipt, and the whole feed."""
        self._counter.answer(out, device)

    def batches(self, limit: int = 500, caller: Caller | None = None) -> list[dict[str, Any]]:
        """The batches that came in, newest first; of people of the caller's counties."""
        with self.database.read() as connection:
            found = receiving.list_batches(connection, limit)
        if caller is None or not limited(caller):
            return found
        near = {u["name"] for u in self.users() if narrower(caller, u["counties"], u["kinds"])}
        return [one for one in found if one["author"] in near]

    def release_batch(
        self, batch: str, *, who: str = "office", caller: Caller | None = None
    ) -> receiving.Received:
        """Merge a held batch; ``Unseen`` for a caller who must not see all that it may hold."""
        with self.database.write() as connection:
            must_see_everything(caller)
            return receiving.merge_held(connection, self.now, who, batch)

    def changes(self, caller: Caller, after: int = 0, limit: int = 1000) -> feed.Page:
        """A part of the feed for a device."""
        with self.database.read() as connection:
            return feed.read_page(connection, caller, after, limit)

    def history(self, subject: str, caller: Caller | None = None) -> list[FeedEntry]:
        """Every central version of a subject, oldest first. ``Unseen``."""
        with self.database.read() as connection:
            must_see(connection, caller, [subject])
            return feed.history(connection, subject)

    # ---- forms

    def publish_form(self, path: Path, *, who: str = "office") -> dict[str, Any]:
        """Publish an XLSForm or XForm for the devices."""
        form = published.read_form(path)
        media = keep_media(self.blobs, media_folder(path), who)
        with self.database.write() as connection:
            done = published.publish(connection, self.now, who, form)
            if media:
                enter_media(connection, form.form_id, form.version, media)
        return done | {"media": len(media)}

    def app_password(self, user: str, *, drop: bool = False, who: str = "office") -> str:
        """Draw a person's app password, told this once; ``drop``: take it away."""
        with self.database.write() as connection:
            return (drop_password if drop else make_password)(connection, self.now, who, user)

    def forms(self) -> list[dict[str, Any]]:
        """The published forms."""
        with self.database.read() as connection:
            return published.list_forms(connection)

    def form_xml(self, form_id: str, version: str) -> str | None:
        """The XForm of one version; ``None`` when there is none."""
        with self.database.read() as connection:
            return published.form_xml(connection, form_id, version)

    # ---- life of the centre

    def backup(self, target: Path, *, who: str = "office") -> dict[str, Any]:
        """Write database, keys and attachments into a new folder."""
        made = backups.backup(self.database, self.files, self.blobs.store, target, self.now)
        with self.database.write() as connection:
            note(connection, self.now, who, "backup", folder=target.name)
        return made

    @classmethod
    def restore(
        cls, source: Path, database: str | None, files: Path, *, now: Now = utc_now
    ) -> dict[str, Any]:
        """Put a backup in place and draw a new epoch; what was there is kept beside it."""
        url = database or default_url(local_folder(files))
        return backups.restore(source, url, files, now)

    def move(
        self, url: str, to: str | Path | None = None, *, who: str = "office"
    ) -> dict[str, Any]:
        """Move into an empty database; attachments and keys to ``to``, or they stay."""
        return backups.move(self.database, self.place, url, to, self.now, who)
