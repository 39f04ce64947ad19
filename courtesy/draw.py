"""抽籤: a draw that nobody can foresee and anybody can repeat.

Before a round the commitment is recorded: the SHA-256 of the frame (who can be called), the rules and a
secret salt. Then a number that nobody here controls is entered (dice, the 統一發票 winning number). A ticket
is the SHA-256 of public number, salt, round, 員工編號 and ticket index; a person holds as many tickets as the
weight says and the smallest counts. The salt is published when the round ends; then everything can be
computed again.

Bytes, all UTF-8, lines joined by a single line feed without one at the end:

    commitment  courtesy-draw/1 ⏎ salt ⏎ canonical JSON of {"frame", "office", "period", "round", "rules"}
    ticket      courtesy-ticket/1 ⏎ public number ⏎ salt ⏎ round ⏎ 員工編號 ⏎ index (from 1)

Canonical JSON has sorted keys, no spaces and characters as themselves. Everybody is put in one order: those
less often drawn this year first (when the rules say so), then by ticket. Whoever is taken out leaves the
others' order as it is; quotas and substitutes only choose along it. A section's quota comes before the order:
it may draw somebody of a small section again while others elsewhere have not been drawn.
"""

import hashlib
import unicodedata
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from bureau.journal import canonical
from bureau.language import _
from bureau.problem import Refused
from bureau.text import CleanLine, Name, clean_line

COMMITMENT = "courtesy-draw/1"
TICKET = "courtesy-ticket/1"
CERTIFICATE = "courtesy-certificate/1"

Hex = Annotated[str, Field(pattern=r"^[0-9a-f]+$")]


class DrawError(Refused):
    """A draw cannot be made, or does not hold."""


class Candidate(BaseModel):
    """Somebody who can be drawn.

    Attributes:
        weight: the number of tickets, 1 to 9.
        drawn_this_year: how often the person was drawn this year before this round.
        drawn_this_period: how often in the round's period.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    staff_no: Name
    section: Name
    weight: int = Field(default=1, ge=1, le=9)
    drawn_this_year: int = Field(default=0, ge=0)
    drawn_this_period: int = Field(default=0, ge=0)


class DrawRules(BaseModel):
    """What a draw must keep.

    Attributes:
        size: how many are drawn.
        per_section: at least so many of each section, or all where a section has fewer.
        per_person: nobody who was drawn so often in this period is drawn again.
        everyone_first: those less often drawn this year come first.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    size: int = Field(ge=1)
    per_section: int = Field(ge=0)
    per_person: int = Field(ge=1)
    everyone_first: bool


class Drawn(BaseModel):
    """One person's place in the draw.

    Attributes:
        order: 籤號, the place in the order of everybody, from 1; those not chosen leave gaps, so that an
            exclusion changes nobody's number.
        ticket: the smallest of the person's tickets, 64 hex digits.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    order: int
    staff_no: Name
    ticket: Hex


class Certificate(BaseModel):
    """Everything that a third party needs to repeat a draw.

    Attributes:
        salt: published when the round is closed.
        excluded: who could not be called after all, with the reason; they keep their place in the order.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: str = CERTIFICATE
    office: str = ""
    round: Name
    period: CleanLine = ""
    public_number: CleanLine
    salt: Hex
    frame: tuple[Candidate, ...]
    rules: DrawRules
    commitment: Hex
    excluded: dict[Name, CleanLine] = {}
    drawn: tuple[Drawn, ...]


def commitment(
    round_id: str,
    frame: Sequence[Candidate],
    rules: DrawRules,
    salt: str,
    *,
    office: str = "",
    period: str = "",
) -> str:
    """Bind a round to its frame, rules and secret salt before the public number is known.

    Args:
        round_id: the round.
        frame: who can be drawn, by 員工編號.
        rules: what the draw must keep.
        salt: the secret, hex.
        office: 局名.
        period: the code of the round's period.
    """
    content = canonical(
        {
            "frame": [candidate.model_dump() for candidate in frame],
            "office": office,
            "period": period,
            "round": round_id,
            "rules": rules.model_dump(),
        }
    )
    return _digest(COMMITMENT, salt, content)


def ticket(public_number: str, salt: str, round_id: str, candidate: Candidate) -> str:
    """Give the smallest ticket of a person."""
    return min(
        _digest(TICKET, public_number, salt, round_id, candidate.staff_no, str(index))
        for index in range(1, candidate.weight + 1)
    )


def ordered(
    round_id: str, frame: Sequence[Candidate], rules: DrawRules, salt: str, public_number: str
) -> list[tuple[Candidate, str]]:
    """Put everybody who may be drawn in the one order of this round, each with the ticket."""
    tickets = [
        (candidate, ticket(public_number, salt, round_id, candidate))
        for candidate in frame
        if candidate.drawn_this_period < rules.per_person
    ]

    def place(pair: tuple[Candidate, str]) -> tuple[int, str, str]:
        candidate, own = pair
        before = candidate.drawn_this_year if rules.everyone_first else 0
        return before, own, candidate.staff_no

    return sorted(tickets, key=place)


def draw(
    round_id: str,
    frame: Sequence[Candidate],
    rules: DrawRules,
    salt: str,
    public_number: str,
    excluded: Iterable[str] = (),
) -> list[Drawn]:
    """Draw a round.

    Each section's quota is filled by its first people in the order, the rest by whoever comes next; so an
    exclusion calls up a substitute and leaves the others as they were. Where nobody is left in the order,
    fewer are drawn.

    Raises:
        DrawError: the frame is too small, or the quotas ask for more than the size.
    """
    whole = ordered(round_id, frame, rules, salt, public_number)
    return _chosen(whole, rules, set(excluded))


def _chosen(whole: Sequence[tuple[Candidate, str]], rules: DrawRules, out: Collection[str]) -> list[Drawn]:
    chosen = _chosen_ones(whole, rules, out)
    return [
        Drawn(order=place, staff_no=candidate.staff_no, ticket=own)
        for place, (candidate, own) in enumerate(whole, 1)
        if candidate.staff_no in chosen
    ]


def _chosen_ones(whole: Sequence[tuple[Candidate, str]], rules: DrawRules, out: Collection[str]) -> set[str]:
    check_possible([candidate for candidate, _ticket in whole], rules)
    order = [candidate for candidate, _ticket in whole if candidate.staff_no not in out]
    places = chosen_places([candidate.section for candidate in order], rules)
    return {order[place].staff_no for place in places}


def chosen_places(sections: Sequence[str], rules: DrawRules) -> set[int]:
    """Choose along the order: first each section's quota, then whoever comes next.

    Args:
        sections: the section of each person who can be chosen, in the order of the draw.
        rules: quota and size.

    Returns:
        The places of the chosen, from 0.
    """
    quota: Counter[str] = Counter()
    chosen: set[int] = set()
    for place, section in enumerate(sections):
        if quota[section] < rules.per_section:
            quota[section] += 1
            chosen.add(place)
    for place in range(len(sections)):
        if len(chosen) >= rules.size:
            break
        chosen.add(place)
    return chosen


def check_possible(candidates: Sequence[Candidate], rules: DrawRules) -> None:
    """Refuse a draw that cannot be made, and say which rule is in the way.

    Raises:
        DrawError: see above.
    """
    if len(candidates) < rules.size:
        raise DrawError(
            _("可抽的只有 {count} 人，不足 {size} 人。").format(count=len(candidates), size=rules.size),
            remedy=_("請減少人數，或放寬 per_person 規則；請假、無分機與本期已抽滿次數的人不在內。"),
        )
    sections = Counter(candidate.section for candidate in candidates)
    needed = sum(min(rules.per_section, count) for count in sections.values())
    if needed > rules.size:
        raise DrawError(
            _("各科室至少 {quota} 人（per_section）共需 {needed} 人，超過要抽的 {size} 人。").format(
                quota=rules.per_section, needed=needed, size=rules.size
            ),
            remedy=_("請增加人數，或降低 per_section 規則。"),
        )


def check_public_number(text: str) -> str:
    """Give a public number in its one form: digits alone, at least three; full-width ones are taken.

    Raises:
        DrawError: it is not one.
    """
    plain = clean_line(unicodedata.normalize("NFKC", text))
    digits = "".join(character for character in plain if character not in " -,、")
    least = 3
    if not (digits.isascii() and digits.isdecimal() and len(digits) >= least):
        raise DrawError(
            _("公開號碼應為至少 {least} 位數字。").format(least=least),
            remedy=_("例如當期統一發票特別獎號碼，或當眾擲骰的點數。"),
        )
    return digits


def difference(certificate: Certificate) -> str | None:
    """Compute a certificate again; give the first thing that does not hold, or None."""
    staff = [candidate.staff_no for candidate in certificate.frame]
    checks: list[tuple[str, Callable[[], bool]]] = [
        (
            _("格式不是 {format}。").format(format=CERTIFICATE),
            lambda: certificate.format == CERTIFICATE,
        ),
        (_("抽籤母體有重複的員工編號。"), lambda: len(set(staff)) == len(staff)),
        (_("抽籤母體沒有依員工編號排列。"), lambda: staff == sorted(staff)),
        (
            _("承諾值不符：局名、期別、母體、規則、密鹽或回合編號被改過。"),
            lambda: (
                commitment(
                    certificate.round,
                    certificate.frame,
                    certificate.rules,
                    certificate.salt,
                    office=certificate.office,
                    period=certificate.period,
                )
                == certificate.commitment
            ),
        ),
    ]
    for what, holds in checks:
        if not holds():
            return what
    whole = ordered(
        certificate.round,
        certificate.frame,
        certificate.rules,
        certificate.salt,
        certificate.public_number,
    )
    out = set(certificate.excluded)
    try:
        # Excluding others only moves a person up: whoever was drawn once is drawn but for the own exclusion.
        for staff_no in certificate.excluded:
            if staff_no not in _chosen_ones(whole, certificate.rules, out - {staff_no}):
                return _("剔除的 {staff_no} 本來就沒有被抽中。").format(staff_no=staff_no)
        again = _chosen(whole, certificate.rules, out)
    except DrawError as refusal:
        return str(refusal)
    return _difference_of(again, certificate.drawn)


def _difference_of(again: Sequence[Drawn], drawn: Sequence[Drawn]) -> str | None:
    for mine, theirs in zip(again, drawn, strict=False):
        if mine.staff_no != theirs.staff_no:
            return _("第 {order} 籤不符：應為 {mine}，證書上是 {theirs}。").format(
                order=mine.order, mine=mine.staff_no, theirs=theirs.staff_no
            )
        if mine != theirs:
            return _("第 {order} 籤不符：{staff_no} 的籤號或籤值被改過。").format(
                order=mine.order, staff_no=mine.staff_no
            )
    if len(again) != len(drawn):
        return _("應抽 {mine} 人，證書上有 {theirs} 人。").format(mine=len(again), theirs=len(drawn))
    return None


def _digest(*lines: str) -> str:
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
