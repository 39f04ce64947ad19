"""The roster and the sign-in sheet, read back from the printed file."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from pypdf import PdfReader

from bureau.people import Person
from bureau.problem import NotAllowed
from bureau.roles import ADMINISTRATOR, Actor
from tests.training.life import CHEN, LI, STAFF, WANG, Life
from training.attendance import Noted
from training.papers import print_roster
from training.session import Status
from training.session_papers import print_sign_in

HEADINGS = (
    "編號",
    "科室",
    "職稱",
    "姓名",
    "分機",
    "原因與證據",
    "分數（日期）",
    "應受訓場次",
    "簽到",
    "備註",
)
SEALS = ("承辦人", "股長", "科長", "秘書", "局長")


def squeezed(text: str) -> str:
    return "".join(text.split())


def roster(life: Life, path: Path, mask: bool | None = None, secret: bool | None = None) -> list[str]:
    life.training.open_cases(by=life.trainer, at=life.now)
    report = print_roster(life.training, path, by=life.trainer, at=life.now, mask=mask, secret=secret)
    assert report.missing == ()
    return [squeezed(page.extract_text()) for page in PdfReader(path).pages]


def test_the_roster_tells_who_why_by_what_evidence_and_where_to_go(life: Life, tmp_path: Path) -> None:
    call = life.ring(WANG)
    sitting = life.sit(LI, right=1)
    life.training.open_cases(by=life.trainer, at=life.now)
    session = life.session(life.today + timedelta(days=7))
    case = next(case for case in life.training.cases() if case.person == LI)
    life.training.assign_session(case.id, session.id, by=life.trainer, at=life.now)
    (page,) = roster(life, tmp_path / "補訓名冊.pdf")
    for text in (
        *HEADINGS,
        "測試縣稅務局",
        "王𤧟堃",
        "李喆",
        "212",
        "稅務員",
        f"電話禮貌{call.score}分，低於70（通話{call.id}）",
        f"（應試{sitting.id}）",
        "50.00(115/09/01)",
        "115/09/0814:00－17:00",
        "三樓會議室",
        "待複測・待確認",
        "明確・已排訓",
        "未排定",
        "應訓2人（明確1、待複測1）",
        "頁次1/1",
        life.desks.office.fingerprint(),
    ):
        assert squeezed(text) in page, text


def test_an_empty_roster_says_so(life: Life, tmp_path: Path) -> None:
    (page,) = roster(life, tmp_path / "roster.pdf")
    assert "本期無應補訓人員" in page
    assert "應訓0人" in page


def test_names_are_masked_on_request(life: Life, tmp_path: Path) -> None:
    life.sit(WANG, right=0)
    life.sit(CHEN, right=0)
    (page,) = roster(life, tmp_path / "roster.pdf", mask=True)
    assert "王○堃" in page
    assert "陳○明" in page
    assert "𤧟" not in page
    # The identifier of a sitting ends with the number of who sat it.
    assert WANG not in page.partition("指紋")[0]


def test_a_secret_roster_bears_the_mark(life: Life, tmp_path: Path) -> None:
    assert "密" not in roster(life, tmp_path / "open.pdf")[0]
    assert "密" in roster(life, tmp_path / "secret.pdf", secret=True)[0]


def test_a_long_roster_repeats_its_heading_and_has_its_seals_on_the_last_page_only(
    life: Life, tmp_path: Path
) -> None:
    everybody = {f"1{number:03}": f"趙{'甲乙丙丁戊己庚辛壬癸'[number % 10]}堃" for number in range(40)}
    ground = life.desks.office.ground
    with life.desks.office.store.transaction():
        for staff_no, name in everybody.items():
            person = Person(staff_no=staff_no, name=name, section="房屋稅科", title="稅務員")
            ground.put_person(person, since=date(2020, 1, 1))
    for day in (date(2026, 5, 6), date(2026, 8, 31)):
        session = life.session(day, *everybody)
        life.training.record_attendance(session.id, [], rest=Status.ABSENT, by=life.trainer, at=life.now)
    pages = roster(life, tmp_path / "roster.pdf")
    assert len(pages) > 1
    for number, page in enumerate(pages, 1):
        assert all(squeezed(heading) in page for heading in HEADINGS)
        assert f"頁次{number}/{len(pages)}" in page
    assert all(seal not in page for seal in SEALS for page in pages[:-1])
    assert all(seal in pages[-1] for seal in SEALS)
    assert "應訓40人" in pages[-1]


def test_several_reasons_are_numbered_alike_in_both_columns(life: Life, tmp_path: Path) -> None:
    life.sit(WANG, right=0)
    life.ring(WANG, good=True, critical=True)
    (page,) = roster(life, tmp_path / "roster.pdf")
    assert "1.第1次測驗0.00分" in page
    assert "2.電話重大項目沒有做到" in page
    assert "1.0.00(115/09/01)" in page


def test_one_bad_call_beside_a_failed_quiz_is_not_printed_as_proved(life: Life, tmp_path: Path) -> None:
    life.sit(WANG, right=0)
    life.ring(WANG, good=False)
    (page,) = roster(life, tmp_path / "roster.pdf")
    assert page.count("（只有一通，待複測）") == 1


def test_staff_cannot_print_the_roster(life: Life, tmp_path: Path) -> None:
    with pytest.raises(NotAllowed):
        print_roster(life.training, tmp_path / "roster.pdf", by=Actor(staff_no=WANG), at=life.now)
    assert not (tmp_path / "roster.pdf").exists()


def test_the_sign_in_sheet_numbers_everybody_expected(life: Life, tmp_path: Path) -> None:
    session = life.session(life.today + timedelta(days=7), *STAFF)
    path = tmp_path / "簽到表.pdf"
    report = print_sign_in(life.desks.sign_in, session.id, path, by=ADMINISTRATOR, at=life.now)
    (page,) = [squeezed(page.extract_text()) for page in PdfReader(path).pages]
    assert report.rows == 3
    for text in ("簽到表", "115/09/0814:00－17:00", "三樓會議室", "王𤧟堃", "李喆", "應到3人", "簽退"):
        assert text in page


def test_whoever_comes_for_a_case_is_marked_on_the_sheet(life: Life, tmp_path: Path) -> None:
    life.sit(WANG, right=0)
    (case,) = life.training.open_cases(by=life.trainer, at=life.now)
    session = life.session(life.today + timedelta(days=7), LI)
    life.training.assign_session(case.id, session.id, by=life.trainer, at=life.now)
    path = tmp_path / "sheet.pdf"
    print_sign_in(life.desks.sign_in, session.id, path, by=life.trainer, at=life.now)
    (page,) = [squeezed(page.extract_text()) for page in PdfReader(path).pages]
    assert page.count("補訓") == 1


def test_the_same_roster_gives_the_same_bytes(life: Life, tmp_path: Path) -> None:
    life.sit(WANG, right=0)
    first, second = tmp_path / "1.pdf", tmp_path / "2.pdf"
    roster(life, first)
    roster(life, second)
    assert first.read_bytes() == second.read_bytes()


def test_a_name_no_font_has_is_reported_with_its_row(life: Life, tmp_path: Path) -> None:
    ground = life.desks.office.ground
    with life.desks.office.store.transaction():
        person = Person(staff_no=WANG, name="王\U0002fa1d\U0010fffd", section="房屋稅科")
        ground.put_person(person, since=date(2020, 1, 1))
    life.sit(WANG, right=0)
    life.training.open_cases(by=life.trainer, at=life.now)
    report = print_roster(life.training, tmp_path / "x.pdf", by=life.trainer, at=life.now)
    assert any("U+10FFFD" in str(missing) and "姓名" in missing.where for missing in report.missing)


def test_attendance_words_stand_in_the_reason(life: Life, tmp_path: Path) -> None:
    for day in (date(2026, 5, 6), date(2026, 8, 31)):
        session = life.session(day, WANG)
        noted = [Noted(staff_no=WANG, status=Status.ABSENT)]
        life.training.record_attendance(session.id, noted, by=life.trainer, at=life.now)
    (page,) = roster(life, tmp_path / "roster.pdf")
    assert "下半年為民服務訓練講習缺席" in page
    assert "－(115/05/06)" in page
