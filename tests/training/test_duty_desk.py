"""The yearly plan in an office: taken over on request, set by the office, proven by its owners."""

from datetime import date, time, timedelta
from typing import Any

import pytest
from icalendar import Calendar, Event

from bureau.problem import NotAllowed, Refused
from bureau.roles import ADMINISTRATOR, Actor, Role
from tests.training.life import CHEN, LI, TESTERS, TRAINER_NO, WANG, Life
from training.attendance import Noted
from training.duties import Done, DutyError, Frequency, Measure, MonthDay, RecordKind, Stage
from training.duty_desk import DutyDesk
from training.session import Session, Status

JANUARY = date(2026, 1, 1)
STAFF = frozenset({Role.STAFF})


def desk(life: Life) -> DutyDesk:
    return life.desks.duties


def added(life: Life, frequency: Frequency = Frequency.QUARTER, *dates: MonthDay, **more: Any) -> Measure:
    return desk(life).add(
        title="績優服務人員",
        frequency=frequency,
        dates=dates,
        since=JANUARY,
        by=life.trainer,
        at=life.now,
        **more,
    )


def proven(life: Life, measure: Measure, occasion: str = "115Q2", **more: Any) -> Done:
    given: dict[str, Any] = {"by": life.trainer, "at": life.now, "text": "簽文 115001"}
    return desk(life).prove(measure.id, occasion, **{**given, **more})


def held(life: Life) -> Session:
    session = life.session(life.today, WANG, start=time(10), end=time(12))
    life.after(session)
    life.training.record_attendance(
        session.id, [Noted(staff_no=WANG, status=Status.PRESENT)], by=life.trainer, at=life.now
    )
    return session


# The list


def test_a_new_office_has_no_measures_until_somebody_takes_them_over(life: Life) -> None:
    assert desk(life).measures() == []
    assert len(desk(life).load(by=life.trainer, at=life.now)) == len(desk(life).measures()) == 36


def test_taking_the_list_over_twice_adds_nothing_and_keeps_what_was_changed(life: Life) -> None:
    desk(life).load(by=life.trainer, at=life.now)
    first = desk(life).measures()[0]
    desk(life).edit(first.id, title="我們的單一窗口", by=life.trainer, at=life.now)
    before = life.entries()
    assert desk(life).load(by=life.trainer, at=life.now) == []
    assert desk(life).measures()[0].title == "我們的單一窗口"
    assert life.entries() == before


def test_a_section_of_the_office_that_the_plan_names_owns_its_measures(life: Life) -> None:
    loaded = {each.code: each for each in desk(life).load(by=life.trainer, at=life.now)}
    assert (loaded["innovation"].printed, loaded["innovation"].section) == ("行政科", "行政科")
    assert (loaded["suggestions"].printed, loaded["suggestions"].section) == ("各業務科", "")
    assert desk(life).owner(loaded["suggestions"], life.today) == "各業務科"


def test_nothing_that_fell_due_before_the_list_was_taken_over_is_overdue(life: Life) -> None:
    desk(life).load(by=life.trainer, at=life.now)
    stages = {one.stage(life.today) for one in desk(life).year(2026)}
    assert Stage.OVERDUE not in stages
    assert Stage.UNSET in stages


def test_the_office_sets_what_the_plan_leaves_open(life: Life) -> None:
    loaded = {each.code: each for each in desk(life).load(by=life.trainer, at=life.now)}
    before = desk(life).unset(life.today)
    desk(life).edit(loaded["quiz"].id, frequency=Frequency.HALF, by=life.trainer, at=life.now)
    assert desk(life).unset(life.today) == before - 1
    assert [item.occasion.key for item in desk(life).one(loaded["quiz"].id, 2026).items] == ["115H2"]


def test_another_frequency_leaves_earlier_occasions_and_their_evidence_alone(life: Life) -> None:
    measure = added(life)
    proven(life, measure, "115Q1")
    desk(life).edit(measure.id, frequency=Frequency.HALF, by=life.trainer, at=life.now)
    year = desk(life).one(measure.id, 2026)
    assert [(item.occasion.key, item.done is not None) for item in year.items] == [
        ("115Q1", True),
        ("115Q2", False),
        ("115H2", False),
    ]


def test_an_edit_that_changes_nothing_writes_nothing(life: Life) -> None:
    measure, by = added(life), life.trainer
    before = life.entries()
    desk(life).edit(measure.id, title=measure.title, frequency=Frequency.QUARTER, by=by, at=life.now)
    assert life.entries() == before


def test_a_retired_measure_falls_due_no_more_but_keeps_what_it_was(life: Life) -> None:
    measure = added(life)
    proven(life, measure, "115Q2")
    desk(life).retire(measure.id, "計畫修正", by=life.trainer, at=life.now)
    assert [item.occasion.key for item in desk(life).one(measure.id, 2026).items] == ["115Q1", "115Q2"]
    with pytest.raises(DutyError, match="已經停用"):
        desk(life).edit(measure.id, title="別的", by=life.trainer, at=life.now)


@pytest.mark.parametrize(
    "more", [{"section": "沒有這科"}, {"person": "9999"}, {"title": " "}, {"first_month": 7}]
)
def test_a_measure_that_cannot_be_is_refused_and_nothing_is_written(life: Life, more: dict[str, Any]) -> None:
    before = life.entries()
    given: dict[str, Any] = {"title": "項目", "frequency": Frequency.YEAR, "by": life.trainer}
    with pytest.raises(Refused):
        desk(life).add(**given | {"at": life.now} | more)
    assert life.entries() == before
    assert desk(life).measures() == []


def test_only_a_trainer_changes_the_list(life: Life) -> None:
    measure, anybody = added(life), Actor(staff_no=WANG, roles=STAFF)
    for act in (
        lambda: desk(life).load(by=anybody, at=life.now),
        lambda: desk(life).add(title="項目", frequency=Frequency.YEAR, by=anybody, at=life.now),
        lambda: desk(life).edit(measure.id, title="別的", by=anybody, at=life.now),
        lambda: desk(life).retire(measure.id, "不辦了", by=anybody, at=life.now),
    ):
        with pytest.raises(NotAllowed):
            act()


# Evidence


def test_an_occasion_is_done_with_its_evidence(life: Life) -> None:
    measure = added(life)
    proven(life, measure, "115Q2", on=date(2026, 6, 20), kind=RecordKind.FILE, reference="榮譽榜.pdf")
    item = desk(life).one(measure.id, 2026).items[1]
    assert item.stage(life.today) is Stage.DONE
    assert item.done
    assert item.done.said == "檔案 榮譽榜.pdf；簽文 115001"


@pytest.mark.parametrize(("staff_no", "allowed"), [(LI, True), (WANG, False), (TRAINER_NO, True), ("", True)])
def test_the_owner_a_trainer_or_an_administrator_proves(life: Life, staff_no: str, allowed: bool) -> None:
    measure = added(life, person=LI)
    by = {TRAINER_NO: life.trainer, "": ADMINISTRATOR}.get(staff_no) or Actor(staff_no=staff_no, roles=STAFF)
    if allowed:
        assert proven(life, measure, by=by).by == staff_no
    else:
        with pytest.raises(NotAllowed):
            proven(life, measure, by=by)


def test_everybody_of_the_owning_section_proves(life: Life) -> None:
    measure = added(life, section="房屋稅科")
    assert proven(life, measure, by=Actor(staff_no=CHEN, roles=STAFF)).by == CHEN
    with pytest.raises(NotAllowed):
        proven(life, measure, "115Q1", by=Actor(staff_no=TESTERS[0], roles=STAFF))


def test_nobody_but_a_trainer_proves_what_has_no_owner(life: Life) -> None:
    with pytest.raises(NotAllowed):
        proven(life, added(life), by=Actor(staff_no=WANG, roles=STAFF))


@pytest.mark.parametrize(
    "more",
    [
        {"text": "  "},
        {"on": date(2026, 3, 31)},
        {"on": date(2027, 1, 1)},
        {"kind": RecordKind.SESSION},
        {"reference": "A1"},
        {"kind": RecordKind.SESSION, "reference": "A77"},
        {"kind": RecordKind.PAPER, "reference": "A77"},
        {"kind": RecordKind.ROUND, "reference": "A77"},
        {"occasion": "115Q9"},
        {"occasion": ""},
        {"text": "長" * 501},
    ],
)
def test_evidence_that_proves_nothing_is_refused(life: Life, more: dict[str, Any]) -> None:
    measure = added(life)
    with pytest.raises(Refused):
        proven(life, measure, **more)
    assert desk(life).records(measure.id) == []


def test_an_occasion_is_done_once(life: Life) -> None:
    measure = added(life)
    proven(life, measure)
    with pytest.raises(DutyError, match="已經登錄過"):
        proven(life, measure)


def test_evidence_taken_back_opens_the_occasion_and_stays_to_be_read(life: Life) -> None:
    measure = added(life)
    done = proven(life, measure)
    desk(life).take_back(done.id, "登錯季別", by=life.trainer, at=life.now)
    assert desk(life).one(measure.id, 2026).items[1].done is None
    assert [each.reason for each in desk(life).records(measure.id)] == ["登錯季別"]
    proven(life, measure)
    with pytest.raises(DutyError):
        desk(life).take_back(done.id, "再一次", by=life.trainer, at=life.now)


def test_nothing_is_taken_back_without_a_reason(life: Life) -> None:
    done = proven(life, added(life))
    with pytest.raises(DutyError, match="理由"):
        desk(life).take_back(done.id, " ", by=life.trainer, at=life.now)
    assert desk(life).records(done.measure)[0].stands


def test_a_measure_without_dates_keeps_evidence_by_day(life: Life) -> None:
    measure = added(life, Frequency.ANY_TIME)
    proven(life, measure, "", on=date(2026, 5, 4))
    year = desk(life).one(measure.id, 2026)
    assert [each.on for each in year.records] == [date(2026, 5, 4)]
    assert year.stage(life.today) is Stage.ANY_TIME


# What the program can see


def test_a_session_is_proposed_once_somebody_was_there(life: Life) -> None:
    measure = added(life, Frequency.HALF, record=RecordKind.SESSION)
    life.session(life.today, LI)
    session = held(life)
    occasion = desk(life).one(measure.id, 2026).items[1].occasion
    found = desk(life).proposals(measure, occasion.first, occasion.due, life.today)
    assert [(each.reference, each.text) for each in found] == [
        (session.id, "下半年為民服務訓練講習，1 人出席")
    ]


def test_what_proves_one_occasion_is_not_proposed_or_taken_for_another(life: Life) -> None:
    measure = added(life, Frequency.QUARTER, record=RecordKind.SESSION)
    session = held(life)
    given: dict[str, Any] = {"kind": RecordKind.SESSION, "reference": session.id, "text": ""}
    proven(life, measure, "115Q3", **given)
    assert desk(life).proposals(measure, JANUARY, life.today, life.today) == []
    with pytest.raises(DutyError, match="已經是另一次的憑據"):
        proven(life, measure, "115Q2", **given)


def test_quizzes_and_calls_are_proposed(life: Life) -> None:
    quiz = added(life, Frequency.YEAR, record=RecordKind.PAPER)
    calls = added(life, Frequency.ANY_TIME, record=RecordKind.ROUND)
    life.sit(WANG, right=2)
    call = life.ring(LI, good=True)
    assert [each.text for each in desk(life).proposals(quiz, JANUARY, life.today, life.today)] == [
        "第 1 次測驗，1 人交卷"
    ]
    assert [each.reference for each in desk(life).proposals(calls, JANUARY, life.today, life.today)] == [
        call.round
    ]


def test_a_session_that_nobody_attended_is_no_evidence(life: Life) -> None:
    measure = added(life, Frequency.HALF, record=RecordKind.SESSION)
    session = life.session(life.today, WANG)
    with pytest.raises(DutyError, match="不能當憑據"):
        proven(life, measure, "115H1", kind=RecordKind.SESSION, reference=session.id)


# What presses


def test_the_owner_is_told_what_is_overdue_or_soon(life: Life) -> None:
    own, other = added(life, person=WANG), added(life, person=LI)
    found = desk(life).pressing(life.today, 30, by=Actor(staff_no=WANG, roles=STAFF))
    assert [(each.id, item.occasion.key) for each, item in found] == [
        (own.id, "115Q1"),
        (own.id, "115Q2"),
        (own.id, "115Q3"),
    ]
    everything = {each.id for each, _item in desk(life).pressing(life.today, 30, by=life.trainer)}
    assert everything == {own.id, other.id}


def test_a_retired_measure_presses_nobody(life: Life) -> None:
    measure = added(life)
    desk(life).retire(measure.id, "計畫修正", by=life.trainer, at=life.now)
    assert desk(life).pressing(life.today, 30, by=life.trainer) == []
    assert desk(life).one(measure.id, 2026).stage(life.today) is Stage.RETIRED


@pytest.mark.parametrize("year", [0, 1911, 2911, 9999])
def test_no_plan_is_of_a_year_that_is_no_year_of_the_calendar(life: Life, year: int) -> None:
    added(life)
    with pytest.raises(DutyError):
        desk(life).year(year)


# Proof


def test_an_office_whose_measures_are_what_the_journal_says_is_sound(life: Life) -> None:
    desk(life).load(by=life.trainer, at=life.now, since=JANUARY)
    measure = added(life, Frequency.DATES, MonthDay(3, 31), MonthDay(7, 31))
    done = proven(life, measure, "115D0331")
    desk(life).edit(measure.id, frequency=Frequency.HALF, person=LI, by=life.trainer, at=life.now)
    desk(life).take_back(done.id, "登錯了", by=life.trainer, at=life.now)
    desk(life).retire(measure.id, "計畫修正", by=life.trainer, at=life.now)
    assert desk(life).verify() == []


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE measure_done SET done_on = '2026-06-30'",
        "UPDATE measure SET title = '別的'",
        "UPDATE measure_terms SET frequency = 'year'",
        "DELETE FROM measure_done",
    ],
)
def test_what_was_changed_behind_the_programs_back_is_found(life: Life, damage: str) -> None:
    proven(life, added(life), on=date(2026, 6, 1))
    store = life.desks.office.store
    with store.transaction():
        store.run(damage)
    assert len(desk(life).verify()) == 1


def test_what_was_taken_back_cannot_be_changed(life: Life) -> None:
    done = proven(life, added(life))
    desk(life).take_back(done.id, "登錯了", by=life.trainer, at=life.now)
    store = life.desks.office.store
    with pytest.raises(Refused), store.transaction():
        store.run("UPDATE measure_done SET text = '別的'")


# The calendar


def events(content: bytes) -> dict[str, Event]:
    calendar = Calendar.from_ical(content)
    return {str(each["summary"]): each for each in calendar.walk("VEVENT") if isinstance(each, Event)}


def written(life: Life, alarm_days: int = 7) -> bytes:
    return desk(life).calendar([2026], at=life.now, alarm_days=alarm_days)


def test_the_calendar_holds_each_due_date_as_a_whole_day(life: Life) -> None:
    wording = "每季評選績優服務人員 1 名，公布於榮譽榜；" + "很長" * 60
    added(life, wording=wording, person=LI)
    content = written(life)
    one = events(content)["期限：績優服務人員（115 年第 3 季）"]
    assert one.decoded("dtstart") == date(2026, 9, 30)
    assert one.decoded("dtend") == date(2026, 10, 1)
    assert str(one["description"]).splitlines() == [wording, "承辦：李喆"]
    assert all(len(line) <= 75 for line in content.split(b"\r\n"))
    assert content.count(b"\n") == content.count(b"\r\n")


def test_the_calendar_reminds_in_the_morning_some_days_before(life: Life) -> None:
    added(life)
    alarms = [each.walk("VALARM") for each in events(written(life, 7)).values()]
    assert [alarm.decoded("trigger") for each in alarms for alarm in each] == [
        timedelta(days=-7, hours=9)
    ] * 4
    assert not [each for each in events(written(life, 0)).values() if each.walk("VALARM")]


def test_a_corrected_entry_takes_the_place_of_the_earlier_one(life: Life) -> None:
    measure = added(life)
    before = events(written(life))["期限：績優服務人員（115 年第 2 季）"]
    proven(life, measure, "115Q2")
    after = events(written(life))["已辦：績優服務人員（115 年第 2 季）"]
    assert after["uid"] == before["uid"]
    assert after.decoded("sequence") > before.decoded("sequence")
    assert not after.walk("VALARM")


def test_a_due_date_on_a_day_off_names_the_working_day_before(life: Life) -> None:
    added(life, Frequency.DATES, MonthDay(1, 25))
    content = desk(life).calendar([2027, 2031], at=life.now, alarm_days=7)
    found = {
        each.decoded("dtstart"): str(each["description"])
        for each in Calendar.from_ical(content).walk("VEVENT")
    }
    assert found[date(2027, 1, 25)] == ""
    assert "前一個上班日是 120/01/24" in found[date(2031, 1, 25)]


def test_a_year_without_due_dates_makes_no_calendar(life: Life) -> None:
    added(life, Frequency.ANY_TIME)
    with pytest.raises(DutyError, match="沒有訂了期限"):
        written(life)
