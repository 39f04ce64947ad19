"""Testers judge the same thing unseen; nobody sees the others before the end, and no official score moves."""

from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bureau.database import StoreError
from bureau.office import Office
from bureau.problem import NotAllowed
from bureau.roles import ADMINISTRATOR, Role
from bureau.text import clean_line
from courtesy.agreement_desk import AgreementDesk, sheet_from, shipped_exercises
from courtesy.call import CallError, Outcome
from courtesy.desk import CallDesk
from courtesy.rating import Exercise, Rating, RatingError, sheet_of_text
from courtesy.round import Draw
from courtesy.scale import ScaleError
from tests.courtesy.samples import TESTERS, TRAINER, UNIT, acting_tester, full_marks

TONE = "unit.manners.tone"


@pytest.fixture
def agreement(office: Office, desk: CallDesk) -> AgreementDesk:
    return AgreementDesk(office, desk)


@pytest.fixture
def exercise(agreement: AgreementDesk, at: datetime) -> Exercise:
    return agreement.open_exercise(sheet_from("house-tax-self-use"), "115M11", by=TRAINER, at=at)


def rate(
    agreement: AgreementDesk, exercise: Exercise, tester: str, at: datetime, *, tone: str = "yes"
) -> Rating:
    by = acting_tester(tester)
    rating = agreement.begin(exercise.id, by=by, at=at)
    for line, step in (full_marks(UNIT) | {TONE: tone}).items():
        rating = agreement.mark(rating.id, line, step, by=by)
    return agreement.seal(rating.id, by=by, at=at)


# Exercises


def test_all_testers_on_the_roster_are_asked(exercise: Exercise) -> None:
    assert set(exercise.raters) == set(TESTERS)


@pytest.mark.parametrize("code", shipped_exercises())
def test_the_exercises_that_come_with_the_program_can_be_rated(
    agreement: AgreementDesk, at: datetime, code: str
) -> None:
    made = agreement.open_exercise(sheet_from(code), "115M11", by=TRAINER, at=at)
    assert rate(agreement, made, TESTERS[0], at).score == 100
    assert made.sheet.code == code


def test_only_a_trainer_opens_an_exercise(agreement: AgreementDesk, at: datetime) -> None:
    with pytest.raises(NotAllowed):
        agreement.open_exercise(
            sheet_from("house-tax-self-use"), "115M11", by=acting_tester(TESTERS[0]), at=at
        )


def test_one_tester_alone_is_no_exercise(office: Office, agreement: AgreementDesk, at: datetime) -> None:
    with office.store.transaction():
        for tester in TESTERS[1:]:
            office.ground.drop_role(tester, Role.TESTER)
    with pytest.raises(RatingError, match="1 位"):
        agreement.open_exercise(sheet_from("house-tax-self-use"), "115M11", by=TRAINER, at=at)


def test_a_rating_is_kept_at_every_key(agreement: AgreementDesk, exercise: Exercise, at: datetime) -> None:
    by = acting_tester(TESTERS[0])
    draft = agreement.begin(exercise.id, by=by, at=at)
    agreement.mark(draft.id, TONE, "yes", by=by)
    assert agreement.begin(exercise.id, by=by, at=at).marks == {TONE: "yes"}


def test_nobody_writes_into_the_rating_of_another(
    agreement: AgreementDesk, exercise: Exercise, at: datetime
) -> None:
    draft = agreement.begin(exercise.id, by=acting_tester(TESTERS[0]), at=at)
    with pytest.raises(NotAllowed):
        agreement.mark(draft.id, TONE, "yes", by=acting_tester(TESTERS[1]))
    with pytest.raises(NotAllowed):
        agreement.mark(draft.id, TONE, "yes", by=ADMINISTRATOR)


def test_a_line_or_step_that_the_scale_does_not_know_is_refused(
    agreement: AgreementDesk, exercise: Exercise, at: datetime
) -> None:
    by = acting_tester(TESTERS[0])
    draft = agreement.begin(exercise.id, by=by, at=at)
    with pytest.raises(CallError):
        agreement.mark(draft.id, "unit.none.none", "yes", by=by)
    with pytest.raises(ScaleError):
        agreement.mark(draft.id, TONE, "perhaps", by=by)


def test_a_rating_with_missing_lines_is_not_sealed(
    agreement: AgreementDesk, exercise: Exercise, at: datetime
) -> None:
    by = acting_tester(TESTERS[0])
    draft = agreement.begin(exercise.id, by=by, at=at)
    with pytest.raises(RatingError, match="還有"):
        agreement.seal(draft.id, by=by, at=at)


def test_whoever_is_not_on_the_roster_does_not_rate(
    agreement: AgreementDesk, exercise: Exercise, at: datetime
) -> None:
    with pytest.raises(NotAllowed, match="名單"):
        agreement.begin(exercise.id, by=TRAINER, at=at)


def test_nobody_sees_how_others_judged_before_the_end(
    agreement: AgreementDesk, exercise: Exercise, at: datetime
) -> None:
    rate(agreement, exercise, TESTERS[0], at)
    with pytest.raises(RatingError, match="還沒有結束"):
        agreement.compare(exercise.id)
    assert agreement.progress() == {exercise.id: 1}
    assert agreement.compared() == []


def test_the_last_seal_ends_the_exercise(agreement: AgreementDesk, exercise: Exercise, at: datetime) -> None:
    for tester in TESTERS:
        rate(agreement, exercise, tester, at)
    assert agreement.exercise(exercise.id).closed
    assert set(agreement.compare(exercise.id).scores) == set(TESTERS)


def test_after_the_end_nobody_judges_any_more(
    agreement: AgreementDesk, exercise: Exercise, at: datetime
) -> None:
    by = acting_tester(TESTERS[0])
    draft = agreement.begin(exercise.id, by=by, at=at)
    agreement.close_exercise(exercise.id, by=TRAINER, at=at)
    with pytest.raises(RatingError, match="已經結束"):
        agreement.mark(draft.id, TONE, "yes", by=by)
    with pytest.raises(RatingError, match="已經結束"):
        agreement.begin(exercise.id, by=acting_tester(TESTERS[1]), at=at)
    assert agreement.compare(exercise.id).scores == {}


def test_what_waits_for_a_tester(agreement: AgreementDesk, exercise: Exercise, at: datetime) -> None:
    by = acting_tester(TESTERS[0])
    assert [one.id for one in agreement.waiting(by=by)[0]] == [exercise.id]
    rate(agreement, exercise, TESTERS[0], at)
    assert agreement.waiting(by=by) == ([], [])


# Second ratings


@pytest.fixture
def sealed_call(desk: CallDesk, drawn: list[Draw], at: datetime) -> str:
    """A reached call in full marks, by its own tester."""
    draw = next(draw for draw in drawn if draw.staff_no != "0302")
    by = acting_tester(draw.tester)
    call = desk.open_call(draw.round, draw.staff_no, by=by, at=at)
    desk.set_outcome(call.id, Outcome.REACHED, by=by, at=at)
    for line, step in full_marks(call.parts).items():
        desk.mark(call.id, line, step, by=by, at=at)
    desk.seal(call.id, by=by, at=at)
    return call.id


def other_tester(desk: CallDesk, call_id: str, at: datetime) -> str:
    call = desk.call(call_id)
    return next(
        tester
        for tester in TESTERS
        if tester != call.tester and desk.office.person(tester, at.date()).section != call.section
    )


def test_a_second_rating_changes_nothing_of_the_call(
    agreement: AgreementDesk, desk: CallDesk, sealed_call: str, at: datetime
) -> None:
    before = desk.call(sealed_call)
    tester = other_tester(desk, sealed_call, at)
    named = agreement.name_second(sealed_call, tester, by=acting_tester(before.tester), at=at)
    by = acting_tester(tester)
    for line, step in (full_marks(before.parts) | {TONE: "no"}).items():
        agreement.mark(named.id, line, step, by=by)
    done = agreement.seal(named.id, by=by, at=at)
    assert done.score != before.score
    assert desk.call(sealed_call) == before
    found = agreement.compare_call(sealed_call, by=by)
    assert found.official == before.tester
    assert found.scores == {before.tester: before.score, tester: done.score}


def test_neither_of_the_two_sees_the_other_before_both_have_sealed(
    agreement: AgreementDesk, desk: CallDesk, sealed_call: str, at: datetime
) -> None:
    tester = other_tester(desk, sealed_call, at)
    named = agreement.name_second(sealed_call, tester, by=TRAINER, at=at)
    agreement.mark(named.id, TONE, "no", by=acting_tester(tester))
    for by in (acting_tester(tester), acting_tester(desk.call(sealed_call).tester), TRAINER):
        with pytest.raises(RatingError, match="兩位都封存"):
            agreement.compare_call(sealed_call, by=by)
        assert [one.marks for one in agreement.seconds(by=by)] == [{}]
    with pytest.raises(NotAllowed):
        desk.call(sealed_call, by=acting_tester(tester))


def test_a_call_is_scored_a_second_time_once(
    agreement: AgreementDesk, desk: CallDesk, sealed_call: str, at: datetime
) -> None:
    tester = other_tester(desk, sealed_call, at)
    agreement.name_second(sealed_call, tester, by=TRAINER, at=at)
    with pytest.raises(RatingError, match="已經有"):
        agreement.name_second(sealed_call, tester, by=TRAINER, at=at)


def test_the_own_tester_is_no_second(
    agreement: AgreementDesk, desk: CallDesk, sealed_call: str, at: datetime
) -> None:
    with pytest.raises(RatingError, match="就是這通"):
        agreement.name_second(sealed_call, desk.call(sealed_call).tester, by=TRAINER, at=at)


def test_whoever_may_see_the_official_score_is_no_second(
    office: Office, agreement: AgreementDesk, desk: CallDesk, sealed_call: str, at: datetime
) -> None:
    tester = other_tester(desk, sealed_call, at)
    with office.store.transaction():
        office.ground.put_role(tester, Role.HEAD)
    with pytest.raises(RatingError, match="盲評"):
        agreement.name_second(sealed_call, tester, by=TRAINER, at=at)


def test_a_stranger_names_no_second(
    agreement: AgreementDesk, desk: CallDesk, sealed_call: str, at: datetime
) -> None:
    tester = other_tester(desk, sealed_call, at)
    with pytest.raises(NotAllowed):
        agreement.name_second(sealed_call, tester, by=acting_tester(tester), at=at)


# What it comes to


@pytest.fixture
def five(agreement: AgreementDesk, at: datetime) -> None:
    """Five exercises that one tester judges more strictly."""
    for month in range(1, 6):
        made = agreement.open_exercise(sheet_from("land-tax-transfer"), f"115M{month:02}", by=TRAINER, at=at)
        for tester in TESTERS:
            strict = tester == TESTERS[0] or (tester == TESTERS[1] and month == 1)
            rate(agreement, made, tester, at, tone="no" if strict else "yes")


@pytest.mark.usefixtures("five")
def test_the_strict_tester_leans_below_the_others(agreement: AgreementDesk) -> None:
    found = agreement.severity(by=TRAINER)
    effects = {one.rater: one.effect for one in found.leanings}
    assert min(effects, key=lambda rater: effects[rater] or 0) == TESTERS[0]
    assert found.linked


@pytest.mark.usefixtures("five")
def test_a_tester_learns_only_the_own_leaning(agreement: AgreementDesk) -> None:
    found = agreement.severity(by=acting_tester(TESTERS[1]))
    assert [one.rater for one in found.leanings] == [TESTERS[1]]


@pytest.mark.usefixtures("five")
def test_agreement_is_the_same_each_time(
    office: Office, desk: CallDesk, agreement: AgreementDesk, at: datetime
) -> None:
    found = agreement.agreement(at=at)
    assert AgreementDesk(office, desk).agreement(at=at) == found
    assert (found.near.n, found.interval.units) == (15, 5)
    by_line = {one.line: one for one in found.lines}
    assert by_line[TONE].identical.count == 5


@pytest.mark.usefixtures("five")
def test_the_adjusted_value_stands_beside_and_the_official_score_stays(
    agreement: AgreementDesk, desk: CallDesk, sealed_call: str
) -> None:
    (found,) = agreement.adjusted(by=TRAINER)
    call = desk.call(sealed_call)
    assert found.call == call
    leaning = agreement.severity(by=TRAINER).of(call.tester)
    assert leaning
    assert leaning.effect is not None
    assert found.adjusted is not None
    assert (found.adjusted <= 100) if leaning.effect < 0 else (found.adjusted < 100)


def test_testers_without_a_common_set_are_named_as_unlinked(agreement: AgreementDesk, at: datetime) -> None:
    assert len(agreement.agreement(at=at).groups) == len(TESTERS)


# Proof


@pytest.mark.usefixtures("five")
def test_what_was_sealed_holds(agreement: AgreementDesk) -> None:
    assert agreement.verify() == []


@pytest.mark.usefixtures("five")
@pytest.mark.parametrize(
    ("drop", "edit", "found"),
    [
        ("rating_sealed_update", "UPDATE rating SET score = 100 WHERE id = 'A1'", "評分 A1 與封存時"),
        ("rating_sealed_delete", "DELETE FROM rating WHERE id = 'A1'", "評分 A1，資料卻不見了"),
        (
            "exercise_opened_update",
            "UPDATE exercise SET raters = '[]' WHERE id = 'A2'",
            "共同評分題 A2 與出題時",
        ),
    ],
)
def test_an_edit_behind_the_programs_back_is_found(
    office: Office, agreement: AgreementDesk, drop: str, edit: str, found: str
) -> None:
    store = office.store
    table = drop.partition("_")[0]
    with store.transaction():
        for name in store.triggers():
            if name.startswith(f"{table}_"):
                store.run(f"DROP TRIGGER {name}")
        store.run(edit)
    assert any(found in problem.what for problem in agreement.verify())


@pytest.mark.parametrize(
    "edit",
    [
        "UPDATE rating SET marks = '{}'",
        "DELETE FROM rating",
        "UPDATE exercise SET sheet = '{}'",
        "UPDATE exercise SET closed_at = NULL",
        "DELETE FROM exercise",
        "INSERT OR REPLACE INTO exercise SELECT * FROM exercise",
        "INSERT OR REPLACE INTO rating SELECT * FROM rating",
    ],
)
@pytest.mark.usefixtures("five")
def test_the_file_itself_refuses_to_change_what_was_sealed(office: Office, edit: str) -> None:
    with pytest.raises(StoreError, match="已封存"), office.store.transaction():
        office.store.run(edit)


# Sheets


def test_plain_text_becomes_turns(tmp_path: Path) -> None:
    path = tmp_path / "通話.txt"
    path.write_text("同仁：您好\n\n民眾: 請問\n（掛斷）\n", encoding="utf-8")
    sheet = sheet_from(path)
    assert sheet.title == "通話"
    assert [(turn.speaker, turn.text) for turn in sheet.turns] == [
        ("同仁", "您好"),
        ("民眾", "請問"),
        ("－", "（掛斷）"),
    ]


@given(st.text(max_size=300))
def test_any_text_is_a_sheet_or_refused_in_words(text: str) -> None:
    try:
        sheet = sheet_of_text(text, "題", "official")
    except RatingError:
        assert not clean_line(text)
    else:
        assert sheet.turns
        assert not any("\x1b" in turn.text for turn in sheet.turns)


def test_every_fault_of_a_sheet_is_named(tmp_path: Path) -> None:
    path = tmp_path / "bad.toml"
    path.write_text('title = ""\nmood = "x"\n[[turn]]\nspeaker = "同仁"\n', encoding="utf-8")
    with pytest.raises(RatingError) as refused:
        sheet_from(path)
    assert {problem.place.column for problem in refused.value.problems if problem.place} >= {
        "title",
        "mood",
        "turn.0.text",
    }


def test_a_sheet_that_is_not_there_is_refused_in_words(tmp_path: Path) -> None:
    with pytest.raises(RatingError, match="讀不到"):
        sheet_from(tmp_path / "none.toml")
