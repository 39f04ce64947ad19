"""A small invented bank, a blueprint that it fills, and the people who sit the paper."""

from datetime import date
from decimal import Decimal

from bureau.office import Office
from bureau.roles import Actor, Role
from quiz_bank.blueprint import Blueprint, Cell, Paper
from quiz_bank.question import Kind, Question
from quiz_bank.sitting import QuizRules
from quiz_bank.store import MIGRATIONS
from tests.conftest import counting_entropy

DAY = date(2026, 11, 23)
WANG = Actor(staff_no="0012", name="王小明")
LI = Actor(staff_no="0034", name="李堃")
TRAINER = Actor(staff_no="0034", name="李堃", roles=frozenset({Role.STAFF, Role.TRAINER}))


def true_false(name: str, topic: str = "印花稅 > 稅率", **more: object) -> Question:
    given = {"kind": Kind.TRUE_FALSE, "difficulty": 1, "stem": f"敘述 {name}。", "key": (0,)}
    return Question.model_validate({"id": name, "topic": topic, "legal_basis": "某法第1條", **given, **more})


def single(name: str, topic: str = "印花稅 > 稅率", **more: object) -> Question:
    given = {
        "kind": Kind.SINGLE,
        "difficulty": 2,
        "stem": f"何者正確 {name}？",
        "options": ("甲", "乙", "丙", "丁"),
        "key": (1,),
        "explanation": "因為乙。",
    }
    return Question.model_validate({"id": name, "topic": topic, "legal_basis": "某法第2條", **given, **more})


def multiple(name: str, topic: str = "印花稅 > 稅率", **more: object) -> Question:
    return single(name, topic, **{"kind": Kind.MULTIPLE, "key": (0, 1, 3), **more})


def short(name: str, topic: str = "印花稅 > 稅率", **more: object) -> Question:
    given = {"kind": Kind.SHORT, "difficulty": 1, "stem": f"填入 {name}。", "accepted": ("臺北市", "北市")}
    return Question.model_validate({"id": name, "topic": topic, "legal_basis": "某法第3條", **given, **more})


def number(name: str, topic: str = "印花稅 > 稅率", **more: object) -> Question:
    given = {"kind": Kind.NUMBER, "difficulty": 1, "stem": f"幾個 {name}？", "number": "40", "unit": "日"}
    return Question.model_validate({"id": name, "topic": topic, "legal_basis": "某法第4條", **given, **more})


def matching(name: str, topic: str = "印花稅 > 稅率", **more: object) -> Question:
    given = {
        "kind": Kind.MATCHING,
        "difficulty": 2,
        "stem": f"配對 {name}。",
        "pairs": (("甲稅", "一月"), ("乙稅", "二月"), ("丙稅", "一月")),
        "distractors": ("三月",),
    }
    return Question.model_validate({"id": name, "topic": topic, "legal_basis": "某法第5條", **given, **more})


def essay(name: str, topic: str = "印花稅 > 稅率", **more: object) -> Question:
    given = {"kind": Kind.ESSAY, "difficulty": 3, "stem": f"說明 {name}。", "model_answer": "因為如此。"}
    return Question.model_validate({"id": name, "topic": topic, "legal_basis": "某法第6條", **given, **more})


OF_EACH_KIND = (
    true_false("T"),
    single("S"),
    multiple("M"),
    short("F"),
    number("N"),
    matching("P"),
    essay("E"),
)
"""One question of each kind."""

SMALL_BANK = [
    *(true_false(f"T{number}", "契稅 > 稅率" if number % 2 else "印花稅 > 稅率") for number in range(4)),
    *(single(f"S{number}", "契稅 > 稅率" if number % 2 else "娛樂稅 > 稅率") for number in range(4)),
    *(multiple(f"M{number}") for number in range(3)),
]

SMALL_BLUEPRINT = Blueprint(
    cells=(
        Cell(kinds=(Kind.TRUE_FALSE,), count=2, points=Decimal(20)),
        Cell(kinds=(Kind.SINGLE,), count=1, points=Decimal(30)),
        Cell(kinds=(Kind.MULTIPLE,), count=1, points=Decimal(30)),
    )
)


def again(office: Office) -> Office:
    """Open the same file once more, as another terminal does."""
    return Office.open(
        office.store.path, migrations=(MIGRATIONS,), rule_kinds=(QuizRules,), entropy=counting_entropy()
    )


MIXED_BLUEPRINT = Blueprint(
    cells=tuple(
        Cell(kinds=(kind,), count=1, points=Decimal(points))
        for kind, points in zip(Kind, (10, 10, 20, 10, 10, 20, 20), strict=True)
    )
)
"""One question of each kind, in the order of `Kind`."""


def right_answers(paper: Paper) -> dict[int, tuple[int, ...]]:
    return {item.number: item.question.key for item in paper.items}
