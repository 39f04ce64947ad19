"""An office with the small bank, one paper, and two people who may sit it."""

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import pytest

from bureau.office import Office
from bureau.people import Person, Section
from bureau.roles import ADMINISTRATOR
from quiz_bank.blueprint import Paper
from quiz_bank.desk import QuizDesk
from quiz_bank.formats.toml import dumps
from quiz_bank.sitting import QuizRules
from quiz_bank.store import MIGRATIONS
from tests.conftest import counting_entropy
from tests.quiz_bank.samples import DAY, SMALL_BANK, SMALL_BLUEPRINT, TRAINER


@pytest.fixture
def office(tmp_path: Path, at: datetime) -> Iterator[Office]:
    opened = Office.create(
        tmp_path / "office.db",
        name="測試縣稅務局",
        migrations=(MIGRATIONS,),
        rule_kinds=(QuizRules,),
        entropy=counting_entropy(),
        at=at,
    )
    with opened.store.transaction():
        opened.ground.add_section(Section(name="房屋稅科"))
        for staff_no, name in (("0012", "王小明"), ("0034", "李堃")):
            person = Person(staff_no=staff_no, name=name, section="房屋稅科", hired=date(2020, 1, 1))
            opened.ground.put_person(person, since=date(2020, 1, 1))
    yield opened
    opened.close()


@pytest.fixture
def desk(office: Office, tmp_path: Path, at: datetime) -> QuizDesk:
    path = tmp_path / "bank.toml"
    path.write_text(dumps(SMALL_BANK), encoding="utf-8")
    desk = QuizDesk(office)
    desk.import_bank(path, by=ADMINISTRATOR, at=at)
    return desk


@pytest.fixture
def paper(desk: QuizDesk, at: datetime) -> Paper:
    return desk.new_paper(
        title="第四季測驗", day=DAY, seed="1234", by=TRAINER, at=at, blueprint=SMALL_BLUEPRINT
    )
