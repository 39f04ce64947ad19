"""Papers are previewed, drawn in forms, and can be drawn again years later."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from bureau.office import Office
from bureau.people import Person, Section
from bureau.problem import NotAllowed
from bureau.roles import ADMINISTRATOR
from quiz_bank.blueprint import Blueprint, BlueprintError, Cell, Paper
from quiz_bank.desk import QuizDesk
from quiz_bank.formats.reading import Reading
from quiz_bank.paper_desk import PaperDesk, Wish
from quiz_bank.paper_rules import PaperRules
from quiz_bank.question import Kind
from quiz_bank.sitting import QuizRules, SittingError
from quiz_bank.store import MIGRATIONS
from tests.conftest import counting_entropy
from tests.quiz_bank.samples import DAY, LI, TRAINER, WANG, right_answers, single, true_false

BLUEPRINT = Blueprint(
    cells=(
        Cell(kinds=(Kind.TRUE_FALSE,), count=2, points=Decimal(20)),
        Cell(kinds=(Kind.SINGLE,), count=2, points=Decimal(30)),
    )
)
QUESTIONS = (
    *(true_false(f"T{number}") for number in range(6)),
    *(single(f"S{number}") for number in range(6)),
)
WISH = Wish(opens_on=DAY, seed="7", blueprint=BLUEPRINT)
TWO = Wish(opens_on=DAY, seed="7", blueprint=BLUEPRINT, forms=2)


@pytest.fixture
def office(tmp_path: Path, at: datetime) -> Iterator[Office]:
    opened = Office.create(
        tmp_path / "office.db",
        name="測試縣稅務局",
        migrations=(MIGRATIONS,),
        rule_kinds=(QuizRules, PaperRules),
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
def quiz(office: Office, at: datetime) -> QuizDesk:
    desk = QuizDesk(office)
    desk.take(Reading(questions=QUESTIONS), Path("題庫.toml"), by=ADMINISTRATOR, at=at)
    return desk


@pytest.fixture
def desk(quiz: QuizDesk) -> PaperDesk:
    return PaperDesk(quiz)


def made(desk: PaperDesk, wish: Wish, at: datetime) -> tuple[Paper, ...]:
    return desk.create(wish, title="第四季", by=TRAINER, at=at)


def test_a_plan_shows_what_will_be_made(desk: PaperDesk, at: datetime) -> None:
    plan = desk.plan(TWO, by=TRAINER)
    papers = made(desk, TWO, at)
    assert [form.items for form in plan.forms] == [paper.items for paper in papers]
    assert [form.score for form in plan.forms] == [Decimal("74.80")] * 2
    assert [form.observed for form in plan.forms] == [0, 0]
    assert [paper.title for paper in papers] == ["第四季（A 卷）", "第四季（B 卷）"]


def test_planning_makes_nothing(desk: PaperDesk) -> None:
    desk.plan(TWO, by=TRAINER)
    assert desk.quiz.papers() == []


def test_only_a_trainer_plans(desk: PaperDesk) -> None:
    with pytest.raises(NotAllowed):
        desk.plan(TWO, by=WANG)


@pytest.mark.parametrize(
    "wish",
    [
        Wish(opens_on=DAY, seed="7", blueprint=BLUEPRINT, forms=5),
        Wish(opens_on=DAY, seed="7", blueprint=BLUEPRINT, without_last=51),
        Wish(opens_on=DAY, seed="7", blueprint=BLUEPRINT, closes_on=DAY - timedelta(days=1)),
    ],
    ids=["forms", "papers left out", "days"],
)
def test_an_impossible_wish_is_refused(desk: PaperDesk, wish: Wish) -> None:
    with pytest.raises(BlueprintError):
        desk.plan(wish, by=TRAINER)


def test_each_cell_says_what_the_bank_has_for_it(desk: PaperDesk, at: datetime) -> None:
    assert desk.available(BLUEPRINT.cells, WISH) == (6, 6)
    made(desk, WISH, at)
    later = Wish(opens_on=DAY, seed="8", blueprint=BLUEPRINT, without_last=1)
    assert desk.available(BLUEPRINT.cells, later) == (4, 4)


def test_answers_in_the_past_change_what_is_expected(desk: PaperDesk, at: datetime) -> None:
    [paper] = made(desk, WISH, at)
    for staff_no in ("0012",):
        desk.quiz.enter_answers(paper.id, staff_no, right_answers(paper), by=ADMINISTRATOR, at=at)
    observed = desk.observed()
    assert {one.n for one in observed.values()} == {1}
    assert set(observed) == {item.question.id for item in paper.items}


def test_nobody_sits_two_forms_of_one_examination(desk: PaperDesk, at: datetime) -> None:
    first, second = made(desk, TWO, at)
    quiz = desk.quiz
    assert [own.paper_id for own in quiz.due("0012", DAY)] == [first.id, second.id]
    begun = quiz.open_sitting(first.id, "0012", by=WANG, at=at)
    assert [own.paper_id for own in quiz.due("0012", DAY)] == [first.id]
    with pytest.raises(SittingError, match="另一卷"):
        quiz.open_sitting(second.id, "0012", by=WANG, at=at)
    with pytest.raises(SittingError, match="另一卷"):
        quiz.enter_answers(second.id, "0012", {}, by=TRAINER, at=at)
    quiz.submit(begun.id, by=WANG, at=at)
    assert [person.staff_no for person in quiz.absent(second.id, DAY)] == ["0034"]


def test_a_paper_is_drawn_again_as_it_was(desk: PaperDesk, at: datetime) -> None:
    made(desk, WISH, at)
    papers = made(desk, Wish(opens_on=DAY, seed="9", blueprint=BLUEPRINT, without_last=1, forms=2), at)
    old = desk.quiz.new_paper(title="舊", day=DAY, seed="5", by=TRAINER, at=at, blueprint=BLUEPRINT)
    changed = true_false("T0", stem="改過的敘述。")
    desk.quiz.take(Reading(questions=(changed, true_false("T9"))), Path("新.toml"), by=ADMINISTRATOR, at=at)
    for paper in (*papers, old):
        assert desk.rebuild(paper.id).same


def test_a_paper_drawn_without_the_last_ones_is_found_again(desk: PaperDesk, at: datetime) -> None:
    made(desk, WISH, at)
    excluded = desk.quiz.used_in_last(1)
    old = desk.quiz.new_paper(
        title="舊",
        day=DAY,
        seed="5",
        by=TRAINER,
        at=at + timedelta(minutes=1),
        blueprint=BLUEPRINT,
        excluded=excluded,
    )
    assert desk.rebuild(old.id).same


def test_a_paper_that_does_not_come_out_again_says_why(desk: PaperDesk, at: datetime) -> None:
    [paper] = made(desk, WISH, at)
    store = desk.office.store
    with store.transaction():
        store.run("DROP TRIGGER paper_sealed_update")
        store.run("UPDATE paper SET seed = 'x' WHERE id = :id", id=paper.id)
    fresh = PaperDesk(QuizDesk(desk.office))
    rebuilt = fresh.rebuild(paper.id)
    assert not rebuilt.same
    assert "種子、藍圖" in rebuilt.reasons[0]


def test_a_bank_whose_import_was_erased_cannot_be_rebuilt(desk: PaperDesk, at: datetime) -> None:
    [paper] = made(desk, WISH, at)
    store = desk.office.store
    with store.transaction():
        store.run(
            """DELETE FROM journal_payload WHERE seq IN (SELECT seq FROM journal WHERE act = 'bank.import')"""
        )
    rebuilt = desk.rebuild(paper.id)
    assert not rebuilt.same
    assert "保存期限" in rebuilt.reasons[0]


def test_the_form_is_proved_by_the_journal(desk: PaperDesk, at: datetime) -> None:
    first, _second = made(desk, TWO, at)
    assert desk.verify() == []
    store = desk.office.store
    with store.transaction():
        store.run("DROP TRIGGER paper_form_sealed_update")
        store.run("UPDATE paper_form SET name = 'C' WHERE paper_id = :id", id=first.id)
    assert ["卷別" in problem.what for problem in desk.verify()] == [True]


def test_a_title_is_needed(desk: PaperDesk, at: datetime) -> None:
    with pytest.raises(BlueprintError, match="名稱"):
        desk.create(WISH, title=" ", by=TRAINER, at=at)
    with pytest.raises(NotAllowed):
        desk.create(WISH, title="好", by=LI, at=at)
