"""A real office file with invented people, three testers and a drawn round."""

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import date, datetime
from pathlib import Path

import pytest

from bureau.calendar import day_of
from bureau.desk import PeopleDesk
from bureau.office import Office
from bureau.people import Section
from bureau.roles import ADMINISTRATOR, Role
from bureau.rules import defaults_text
from courtesy.desk import CallDesk
from courtesy.round import Draw, Round
from courtesy.standing import CourtesyRules
from courtesy.standing_rules import StandingRules
from courtesy.store import MIGRATIONS
from quiz_bank.desk import QuizDesk
from quiz_bank.sitting import QuizRules
from quiz_bank.store import MIGRATIONS as QUIZ_BANK
from tests.conftest import counting_entropy
from tests.courtesy.samples import OFFICIAL, PEOPLE, SECTIONS, TESTERS, TRAINER

TABLES = (QUIZ_BANK, MIGRATIONS)
RULE_KINDS = (CourtesyRules, StandingRules, QuizRules)
FIRST, LAST = date(2026, 11, 23), date(2026, 11, 30)
NUMBER = "48213907"


@pytest.fixture
def office(tmp_path: Path, at: datetime) -> Iterator[Office]:
    opened = Office.create(
        tmp_path / "office.db",
        name="測試縣稅務局",
        migrations=TABLES,
        rule_kinds=RULE_KINDS,
        entropy=counting_entropy(),
        at=at,
    )
    with opened.store.transaction():
        for order, name in enumerate(SECTIONS):
            opened.ground.add_section(Section(name=name, order=order))
        for person in PEOPLE:
            opened.ground.put_person(person, since=date(2020, 1, 1))
        for staff_no in TESTERS:
            opened.ground.put_role(staff_no, Role.TESTER)
        opened.ground.put_role(TRAINER.staff_no, Role.TRAINER)
    yield opened
    opened.close()


@pytest.fixture
def desk(office: Office, at: datetime) -> CallDesk:
    desk = CallDesk(office, QuizDesk(office))
    desk.publish_scale(OFFICIAL, by=ADMINISTRATOR, at=at)
    return desk


def reopened(path: Path) -> Office:
    """Open an office file once more; another one may have it open."""
    return Office.open(path, migrations=TABLES, rule_kinds=RULE_KINDS, entropy=counting_entropy())


@pytest.fixture
def elsewhere(office: Office) -> Iterator[Callable[[], CallDesk]]:
    """Open the same file once more, as another terminal does, or this one after a crash."""
    with ExitStack() as opened:

        def again() -> CallDesk:
            other = opened.enter_context(reopened(office.store.path))
            return CallDesk(other, QuizDesk(other))

        yield again


Begin = Callable[..., Round]


@pytest.fixture
def begin(desk: CallDesk, at: datetime) -> Begin:
    """Commit to a round, by the trainer unless said otherwise."""

    def new_round(**more: object) -> Round:
        usual: dict[str, object] = {
            "period": "115H2",
            "first": FIRST,
            "last": LAST,
            "scale": "official",
            "size": 4,
            "by": TRAINER,
            "at": at,
        }
        return desk.new_round(**(usual | more))  # type: ignore[arg-type]  # a test names any of them

    return new_round


Publish = Callable[..., None]


@pytest.fixture
def publish(office: Office, at: datetime, tmp_path: Path) -> Publish:
    """Put other rules of the spot checks in force from today on."""

    def in_force(**changed: bool | int) -> None:
        text = defaults_text(office.rule_kinds)
        for key, value in changed.items():
            text = re.sub(rf"^{key} = .*$", f"{key} = {str(value).lower()}", text, flags=re.MULTILINE)
        path = tmp_path / "rules.toml"
        path.write_text(text, encoding="utf-8")
        PeopleDesk(office).publish_rules(path, day_of(at), by=ADMINISTRATOR, at=at)

    return in_force


@pytest.fixture
def drawn(desk: CallDesk, begin: Begin, at: datetime) -> list[Draw]:
    """A round of four, drawn."""
    return desk.draw(begin().id, NUMBER, by=TRAINER, at=at)
