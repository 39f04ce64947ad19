"""A paper is printed for everybody in one order, with its key and the sheet to tick answers on."""

import re
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pytest
from pypdf import PdfReader

from bureau.office import Office
from bureau.problem import NotAllowed
from bureau.roles import ADMINISTRATOR
from quiz_bank.answer_line import printed_key, printed_options
from quiz_bank.blueprint import Blueprint, Cell, Paper
from quiz_bank.desk import QuizDesk
from quiz_bank.formats.reading import Reading
from quiz_bank.paper_sheet import print_answer_sheet, print_key, print_paper
from quiz_bank.question import Kind, Question
from tests.quiz_bank.samples import (
    DAY,
    MIXED_BLUEPRINT,
    OF_EACH_KIND,
    TRAINER,
    WANG,
    multiple,
    single,
    true_false,
)

RARE = "\U0003134a"
LONG = "納稅義務人對於核定稅捐之處分如有不服，應依規定格式敘明理由申請復查。" * 120


@pytest.fixture
def quiz(office: Office) -> QuizDesk:
    return QuizDesk(office)


def drawn(
    quiz: QuizDesk, questions: tuple[Question, ...], blueprint: Blueprint, at: datetime, title: str = "綜合"
) -> Paper:
    quiz.take(Reading(questions=questions), Path("題.toml"), by=ADMINISTRATOR, at=at)
    return quiz.new_paper(title=title, day=DAY, seed="7", by=TRAINER, at=at, blueprint=blueprint)


def text_of(path: Path) -> str:
    return re.sub(r"\s+", "", "".join(page.extract_text() for page in PdfReader(path).pages))


def test_the_paper_has_every_question_and_option_but_no_key(
    quiz: QuizDesk, at: datetime, tmp_path: Path
) -> None:
    paper = drawn(quiz, OF_EACH_KIND, MIXED_BLUEPRINT, at)
    report = print_paper(quiz, paper.id, tmp_path / "題本.pdf", by=TRAINER, at=at)
    text = text_of(report.path)
    for item in paper.items:
        assert f"{item.number}．{item.question.stem}".replace(" ", "") in text
        if item.question.kind not in {Kind.TRUE_FALSE, Kind.MATCHING}:
            for option in printed_options(paper, item):
                assert f"({option.letter}){option.text}" in text
    assert "因為乙" not in text
    assert "某法" not in text
    assert "滿分100分，60.00分及格" in text


def test_the_key_is_secret_and_in_the_letters_of_the_paper(
    quiz: QuizDesk, at: datetime, tmp_path: Path
) -> None:
    paper = drawn(quiz, OF_EACH_KIND, MIXED_BLUEPRINT, at)
    text = text_of(print_key(quiz, paper.id, tmp_path / "答案.pdf", by=TRAINER, at=at).path)
    assert "密" in text
    for item in paper.items:
        if item.question.kind is not Kind.ESSAY:
            assert printed_key(paper, item).replace(" ", "") in text
    assert "簡答題的參考答案與要點" in text
    assert "因為如此" in text


def test_the_answer_sheet_has_a_place_for_every_number(quiz: QuizDesk, at: datetime, tmp_path: Path) -> None:
    cells = (
        Cell(kinds=(Kind.TRUE_FALSE,), count=20, points=Decimal("1.5")),
        Cell(kinds=(Kind.SINGLE,), count=40, points=Decimal("1.75")),
    )
    questions = (
        *(true_false(f"T{number}") for number in range(20)),
        *(single(f"S{number}") for number in range(40)),
    )
    paper = drawn(quiz, questions, Blueprint(cells=cells), at)
    report = print_answer_sheet(quiz, paper.id, tmp_path / "答案卷.pdf", by=TRAINER, at=at)
    assert report.pages == 1
    text = " ".join(page.extract_text() for page in PdfReader(report.path).pages)
    assert {str(number) for number in range(1, 61)} <= set(text.split())


def test_only_a_trainer_prints(quiz: QuizDesk, at: datetime, tmp_path: Path) -> None:
    paper = drawn(quiz, OF_EACH_KIND, MIXED_BLUEPRINT, at)
    for prints in (print_paper, print_key, print_answer_sheet):
        with pytest.raises(NotAllowed):
            prints(quiz, paper.id, tmp_path / "x.pdf", by=WANG, at=at)


def test_ugly_questions_are_printed_whole(quiz: QuizDesk, at: datetime, tmp_path: Path) -> None:
    questions = (
        single("L", stem=LONG),
        single("Z", options=tuple(f"選項{number}" for number in range(26)), key=(25,)),
        multiple("R", stem=f"罕字 𤧟 堃 {RARE} <b>&amp; [/x]", options=("𤧟", LONG[:900], "乙", "丙")),
    )
    cells = (
        Cell(kinds=(Kind.SINGLE,), count=2, points=Decimal(40)),
        Cell(kinds=(Kind.MULTIPLE,), count=1, points=Decimal(20)),
    )
    paper = drawn(quiz, questions, Blueprint(cells=cells), at, title="很" * 80)
    report = print_paper(quiz, paper.id, tmp_path / "題本.pdf", by=TRAINER, at=at)
    text = text_of(report.path)
    assert text.count("申請復查") == 120 + LONG[:900].count("申請復查")
    assert "(Z)" in text
    assert "罕字𤧟堃" in text
    assert "<b>&amp;[/x]" in text
    for prints in (print_key, print_answer_sheet):
        assert prints(quiz, paper.id, tmp_path / "y.pdf", by=TRAINER, at=at).pages >= 1


def test_a_question_is_not_parted_from_its_options(quiz: QuizDesk, at: datetime, tmp_path: Path) -> None:
    questions = tuple(single(f"S{number:02}") for number in range(40))
    cells = (Cell(count=40, points=Decimal("2.5")),)
    paper = drawn(quiz, questions, Blueprint(cells=cells), at)
    report = print_paper(quiz, paper.id, tmp_path / "題本.pdf", by=TRAINER, at=at)
    assert report.pages > 1
    for page in PdfReader(report.path).pages:
        text = page.extract_text()
        assert text.count("何者正確") == text.count("(D)")
