"""What the spot checks print can be read back, and says no more than the reader may know."""

import shutil
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from pypdf import PdfReader

from bureau.people import Person, Section
from bureau.problem import NotAllowed
from bureau.roles import ADMINISTRATOR, Actor, Role
from courtesy.call import Call, CallError, Outcome
from courtesy.papers import print_certificate, print_commitment, print_record
from courtesy.round import RoundError
from tests.conftest import MOMENT
from tests.tui.conftest import make_office, steady
from tui.desks import Desks


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_office(tmp_path_factory.mktemp("office") / "office.db", renamed={"0101": "王<b>[/x]𤧟"})


@pytest.fixture
def desks(made: Path, tmp_path: Path) -> Iterator[Desks]:
    shutil.copy(made, tmp_path / "office.db")
    with Desks.open(tmp_path / "office.db", steady) as opened:
        yield opened


def text_of(path: Path) -> str:
    return "".join(page.extract_text() for page in PdfReader(path).pages).replace("\n", "").replace(" ", "")


def sealed(desks: Desks, outcome: Outcome = Outcome.REACHED) -> Call:
    draw = desks.calls.waiting(by=ADMINISTRATOR)[0]
    call = desks.calls.open_call(draw.round, draw.staff_no, by=ADMINISTRATOR, at=MOMENT)
    desks.calls.set_outcome(call.id, outcome, by=ADMINISTRATOR, at=MOMENT)
    if outcome is Outcome.REACHED:
        for placed in desks.calls.scale(call.scale).lines(call.parts):
            if placed.line.code != "stand-in":
                key = placed.line.steps[0].key
                desks.calls.mark(call.id, placed.id, key, by=ADMINISTRATOR, at=MOMENT)
    desks.calls.remark(call.id, "態度很好 <img src=x>", by=ADMINISTRATOR)
    return desks.calls.seal(call.id, by=ADMINISTRATOR, at=MOMENT + timedelta(minutes=3))


def test_the_commitment_is_printed_without_the_salt(desks: Desks, tmp_path: Path) -> None:
    one = desks.calls.rounds()[0]
    print_commitment(desks.calls, one.id, tmp_path / "c.pdf", by=ADMINISTRATOR, at=MOMENT)
    text = text_of(tmp_path / "c.pdf")
    assert one.commitment in text
    assert one.salt not in text


def test_no_certificate_is_printed_before_the_round_is_closed(desks: Desks, tmp_path: Path) -> None:
    one = desks.calls.rounds()[0]
    with pytest.raises(RoundError):
        print_certificate(desks.calls, one.id, tmp_path / "c.pdf", by=ADMINISTRATOR, at=MOMENT)
    assert not (tmp_path / "c.pdf").exists()


def test_the_certificate_names_salt_number_and_everybody_drawn(desks: Desks, tmp_path: Path) -> None:
    one = desks.calls.rounds()[0]
    while desks.calls.waiting(by=ADMINISTRATOR):
        sealed(desks)
    after = MOMENT + timedelta(days=8)
    desks.calls.close_round(one.id, by=ADMINISTRATOR, at=after)
    print_certificate(desks.calls, one.id, tmp_path / "c.pdf", by=ADMINISTRATOR, at=after)
    text = text_of(tmp_path / "c.pdf")
    assert one.salt in text
    assert desks.calls.certificate(one.id).public_number in text
    assert all(draw.ticket[:12] in text for draw in desks.calls.draws(one.id, by=ADMINISTRATOR))


def test_a_record_tells_each_mark_the_score_and_the_remark_as_it_was_typed(
    desks: Desks, tmp_path: Path
) -> None:
    call = sealed(desks)
    print_record(desks.calls, call.id, tmp_path / "r.pdf", by=ADMINISTRATOR, at=MOMENT)
    text = text_of(tmp_path / "r.pdf")
    assert str(call.score) in text
    assert "態度很好<imgsrc=x>" in text
    assert "換算1.82" in text


def test_a_record_says_that_one_call_proves_nothing(desks: Desks, tmp_path: Path) -> None:
    call = sealed(desks)
    print_record(desks.calls, call.id, tmp_path / "r.pdf", by=ADMINISTRATOR, at=MOMENT)
    assert "您115年只有這一通計分。" in text_of(tmp_path / "r.pdf")


def test_a_certificate_of_sixty_drawn_stands_on_one_page(tmp_path: Path) -> None:
    with Desks.create(tmp_path / "o.db", name="測試縣稅務局", entropy=steady, at=MOMENT) as desks:
        ground = desks.office.ground
        with desks.office.store.transaction():
            for order, name in enumerate(("房屋稅科", "電子作業及資訊管理科")):
                ground.add_section(Section(name=name, order=order))
            for number in range(70):
                person = Person(
                    staff_no=f"{number:05}",
                    name="歐陽𤧟堃喆",
                    section=("房屋稅科", "電子作業及資訊管理科")[number % 2],
                    extension=str(1000 + number),
                )
                ground.put_person(person, since=date(2020, 1, 1))
            for number in range(8):
                ground.put_role(f"{number:05}", Role.TESTER)
        calls, by = desks.calls, ADMINISTRATOR
        one = calls.new_round(
            period="115H2",
            first=date(2026, 11, 23),
            last=date(2026, 11, 30),
            scale="official",
            size=60,
            by=by,
            at=MOMENT,
        )
        first = calls.draw(one.id, "48213907", by=by, at=MOMENT)[0]
        calls.exclude(one.id, first.staff_no, "長期出差", by=by, at=MOMENT)
        after = MOMENT + timedelta(days=9)
        calls.close_round(one.id, by=by, at=after)
        assert print_certificate(calls, one.id, tmp_path / "c.pdf", by=by, at=after).pages == 1


def test_a_call_that_reached_nobody_is_printed_without_a_score(desks: Desks, tmp_path: Path) -> None:
    call = sealed(desks, Outcome.BUSY)
    print_record(desks.calls, call.id, tmp_path / "r.pdf", by=ADMINISTRATOR, at=MOMENT)
    text = text_of(tmp_path / "r.pdf")
    assert "忙線" in text
    assert "換算" not in text


def test_a_draft_is_not_printed(desks: Desks, tmp_path: Path) -> None:
    draw = desks.calls.waiting(by=ADMINISTRATOR)[0]
    call = desks.calls.open_call(draw.round, draw.staff_no, by=ADMINISTRATOR, at=MOMENT)
    with pytest.raises(CallError):
        print_record(desks.calls, call.id, tmp_path / "r.pdf", by=ADMINISTRATOR, at=MOMENT)


def test_nobody_prints_somebody_elses_record(desks: Desks, tmp_path: Path) -> None:
    call = sealed(desks)
    other = Actor(staff_no="0102" if call.person != "0102" else "0104")
    with pytest.raises(NotAllowed):
        print_record(desks.calls, call.id, tmp_path / "r.pdf", by=other, at=MOMENT)
