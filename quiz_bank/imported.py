"""What an import brings, compared with what the bank has: new, changed, the same, and nearly the same."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping

from pydantic import BaseModel, ConfigDict

from quiz_bank.question import likened

_DIGEST = 16


class Imported(BaseModel):
    """What an import did, or would do.

    Attributes:
        new: identifiers that the bank did not have.
        changed: identifiers that got a new version.
        same: identifiers that are in the bank as they are in the file.
        alike: groups of identifiers that are near-duplicates after the import; none are looked for where
            nothing would change.
    """

    model_config = ConfigDict(frozen=True)

    new: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    same: tuple[str, ...] = ()
    alike: tuple[tuple[str, ...], ...] = ()


def likeness_digest(stem: str, options: Iterable[str], prompts: Iterable[str] = ()) -> bytes:
    """Give what near-duplicates share (see `Question.likeness`) in 16 bytes."""
    texts = sorted({likened(text) for text in (*options, *prompts)})
    content = "\0".join([likened(stem), *texts])
    return hashlib.blake2b(content.encode("utf-8", "replace"), digest_size=_DIGEST).digest()


def compared(
    given: Mapping[str, str],
    known: Mapping[str, str],
    likeness: Callable[[], Mapping[str, bytes]],
    in_bank: Callable[[], Iterator[tuple[str, bytes]]],
) -> Imported:
    """Say what importing would do; the work grows with the size of file and bank, not with their product.

    Args:
        given: identifier → version of what is in the file.
        known: identifier → current version of what is in the bank.
        likeness: gives the digest of each question of the file.
        in_bank: gives identifier and digest of each question of the bank, by identifier.
    """
    new = tuple(name for name in given if name not in known)
    changed = tuple(name for name in given if known.get(name, given[name]) != given[name])
    alike = _alike(likeness(), in_bank() if known else iter(())) if new or changed else ()
    same = tuple(name for name in given if known.get(name) == given[name])
    return Imported(new=new, changed=changed, same=same, alike=alike)


def _alike(given: Mapping[str, bytes], bank: Iterator[tuple[str, bytes]]) -> tuple[tuple[str, ...], ...]:
    groups: dict[bytes, list[str]] = {digest: [] for digest in given.values()}
    for name, digest in bank:
        if name not in given and digest in groups:
            groups[digest].append(name)
    for name, digest in given.items():
        groups[digest].append(name)
    return tuple(tuple(names) for names in groups.values() if len(names) > 1)
