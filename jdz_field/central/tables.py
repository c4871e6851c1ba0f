"""The tables of the central database, in SQL that SQLite and PostgreSQL both speak.

JSON stands in text columns, written by ``dumps``: the database stores it, our code reads it.
``subjects.state`` holds ``{field: [value, version, change]}``: the centre keeps the version,
the value and the change of every field, and merges by them.
"""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    text,
)

metadata = MetaData()


def dumps(value: Any) -> str:
    """Compact JSON; ``ValueError`` for NaN and infinity."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


#: Facts about the centre: epoch, name, head of the feed, last audit hash. One row each.
meta = Table(
    "meta",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", Text, nullable=False, unique=True),
    Column("value", Text),
)

users = Table(
    "users",
    metadata,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False, unique=True),
    Column("role", Text, nullable=False),
    Column("counties", Text, nullable=False),
    Column("kinds", Text, nullable=False),
    Column("created", Text, nullable=False),
    # JSON: which of system, security and audit a person holds.
    Column("duties", Text, nullable=False, server_default="[]"),
    Column("state", Text, nullable=False, server_default="active"),
)

devices = Table(
    "devices",
    metadata,
    Column("id", Text, primary_key=True),
    Column("user_name", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("public_key", Text, nullable=False),
    Column("token_hash", Text, nullable=False, unique=True),
    Column("epoch", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("created", Text, nullable=False),
    Column("last_seen", Text),
    # A token that was given and not yet used, beside the one that still holds.
    Column("next_hash", Text),
    Column("token_since", Text),
    Column("unsent", Integer),
)

#: One-time enrolment codes, hashed.
device_codes = Table(
    "device_codes",
    metadata,
    Column("code_hash", Text, primary_key=True),
    Column("user_name", Text, nullable=False),
    Column("expires", Text, nullable=False),
    Column("used_by", Text),
)

batches = Table(
    "batches",
    metadata,
    Column("id", Text, primary_key=True),
    Column("device", Text, nullable=False),
    Column("device_epoch", Text, nullable=False),
    Column("author", Text, nullable=False),
    Column("sequence", BigInteger, nullable=False),
    Column("sha", Text, nullable=False),
    Column("manifest", Text, nullable=False),
    Column("changes", LargeBinary, nullable=False),
    Column("signature", LargeBinary, nullable=False),
    Column("received", Text, nullable=False),
    # held: of a revoked device, kept but not merged.
    Column("state", Text, nullable=False),
    Column("receipts", Text, nullable=False),
    Index("batches_device", "device", "device_epoch", "sequence"),
)

batch_files = Table(
    "batch_files",
    metadata,
    Column("batch", Text, primary_key=True),
    Column("sha256", Text, primary_key=True, index=True),
    Column("size", BigInteger, nullable=False),
    Column("filename", Text, nullable=False),
)

changes = Table(
    "changes",
    metadata,
    Column("id", Text, primary_key=True),
    Column("batch", Text, index=True),
    # The device that delivered it; after a restore not the one that made it.
    Column("via", Text),
    Column("role", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("target", Text, nullable=False, index=True),
    Column("parent", Text, index=True),
    Column("waiting", Boolean, nullable=False),
    Column("change", Text, nullable=False),
    Column("fates", Text, nullable=False),
    Column("received", Text, nullable=False),
    Index("changes_waiting", "waiting", "subject"),
)

#: Field by field what waits for the office: proposals and quarantined values.
held = Table(
    "held",
    metadata,
    Column("change", Text, primary_key=True),
    Column("field", Text, primary_key=True),
    Column("subject", Text, nullable=False, index=True),
    Column("outcome", Text, nullable=False, index=True),
)

#: Values that a later change of the same chain stands for.
replaced = Table(
    "replaced",
    metadata,
    Column("change", Text, primary_key=True),
    Column("field", Text, primary_key=True),
    Column("by_change", Text, nullable=False, index=True),
)

subjects = Table(
    "subjects",
    metadata,
    Column("id", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("version", BigInteger, nullable=False),
    Column("state", Text, nullable=False),
    Column("code", Text),
    Column("county", Text),
    Column("site", Text, index=True),
    Column("record", Text, index=True),
    Column("replaces", Text, index=True),
    Column("review", Text),
    Column("provisional", Boolean, nullable=False, index=True),
    Column("deleted", Boolean, nullable=False),
    Column("merged_into", Text),
    Column("updated", Text, nullable=False),
    # The kind of site that it is or belongs to, and whose device brought it.
    Column("about", Text),
    Column("owner", Text),
    Index("subjects_code", "kind", "code"),
    Index("subjects_review", "kind", "review"),
    Index("subjects_county_about", "county", "about"),
)

#: The feed: one row for every central version of every subject.
versions = Table(
    "versions",
    metadata,
    Column("position", BigInteger, primary_key=True, autoincrement=False),
    Column("subject", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("version", BigInteger, nullable=False),
    Column("fields", Text, nullable=False),
    Column("change", Text),
    Column("decision", Text),
    Column("device", Text, nullable=False),
    Column("author", Text, nullable=False),
    Column("hlc", Text, nullable=False),
    Column("at", Text, nullable=False),
    # Where the subject was afterwards.
    Column("county", Text),
    Column("about", Text),
    Column("owner", Text),
    UniqueConstraint("subject", "version"),
)

#: Feed positions at which a subject came under another county or kind, before its new version.
moves = Table(
    "moves",
    metadata,
    Column("position", BigInteger, primary_key=True, autoincrement=False),
    Column("subject", Text, nullable=False, index=True),
    Column("kind", Text, nullable=False),
    Column("owner", Text),
    Column("old_county", Text),
    Column("old_about", Text),
    Column("county", Text),
    Column("about", Text),
)

#: Feed positions at which the outcome of an earlier change became another.
retold = Table(
    "retold",
    metadata,
    Column("position", BigInteger, primary_key=True, autoincrement=False),
    Column("via", Text, nullable=False),
    Column("change", Text, nullable=False),
    Index("retold_via", "via", "position"),
)

conflicts = Table(
    "conflicts",
    metadata,
    Column("id", Text, primary_key=True),
    Column("type", Text, nullable=False),
    Column("subject", Text, nullable=False, index=True),
    Column("kind", Text, nullable=False),
    Column("field", Text, nullable=False),
    Column("other", Text, index=True),
    Column("revision", Integer, nullable=False),
    Column("open", Boolean, nullable=False, index=True),
    # In order of arrival: [change, field, value, base, author, device].
    Column("rivals", Text, nullable=False),
    Column("opened", Text, nullable=False),
)

#: What the office did: settled conflicts, approvals, releases, reviews, numbers.
decisions = Table(
    "decisions",
    metadata,
    Column("id", Text, primary_key=True),
    Column("act", Text, nullable=False),
    Column("item", Text, nullable=False),
    Column("subject", Text),
    Column("what", Text, nullable=False),
    Column("why", Text, nullable=False),
    Column("who", Text, nullable=False),
    Column("at", Text, nullable=False),
)

attachments = Table(
    "attachments",
    metadata,
    Column("sha256", Text, primary_key=True),
    Column("size", BigInteger, nullable=False),
    Column("filename", Text, nullable=False),
    Column("received", Text, nullable=False),
)

uploads = Table(
    "uploads",
    metadata,
    Column("id", Text, primary_key=True),
    Column("sha256", Text, nullable=False),
    Column("filename", Text, nullable=False),
    Column("length", BigInteger, nullable=False),
    Column("device", Text, nullable=False),
    Column("created", Text, nullable=False),
    Column("done", Boolean, nullable=False),
)

forms = Table(
    "forms",
    metadata,
    Column("form_id", Text, primary_key=True),
    Column("version", Text, primary_key=True),
    Column("title", Text, nullable=False),
    Column("xml", Text, nullable=False),
    Column("published", Text, nullable=False),
)

#: Append-only; every entry's hash covers the one before.
audit = Table(
    "audit",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("at", Text, nullable=False),
    Column("who", Text, nullable=False),
    Column("act", Text, nullable=False),
    Column("what", Text, nullable=False),
    Column("hash", Text, nullable=False),
)

#: What programs other than ours log in with (ODK Collect, GIS): one a person, Argon2id.
app_passwords = Table(
    "app_passwords",
    metadata,
    Column("user_name", Text, primary_key=True),
    Column("hash", Text, nullable=False),
    Column("created", Text, nullable=False),
)

#: A form's own files, by the attachment that each is.
form_media = Table(
    "form_media",
    metadata,
    Column("form_id", Text, primary_key=True),
    Column("version", Text, primary_key=True),
    Column("filename", Text, primary_key=True),
    Column("sha256", Text, nullable=False),
)

#: OpenRosa submissions as they came; ``sha`` is of the canonical XML.
submissions = Table(
    "submissions",
    metadata,
    Column("instance_id", Text, primary_key=True),
    Column("record", Text, nullable=False, index=True),
    Column("form_id", Text, nullable=False),
    Column("version", Text, nullable=False),
    Column("user_name", Text, nullable=False),
    Column("sha", Text, nullable=False),
    Column("xml", Text, nullable=False),
    Column("received", Text, nullable=False),
)

#: Which change made a version of an entity on a phone's branch (ODK Entities 2024.1).
entity_steps = Table(
    "entity_steps",
    metadata,
    Column("branch", Text, primary_key=True),
    Column("subject", Text, primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("change", Text, nullable=False),
)

#: Sites and records as OGC API Features gives them; follows the feed, can be made anew from it.
features = Table(
    "features",
    metadata,
    Column("id", Text, primary_key=True),
    # Given once and kept: the order of pages, and how ``feature_terms`` names a feature.
    Column("num", BigInteger),
    Column("collection", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("county", Text),
    Column("code", Text),
    Column("name", Text),
    Column("town", Text),
    Column("kind_code", Text),
    Column("site", Text),
    Column("moment", Text),
    Column("min_x", Float),
    Column("min_y", Float),
    Column("max_x", Float),
    Column("max_y", Float),
    Column("geometry", Text),
    Column("properties", Text, nullable=False),
    Index("features_num", "num", "moment", "min_x", "max_x", "min_y", "max_y"),
    Index("features_collection_num", "collection", "num"),
    Index("features_place_num", "collection", "min_x", "max_x", "min_y", "max_y", "num"),
    Index("features_collection_moment_num", "collection", "moment", "num"),
    # Tells how wide the widest is: nothing that lies in a box begins further west of it.
    Index("features_width", "collection", text("(max_x - min_x)")),
)

#: Which features say what; ``central.features_terms`` writes and explains it.
feature_terms = Table(
    "feature_terms",
    metadata,
    Column("term", BigInteger, primary_key=True, autoincrement=False),
    Column("num", BigInteger, primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)

#: Up to where in the feed ``features`` is.
feature_state = Table(
    "feature_state",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("position", BigInteger, nullable=False),
)

#: Who failed to come in lately: an address, or a name; ``until``: shut out until then.
lockouts = Table(
    "lockouts",
    metadata,
    Column("key", Text, primary_key=True),
    Column("tries", Integer, nullable=False),
    Column("since", Text, nullable=False),
    Column("until", Text),
)
