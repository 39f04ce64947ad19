"""The journal: who did what when, each entry bound to the one before by its hash."""

import hashlib
import json
from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict

from bureau.calendar import moment_text

GENESIS = "0" * 64
"""What the first entry of a site stands on."""


def canonical(payload: Any) -> str:
    """Write `payload` as the one JSON text it has: keys sorted, no spaces, characters as themselves."""
    return json.dumps(payload, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def payload_digest(salt: str, payload: str) -> str:
    """Hash a payload with its salt, so that both can be erased later while the chain still holds."""
    return hashlib.sha256(f"{salt}\n{payload}".encode()).hexdigest()


class Entry(BaseModel):
    """One entry of the journal.

    Attributes:
        site: the letter of the office file that wrote it.
        seq: its number at that site, from 1 without gaps.
        at: the aware moment of the act.
        actor: 員工編號 of the acting person, `""` for the administrator at the computer.
        act: what was done, such as `call.seal`.
        subject: the identifier of what it was done to.
        payload: canonical JSON, or None after it was erased.
        salt: random hex, or None after it was erased.
        payload_hash: `payload_digest` of both.
        previous: the hash of the entry before.
        hash: SHA-256 over all of the above but payload and salt.
    """

    model_config = ConfigDict(frozen=True)

    site: str
    seq: int
    at: datetime
    actor: str
    act: str
    subject: str
    payload: str | None
    salt: str | None
    payload_hash: str
    previous: str
    hash: str


def link(
    *, site: str, seq: int, at: datetime, actor: str, act: str, subject: str, payload_hash: str, previous: str
) -> str:
    """Compute the hash that binds an entry to the one before."""
    fields = [site, seq, moment_text(at), actor, act, subject, payload_hash, previous]
    return hashlib.sha256(canonical(fields).encode()).hexdigest()


def write(
    previous: Entry | None,
    *,
    site: str,
    at: datetime,
    actor: str,
    act: str,
    subject: str,
    payload: Any,
    salt: str,
) -> Entry:
    """Make the entry that follows `previous` (None: the first of its site)."""
    text = canonical(payload)
    seq = previous.seq + 1 if previous else 1
    before = previous.hash if previous else GENESIS
    digest = payload_digest(salt, text)
    return Entry(
        site=site,
        seq=seq,
        at=at,
        actor=actor,
        act=act,
        subject=subject,
        payload=text,
        salt=salt,
        payload_hash=digest,
        previous=before,
        hash=link(
            site=site,
            seq=seq,
            at=at,
            actor=actor,
            act=act,
            subject=subject,
            payload_hash=digest,
            previous=before,
        ),
    )


def fault(previous: Entry | None, entry: Entry) -> bool:
    """Say whether `entry` does not follow from `previous`, or does not match its own hashes."""
    if entry.seq != (previous.seq + 1 if previous else 1):
        return True
    if entry.previous != (previous.hash if previous else GENESIS):
        return True
    if (
        entry.payload is not None
        and entry.salt is not None
        and entry.payload_hash != payload_digest(entry.salt, entry.payload)
    ):
        return True
    return entry.hash != link(
        site=entry.site,
        seq=entry.seq,
        at=entry.at,
        actor=entry.actor,
        act=entry.act,
        subject=entry.subject,
        payload_hash=entry.payload_hash,
        previous=entry.previous,
    )
