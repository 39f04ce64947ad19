"""Answers given on paper are read from one line or a table, twice, and never guessed."""

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bureau.office import Office
from bureau.people import Leave, Person, Section
from bureau.problem import NotAllowed
from bureau.roles import ADMINISTRATOR
from bureau.rules import default_book
from bureau.sheet import write_table
from quiz_bank.answer_desk import AnswerDesk
from quiz_bank.answer_line import (
    AnswersError,
    differences,
    printed_key,
    printed_options,
    printed_text,
    read_answer,
    read_line,
    so_far,
)
from quiz_bank.blueprint import Paper, PaperItem
from quiz_bank.desk import QuizDesk
from quiz_bank.paper_rules import PaperRules
from quiz_bank.question import Kind
from quiz_bank.response import right_response
from quiz_bank.sitting import QuizRules
from quiz_bank.store import MIGRATIONS
from tests.conftest import MOMENT, counting_entropy
from tests.quiz_bank.samples import DAY, MIXED_BLUEPRINT, OF_EACH_KIND, TRAINER

PEOPLE = (("0012", "王小明"), ("0034", "李堃"), ("0056", "王小明"), ("0078", "陳秋月"), ("0090", "張喆"))


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
        for staff_no, name in PEOPLE:
            left = date(2026, 6, 1) if staff_no == "0090" else None
            person = Person(
                staff_no=staff_no, name=name, section="房屋稅科", hired=date(2020, 1, 1), left=left
            )
            opened.ground.put_person(person, since=date(2020, 1, 1))
        opened.ground.put_leave(Leave(staff_no="0078", first=date(2026, 11, 1), last=date(2026, 12, 31)))
    yield opened
    opened.close()


@pytest.fixture
def desk(office: Office, at: datetime) -> AnswerDesk:
    quiz = QuizDesk(office)
    with office.act("bank.import", by=ADMINISTRATOR, at=at) as act:
        quiz._store.put_questions(OF_EACH_KIND, at)
        act.record("samples")
    return AnswerDesk(quiz)


@pytest.fixture
def paper(desk: AnswerDesk, at: datetime) -> Paper:
    return desk.quiz.new_paper(title="綜合", day=DAY, seed="7", by=TRAINER, at=at, blueprint=MIXED_BLUEPRINT)


def item_of(paper: Paper, kind: Kind) -> PaperItem:
    return next(item for item in paper.items if item.question.kind is kind)


def right_words(paper: Paper) -> list[str]:
    """What stands on a sheet on which all is right, question by question."""
    words = []
    for item in paper.items:
        response = right_response(item.question)
        text = printed_text(paper, item, response)
        words.append(response if isinstance(response, str) else text.replace(" ", ","))
    return [word if " " not in word else f'"{word}"' for word in words]


def right_line(paper: Paper) -> str:
    words = right_words(paper)
    matching = next(place for place, item in enumerate(paper.items) if item.question.kind is Kind.MATCHING)
    pairs = words[matching].split(",")
    words[matching] = "".join(pair.partition("-")[2] for pair in pairs)
    return " ".join(words)


def test_the_printed_order_is_one_for_everybody_and_keeps_what_must_be_last(paper: Paper) -> None:
    item = item_of(paper, Kind.SINGLE)
    options = printed_options(paper, item)
    assert [option.letter for option in options] == ["A", "B", "C", "D"]
    assert {option.text for option in options} == set(item.question.options)
    last = item.model_copy(update={"question": item.question.model_copy(update={"keep_last": True})})
    assert printed_options(paper, last)[-1].text == item.question.options[-1]


def test_a_sheet_on_which_all_is_right_is_read_as_right(paper: Paper) -> None:
    answers = read_line(paper, right_line(paper))
    assert answers == {item.number: right_response(item.question) for item in paper.items}


def test_the_key_in_printed_letters_is_read_as_the_key(paper: Paper) -> None:
    for item in paper.items:
        if not item.question.kind.typed:
            assert read_answer(paper, item, printed_key(paper, item)) == item.question.key


@pytest.mark.parametrize("text", ["O", "o", "Ｏ", "○", "1", "t", "對"])
def test_true_is_written_in_many_ways(paper: Paper, text: str) -> None:
    assert read_answer(paper, item_of(paper, Kind.TRUE_FALSE), text) == (0,)


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (Kind.TRUE_FALSE, "0"),
        (Kind.TRUE_FALSE, "A"),
        (Kind.SINGLE, "E"),
        (Kind.SINGLE, "AB"),
        (Kind.SINGLE, "0"),
        (Kind.MULTIPLE, "AAB"),
        (Kind.MULTIPLE, "Z"),
        (Kind.MATCHING, "A"),
        (Kind.MATCHING, "9-A"),
        (Kind.NUMBER, "四十"),
    ],
)
def test_what_cannot_be_read_is_refused(paper: Paper, kind: Kind, text: str) -> None:
    with pytest.raises(Exception, match=r"看不懂|只能選一個|不是數字"):
        read_answer(paper, item_of(paper, kind), text)


def test_single_letters_need_nothing_between_them(paper: Paper) -> None:
    assert [item.question.kind for item in paper.items[:2]] == [Kind.TRUE_FALSE, Kind.SINGLE]
    apart = read_line(paper, "O B - - - - -")
    assert read_line(paper, "OB - - - - -") == apart
    assert read_line(paper, "ob,-,-,-,-,-") == apart


@pytest.mark.parametrize(
    ("line", "match"), [("OB", "只有 2 題"), ("OB - - - - - 9", "之後還有"), ("", "只有 0 題")]
)
def test_a_line_must_be_as_long_as_the_paper(paper: Paper, line: str, match: str) -> None:
    with pytest.raises(AnswersError) as refusal:
        read_line(paper, line)
    assert match in "".join(refusal.value.lines())


def test_every_fault_of_a_line_is_said(paper: Paper) -> None:
    with pytest.raises(AnswersError) as refusal:
        read_line(paper, "?Z - - - - -")
    assert len(refusal.value.problems) == 2


@given(line=st.text(max_size=60))
def test_any_line_is_understood_or_refused(line: str) -> None:
    paper = SAMPLE
    shown, _rest = so_far(paper, line)
    assert len(shown) <= len(paper.items)
    try:
        read_line(paper, line)
    except AnswersError:
        return
    assert "?" not in shown


def _sample() -> Paper:
    items = tuple(
        PaperItem(number=number, question=question, points=Decimal(points))
        for number, (question, points) in enumerate(
            zip(OF_EACH_KIND, (10, 10, 20, 10, 10, 20, 20), strict=True), start=1
        )
    )
    return Paper(
        id="A1",
        title="樣本",
        seed="7",
        opens_on=DAY,
        closes_on=DAY,
        minutes=0,
        blueprint=MIXED_BLUEPRINT,
        rules=default_book((QuizRules,)).of(QuizRules),
        rules_version="",
        created_at=MOMENT,
        items=items,
    )


SAMPLE = _sample()


def test_what_differs_between_two_entries_is_shown(paper: Paper) -> None:
    first, second = read_line(paper, "OB - - - - -"), read_line(paper, "XB - - - - -")
    assert differences(paper, first, second) == [(1, "○", "×")]


def test_a_sheet_is_entered_once_both_entries_agree(desk: AnswerDesk, paper: Paper, at: datetime) -> None:
    answers = desk.line(paper.id, right_line(paper))
    with pytest.raises(AnswersError, match="登錄兩次"):
        desk.enter(paper.id, "0012", answers, by=TRAINER, at=at)
    other = {**answers, 1: (1,)}
    with pytest.raises(AnswersError, match="1 題不同"):
        desk.enter(paper.id, "0012", answers, second=other, by=TRAINER, at=at)
    assert desk.quiz.sittings(paper.id) == []
    entered = desk.enter(paper.id, "0012", answers, second=dict(answers), by=TRAINER, at=at)
    assert entered.being_marked
    assert entered.entered_by == TRAINER.staff_no


def test_nobody_enters_their_own(desk: AnswerDesk, paper: Paper, at: datetime) -> None:
    answers = desk.line(paper.id, right_line(paper))
    with pytest.raises(NotAllowed):
        desk.enter(paper.id, TRAINER.staff_no, answers, second=answers, by=TRAINER, at=at)


@pytest.mark.parametrize(
    ("text", "match"),
    [
        ("9999", "沒有員工編號或姓名"),
        ("", "沒有寫"),
        ("王小明", "有 2 位"),
        ("0078", "都請假"),
        ("張喆", "不在職"),
    ],
)
def test_whose_sheet_it_is_must_be_clear(desk: AnswerDesk, paper: Paper, text: str, match: str) -> None:
    with pytest.raises(AnswersError, match=match):
        desk.person_for(paper.id, text)


def test_a_person_is_found_by_name(desk: AnswerDesk, paper: Paper) -> None:
    assert desk.person_for(paper.id, " 李堃 ").staff_no == "0034"


def rows_of(paper: Paper, *staff_nos: str, first: str | None = None) -> list[list[str]]:
    cells = right_words(paper)
    return [[staff_no, first or cells[0], *cells[1:]] for staff_no in staff_nos]


def write(path: Path, paper: Paper, rows: list[list[str]]) -> Path:
    write_table(path, ["員工編號", *(str(item.number) for item in paper.items)], rows)
    return path


@pytest.mark.parametrize("ending", [".csv", ".xlsx"])
def test_a_table_is_entered_whole(
    desk: AnswerDesk, paper: Paper, at: datetime, tmp_path: Path, ending: str
) -> None:
    first = write(tmp_path / f"一{ending}", paper, rows_of(paper, "0012", "0056"))
    second = write(tmp_path / f"二{ending}", paper, rows_of(paper, "0056", "0012"))
    entered = desk.enter_file(paper.id, first, second=second, by=TRAINER, at=at)
    assert [sitting.staff_no for sitting in entered] == ["0012", "0056"]
    assert entered[0].answers == {item.number: right_response(item.question) for item in paper.items}


def test_every_fault_of_a_table_has_its_row_and_column(
    desk: AnswerDesk, paper: Paper, at: datetime, tmp_path: Path
) -> None:
    rows = [*rows_of(paper, "0012"), *rows_of(paper, "0012", "7777"), *rows_of(paper, "0056", first="Q")]
    path = write(tmp_path / "答案.csv", paper, rows)
    with pytest.raises(AnswersError, match="3 處錯誤") as refusal:
        desk.enter_file(paper.id, path, by=TRAINER, at=at)
    places = [(one.place.row, one.place.column) for one in refusal.value.problems if one.place]
    assert places == [(3, "員工編號"), (4, "員工編號"), (5, "1")]
    assert desk.quiz.sittings(paper.id) == []


def test_tables_that_differ_enter_nothing(
    desk: AnswerDesk, paper: Paper, at: datetime, tmp_path: Path
) -> None:
    first = write(tmp_path / "一.csv", paper, rows_of(paper, "0012", "0056"))
    wrong = "X" if right_words(paper)[0] != "×" else "O"
    second = write(
        tmp_path / "二.csv", paper, [*rows_of(paper, "0012"), *rows_of(paper, "0056", first=wrong)]
    )
    with pytest.raises(AnswersError, match="1 題不同"):
        desk.enter_file(paper.id, first, second=second, by=TRAINER, at=at)
    assert desk.quiz.sittings(paper.id) == []
    fewer = write(tmp_path / "三.csv", paper, rows_of(paper, "0012"))
    with pytest.raises(AnswersError, match="人不同：0056"):
        desk.enter_file(paper.id, first, second=fewer, by=TRAINER, at=at)
