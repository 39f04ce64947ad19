"""The notice for a person and the closing report of a case, read back from the printed file."""

from datetime import timedelta
from pathlib import Path

import pytest
from pypdf import PdfReader

from bureau.problem import NotAllowed
from bureau.roles import Actor
from tests.training.life import CHEN, LI, WANG, Life
from training.case import Case, CaseError, State
from training.case_papers import print_closing, print_notice, print_notices
from training.session import Session, Status


def squeezed(text: str) -> str:
    return "".join(text.split())


def pages(path: Path) -> list[str]:
    return [squeezed(page.extract_text()) for page in PdfReader(path).pages]


def case_of(life: Life, staff_no: str) -> Case:
    life.training.open_cases(by=life.trainer, at=life.now)
    return next(case for case in life.training.cases() if case.person == staff_no)


def sent(life: Life, *people: str) -> Session:
    session = life.session(life.today + timedelta(days=7), title="補訓場次", lecturer="王講師")
    for staff_no in people:
        life.sit(staff_no, right=0)
        case = case_of(life, staff_no)
        life.training.assign_session(case.id, session.id, by=life.trainer, at=life.now)
    return session


def test_a_notice_says_why_when_where_and_what_can_be_done(life: Life, tmp_path: Path) -> None:
    sent(life, WANG)
    case = case_of(life, WANG)
    path = tmp_path / "notice.pdf"
    report = print_notice(life.desks.reports, case.id, path, by=life.trainer, at=life.now)
    (page,) = pages(path)
    assert report.missing == ()
    for said in (
        "補訓通知單",
        "王𤧟堃",
        WANG,
        "第1次測驗0.00分，低於60",
        f"應試{case.reasons[0].evidence}",
        "中華民國115年9月8日",
        "14:00－17:00",
        "三樓會議室",
        "王講師",
        "公務人員保障法",
        "簽收聯",
        "頁次1/1",
    ):
        assert said in page, said


def test_an_objection_can_be_made_until_its_last_day_and_the_notice_says_which(
    life: Life, tmp_path: Path
) -> None:
    call = life.ring(WANG, good=True, critical=True)
    case = case_of(life, WANG)
    until = life.desks.calls.objection_until(call)
    assert until is not None
    path = tmp_path / "notice.pdf"
    print_notice(life.desks.reports, case.id, path, by=life.trainer, at=life.now)
    assert f"對通話{call.id}的評分有疑義，可在115/{until.month:02}/{until.day:02}以前" in pages(path)[0]
    life.wait(days=40)
    print_notice(life.desks.reports, case.id, path, by=life.trainer, at=life.now)
    assert f"通話{call.id}的申復期間已於" in pages(path)[0]


def test_nobody_is_told_of_one_bad_call_that_nothing_confirms(life: Life, tmp_path: Path) -> None:
    life.ring(WANG)
    case = case_of(life, WANG)
    assert case.state is State.TO_CONFIRM
    with pytest.raises(CaseError, match="不發通知單"):
        print_notice(life.desks.reports, case.id, tmp_path / "x.pdf", by=life.trainer, at=life.now)
    assert not (tmp_path / "x.pdf").exists()


def test_an_unconfirmed_call_is_left_out_beside_another_reason(life: Life, tmp_path: Path) -> None:
    life.sit(WANG, right=0)
    call = life.ring(WANG)
    case = case_of(life, WANG)
    path = tmp_path / "notice.pdf"
    print_notice(life.desks.reports, case.id, path, by=life.trainer, at=life.now)
    (page,) = pages(path)
    assert "低於60" in page
    assert f"通話{call.id}" not in page


def test_as_long_as_no_session_is_assigned_the_notice_gives_the_due_date(life: Life, tmp_path: Path) -> None:
    life.sit(WANG, right=0)
    case = case_of(life, WANG)
    path = tmp_path / "notice.pdf"
    print_notice(life.desks.reports, case.id, path, by=life.trainer, at=life.now)
    assert "場次尚未排定" in pages(path)[0]


def test_all_notices_of_a_session_stand_in_one_file_a_page_each(life: Life, tmp_path: Path) -> None:
    session = sent(life, WANG, LI)
    life.sit(CHEN, right=0)
    path = tmp_path / "notices.pdf"
    print_notices(life.desks.reports, session.id, path, by=life.trainer, at=life.now)
    first, second = pages(path)
    assert "王𤧟堃" in first
    assert "李喆" in second
    assert "頁次1/1" in first
    assert "頁次1/1" in second


def test_a_session_to_which_nobody_is_sent_has_no_notices(life: Life, tmp_path: Path) -> None:
    session = life.session(life.today, CHEN)
    with pytest.raises(CaseError, match="沒有排入補訓的人"):
        print_notices(life.desks.reports, session.id, tmp_path / "x.pdf", by=life.trainer, at=life.now)


def test_a_person_may_have_the_own_notice_and_nobody_elses(life: Life, tmp_path: Path) -> None:
    life.sit(WANG, right=0)
    case, desk, path = case_of(life, WANG), life.desks.reports, tmp_path / "notice.pdf"
    print_notice(desk, case.id, path, by=Actor(staff_no=WANG), at=life.now)
    assert path.exists()
    with pytest.raises(NotAllowed):
        print_notice(desk, case.id, path, by=Actor(staff_no=LI), at=life.now)
    with pytest.raises(NotAllowed):
        print_closing(desk, case.id, path, by=Actor(staff_no=WANG), at=life.now)


def closed(life: Life, reason: str = "") -> Case:
    session = sent(life, WANG)
    life.after(session)
    life.training.record_attendance(session.id, [], rest=Status.PRESENT, by=life.trainer, at=life.now)
    case = case_of(life, WANG)
    life.training.advance(case.id, State.RETEST, by=life.trainer, at=life.now)
    if not reason:
        life.wait(days=1)
        life.sit(WANG, right=2)
    life.training.advance(case.id, State.CLOSED, by=life.trainer, at=life.now, reason=reason)
    return life.training.case(case.id)


def test_the_closing_report_tells_the_whole_way(life: Life, tmp_path: Path) -> None:
    case = closed(life)
    path = tmp_path / "closing.pdf"
    print_closing(life.desks.reports, case.id, path, by=life.trainer, at=life.now)
    page = "".join(pages(path))
    for said in (
        "補訓案結案報告",
        "王𤧟堃",
        "應補訓→已排訓",
        "待複測→結案",
        "補訓場次（三樓會議室）",
        "出席",
        "180分",
        "第2次測驗",
        "100.00",
        case.reasons[0].rules,
        "無；每一步的條件都已具備",
        "受訓後的測試通過",
        "承辦人",
    ):
        assert said in page, said
    for session in case.steps[0].session, case.steps[1].session:
        assert squeezed(life.training.session(session).name) in page[page.index("場次、理由") :]


def test_a_gate_that_was_passed_stands_in_the_closing_report_with_its_reason(
    life: Life, tmp_path: Path
) -> None:
    case = closed(life, reason="即將退休")
    path = tmp_path / "closing.pdf"
    print_closing(life.desks.reports, case.id, path, by=life.trainer, at=life.now)
    page = "".join(pages(path))
    assert "再作答一份測驗" in page
    assert "即將退休" in page
    assert "結案的條件未全部具備" in page


def test_a_mask_hides_name_and_number(life: Life, tmp_path: Path) -> None:
    case = closed(life)
    path = tmp_path / "closing.pdf"
    print_closing(life.desks.reports, case.id, path, by=life.trainer, at=life.now, mask=True)
    page = "".join(pages(path))
    assert "王○堃" in page
    assert "𤧟" not in page
    assert WANG not in page.partition("指紋")[0]


def test_of_an_open_case_the_report_says_that_it_is_open(life: Life, tmp_path: Path) -> None:
    life.sit(WANG, right=0)
    case = case_of(life, WANG)
    path = tmp_path / "report.pdf"
    print_closing(life.desks.reports, case.id, path, by=life.trainer, at=life.now)
    page = "".join(pages(path))
    assert "補訓案辦理情形（未結案）" in page
    assert "本案尚未結束" in page


def test_a_closed_case_needs_no_notice(life: Life, tmp_path: Path) -> None:
    case = closed(life)
    with pytest.raises(CaseError, match="不必通知"):
        print_notice(life.desks.reports, case.id, tmp_path / "x.pdf", by=life.trainer, at=life.now)
