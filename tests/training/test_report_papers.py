"""The yearly report, the summaries and the attendance statistics, read back from the printed file."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from bureau.people import Person, Section
from bureau.problem import NotAllowed
from bureau.roles import Actor
from tests.training.life import CHEN, LI, STAFF, WANG, Life
from training.presence_papers import print_session_presence, print_year_presence
from training.report_papers import chapters, print_half, print_year
from training.session import Status

MANY = 40


def squeezed(text: str) -> str:
    return "".join(text.split())


def pages(path: Path) -> list[str]:
    return [squeezed(page.extract_text()) for page in PdfReader(path).pages]


def fonts(path: Path) -> set[str]:
    found = set()
    for page in PdfReader(path).pages:
        resources: Any = page["/Resources"]
        for font in resources["/Font"].values():
            found.add(str(font.get_object()["/BaseFont"]))
    return found


def busy(life: Life) -> None:
    life.ring(WANG, good=True)
    life.ring(LI)
    life.sit(CHEN, right=2)
    life.sit(WANG, right=0)
    session = life.session(life.today, *STAFF)
    life.after(session)
    life.training.record_attendance(session.id, [], rest=Status.PRESENT, by=life.trainer, at=life.now)
    life.training.open_cases(by=life.trainer, at=life.now)


def test_the_yearly_report_has_every_chapter_and_each_finding(life: Life, tmp_path: Path) -> None:
    busy(life)
    path = tmp_path / "year.pdf"
    report = print_year(life.desks.reports, "115", path, by=life.trainer, at=life.now)
    made = life.desks.reports.report("115", by=life.trainer, at=life.now)
    text = "".join(pages(path))
    assert report.missing == ()
    assert life.desks.office.fingerprint() in text
    for sentence in made.findings:
        assert squeezed(sentence) in text, sentence
    for number, chapter in zip("一二三四五六七八九十", chapters(made), strict=True):
        assert text.count(f"{number}、{chapter.title}") == 2
    for said in ("複測不計", "Studentt", "期間未滿", "局長", made.rules[0].version, made.scales[0].version):
        assert said in text, said


def test_the_yearly_report_names_nobody(life: Life, tmp_path: Path) -> None:
    busy(life)
    path = tmp_path / "year.pdf"
    print_year(life.desks.reports, "115", path, by=life.trainer, at=life.now)
    text = "".join(pages(path))
    assert not [name for name in STAFF.values() if name in text]


def test_every_letter_of_the_charts_is_embedded(life: Life, tmp_path: Path) -> None:
    busy(life)
    path = tmp_path / "year.pdf"
    print_year(life.desks.reports, "115", path, by=life.trainer, at=life.now)
    assert fonts(path)
    assert all("Kai" in font for font in fonts(path))


def test_a_year_without_anything_is_reported_all_the_same(life: Life, tmp_path: Path) -> None:
    path = tmp_path / "year.pdf"
    print_year(life.desks.reports, "115", path, by=life.trainer, at=life.now)
    assert "本期沒有封存的抽測電話" in "".join(pages(path))


def test_forty_sections_with_long_names_stand_in_the_report(life: Life, tmp_path: Path) -> None:
    ground = life.desks.office.ground
    names = [f"第{number}稅務服務與納稅者權利保護暨電話禮貌推動科" for number in range(MANY)]
    with life.desks.office.store.transaction():
        for number, name in enumerate(names):
            ground.add_section(Section(name=name, order=10 + number))
            person = Person(staff_no=f"7{number:03}", name="趙堃", section=name)
            ground.put_person(person, since=date(2020, 1, 1))
    busy(life)
    path = tmp_path / "year.pdf"
    report = print_year(life.desks.reports, "115", path, by=life.trainer, at=life.now)
    text = "".join(pages(path))
    assert not [name for name in names if name not in text]
    # The head of the table of sections stands on each of its pages.
    assert text.count("95%信賴區間測驗及格") >= 2
    half = tmp_path / "half.pdf"
    summaries = print_half(life.desks.reports, "115H2", half, by=life.trainer, at=life.now)
    assert summaries.pages == MANY + 2
    assert report.pages < MANY


def test_a_summary_gives_a_section_a_page(life: Life, tmp_path: Path) -> None:
    busy(life)
    path = tmp_path / "half.pdf"
    print_half(life.desks.reports, "115H2", path, by=life.trainer, at=life.now)
    house, office = pages(path)
    assert "房屋稅科" in house
    assert "2通（2人）" in house
    assert "行政科" in office
    assert "沒有計分的電話" in office
    assert "頁次1/1" in house
    print_half(life.desks.reports, "115H2", path, by=life.trainer, at=life.now, section="行政科")
    assert len(pages(path)) == 1


def test_one_persons_section_shows_no_figure_of_that_person(life: Life, tmp_path: Path) -> None:
    call = life.ring(WANG)
    life.sit(WANG, right=0)
    path = tmp_path / "half.pdf"
    print_half(life.desks.reports, "115H2", path, by=life.trainer, at=life.now, section="房屋稅科")
    (page,) = pages(path)
    assert str(call.score) not in page
    assert page.count("人數不足") >= 4


def test_a_report_that_is_secret_bears_the_mark(life: Life, tmp_path: Path) -> None:
    path = tmp_path / "year.pdf"
    print_year(life.desks.reports, "115", path, by=life.trainer, at=life.now, secret=True)
    assert all("密" in page for page in pages(path))


def test_staff_print_no_report(life: Life, tmp_path: Path) -> None:
    with pytest.raises(NotAllowed):
        print_year(life.desks.reports, "115", tmp_path / "x.pdf", by=Actor(staff_no=WANG), at=life.now)
    assert not (tmp_path / "x.pdf").exists()


def test_attendance_is_printed_by_section_with_its_sum(life: Life, tmp_path: Path) -> None:
    busy(life)
    (session,) = life.training.sessions()
    path = tmp_path / "presence.pdf"
    print_session_presence(life.desks.reports, session.id, path, by=life.trainer, at=life.now)
    (page,) = pages(path)
    for said in ("下半年為民服務訓練講習出席統計", "房屋稅科", "100.00%", "合計", "9", "頁次1/1"):
        assert said in page


def test_the_attendance_of_a_year_is_printed_session_by_session(life: Life, tmp_path: Path) -> None:
    path = tmp_path / "presence.pdf"
    print_year_presence(life.desks.reports, 2026, path, by=life.trainer, at=life.now)
    assert "沒有應到人員" in pages(path)[0]
    busy(life)
    second = life.session(date(2026, 3, 2), WANG, title="上半年講習")
    life.training.record_attendance(second.id, [], rest=Status.LEAVE, by=life.trainer, at=life.now)
    print_year_presence(life.desks.reports, 2026, path, by=life.trainer, at=life.now)
    (page,) = pages(path)
    assert page.index("上半年講習") < page.index("下半年為民服務")
    assert "全年合計（人次）" in page
