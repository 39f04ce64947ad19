"""The official scale, an invented office, and who acts in it."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal

from bureau.people import Person
from bureau.roles import Actor, Role
from bureau.rules import default_book
from courtesy.call import Call
from courtesy.desk import SCALES
from courtesy.scale import NOT_APPLICABLE, Line, Scale
from courtesy.scale_file import read
from courtesy.standing import CourtesyRules

OFFICIAL_TEXT = (SCALES / "official.toml").read_text(encoding="utf-8")
OFFICIAL = read(OFFICIAL_TEXT)
RULES = default_book((CourtesyRules,)).of(CourtesyRules)

SWITCHBOARD = ("switchboard",)
UNIT = ("unit",)
BOTH = ("switchboard", "unit")

MONDAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)

SECTIONS = ("房屋稅科", "土地稅科", "企劃服務科")
PEOPLE = tuple(
    Person(staff_no=staff_no, name=name, section=section, extension=extension, switchboard=extension == "0")
    for staff_no, name, section, extension in (
        ("0101", "王小明", "房屋稅科", "1101"),
        ("0102", "李堃", "房屋稅科", "1102"),
        ("0103", "陳秋月", "房屋稅科", "1103"),
        ("0201", "林淑芬", "土地稅科", "1201"),
        ("0202", "黃建國", "土地稅科", "1202"),
        ("0203", "吳峯銘", "土地稅科", "1203"),
        ("0301", "蔡志豪", "企劃服務科", "1301"),
        ("0302", "王𤧟翔", "企劃服務科", "0"),
        ("0303", "許雅婷", "企劃服務科", ""),
    )
)
TESTERS = ("0103", "0203", "0301")

TRAINER = Actor(staff_no="0303", name="許雅婷", roles=frozenset({Role.STAFF, Role.TRAINER}))


def acting_tester(staff_no: str) -> Actor:
    """A tester with no other role."""
    return Actor(staff_no=staff_no, roles=frozenset({Role.STAFF, Role.TESTER}))


def full_marks(parts: Sequence[str], scale: Scale = OFFICIAL) -> dict[str, str]:
    """The best step of every line; of an either-or group its first line."""
    marks: dict[str, str] = {}
    groups: set[tuple[str, str, str]] = set()
    for placed in scale.lines(parts):
        if placed.line.either:
            group = (placed.part.code, placed.item.code, placed.line.either)
            if group in groups:
                continue
            groups.add(group)
        marks[placed.id] = placed.line.steps[0].key
    return marks


def line(line_id: str, scale: Scale = OFFICIAL) -> Line:
    """One line of the scale."""
    return next(placed.line for placed in scale.lines() if placed.id == line_id)


def keys(one: Line) -> list[str]:
    """Every mark that a line may have."""
    return [step.key for step in one.steps] + ([NOT_APPLICABLE] if one.not_applicable else [])


def a_call(**more: object) -> Call:
    """A draft on the unit part of the official scale."""
    given = {
        "id": "A1",
        "round": "A1",
        "person": "0101",
        "section": "房屋稅科",
        "extension": "1101",
        "tester": "0203",
        "parts": UNIT,
        "scale": OFFICIAL.version,
        "opened_at": NOW,
    }
    return Call.model_validate({**given, **more})


def decimal(text: str) -> Decimal:
    """A score as it is printed."""
    return Decimal(text).quantize(Decimal("0.01"))
