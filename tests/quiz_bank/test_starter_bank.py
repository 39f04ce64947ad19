"""The shipped questions, held against the facts of law they are written from."""

import csv
from collections import Counter
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pytest

import quiz_bank
from quiz_bank.blueprint import DEFAULT_BLUEPRINT, draw
from quiz_bank.formats.reading import read
from quiz_bank.question import Kind, Question, alike

PACKAGE = Path(quiz_bank.__file__).parent
FILES = sorted((PACKAGE / "bank").glob("*.toml"))
TOPICS = {
    "土地增值稅",
    "田賦",
    "印花稅",
    "地價稅",
    "行政救濟",
    "房屋稅",
    "使用牌照稅",
    "契稅",
    "為民服務與電話禮貌",
    "娛樂稅",
    "納稅者權利保護法",
    "稅捐稽徵法",
}


@pytest.fixture(scope="module")
def bank() -> list[Question]:
    return [question for path in FILES for question in read(path).questions]


@pytest.fixture(scope="module")
def facts() -> dict[str, Mapping[str, str]]:
    with (PACKAGE / "facts.csv").open(encoding="utf-8-sig", newline="") as file:
        return {row["id"]: row for row in csv.DictReader(file)}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_file_is_read_without_a_problem(path: Path) -> None:
    assert [str(problem.at(path)) for problem in read(path).problems] == []


def test_there_are_at_least_120_questions(bank: list[Question]) -> None:
    assert len(bank) >= 120


def test_no_two_files_share_an_identifier(bank: list[Question]) -> None:
    assert [name for name, count in Counter(question.id for question in bank).items() if count > 1] == []


def test_every_topic_has_questions(bank: list[Question]) -> None:
    assert {question.subject for question in bank} == TOPICS


def test_every_question_says_by_which_law_and_why(bank: list[Question]) -> None:
    assert [question.id for question in bank if not (question.legal_basis and question.explanation)] == []


def test_every_question_is_bound_to_facts_that_are_certain(
    bank: list[Question], facts: dict[str, Mapping[str, str]]
) -> None:
    loose = [
        (question.id, name)
        for question in bank
        for name in question.facts or ("（沒有事實）",)
        if name not in facts or facts[name]["confidence"] != "high"
    ]
    assert loose == []


def test_every_question_ends_with_the_law_it_is_written_from(
    bank: list[Question], facts: dict[str, Mapping[str, str]]
) -> None:
    wrong = []
    for question in bank:
        for name in question.facts:
            fact = facts.get(name)
            if fact is None:
                continue
            from_, superseded = fact["in_force_from"], fact["superseded_on"]
            if from_ and (
                question.in_force_from is None or question.in_force_from < date.fromisoformat(from_)
            ):
                wrong.append((question.id, name, f"before {from_}"))
            if superseded and not (
                question.in_force_until and question.in_force_until < date.fromisoformat(superseded)
            ):
                wrong.append((question.id, name, f"after {superseded}"))
    assert wrong == []


def test_wrong_options_come_from_facts_too(bank: list[Question], facts: dict[str, Mapping[str, str]]) -> None:
    unknown = [(question.id, name) for question in bank for name in question.contrast if name not in facts]
    assert unknown == []


def test_every_fact_that_is_carried_is_used(
    bank: list[Question], facts: dict[str, Mapping[str, str]]
) -> None:
    used = {name for question in bank for name in (*question.facts, *question.contrast)}
    assert set(facts) - used == set()


def test_no_two_questions_are_alike(bank: list[Question]) -> None:
    assert [[question.id for question in group] for group in alike(bank)] == []


def test_a_last_option_about_the_others_stays_last(bank: list[Question]) -> None:
    loose = [
        question.id
        for question in bank
        if any(option.startswith("以上") for option in question.options) and not question.keep_last
    ]
    assert loose == []


def test_no_letter_is_right_too_often(bank: list[Question]) -> None:
    letters = Counter(question.key_text() for question in bank if question.kind is Kind.SINGLE)
    assert max(letters.values()) <= 0.4 * letters.total()
    assert set("ABCD") <= set(letters)


def test_true_and_false_are_balanced(bank: list[Question]) -> None:
    marks = Counter(question.key_text() for question in bank if question.kind is Kind.TRUE_FALSE)
    assert min(marks["○"], marks["×"]) >= 0.35 * marks.total()


def test_the_default_paper_can_be_drawn_and_spans_the_topics(bank: list[Question]) -> None:
    items = draw(bank, DEFAULT_BLUEPRINT, day=date(2026, 11, 23), seed="1")
    assert {item.question.subject for item in items} == TOPICS
