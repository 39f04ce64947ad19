"""The acts of 績優: only who may be praised is chosen, every act leaves its trace."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from bureau.calendar import Period
from bureau.database import StoreError
from bureau.people import Leave
from bureau.problem import NotAllowed, Refused
from bureau.roles import ADMINISTRATOR, Actor, Role
from tests.training.life import CHEN, LI, WANG, Life, ask_for_calls
from training.honours import HonoursError
from training.honours_papers import print_roll

Q3, Q4 = Period.parse("115Q3"), Period.parse("115Q4")
SEPTEMBER = Period.parse("115M9")


@pytest.fixture
def life(life: Life, tmp_path: Path) -> Life:
    """王 was called twice and well, 李 twice, 陳 once; nobody sat a quiz. Two calls are asked for."""
    ask_for_calls(life.desks, 2, tmp_path, life.now)
    for _time in range(2):
        life.ring(WANG, good=True)
        life.ring(LI, good=True)
    life.ring(CHEN, good=True)
    return life


def proposed(life: Life) -> Any:
    return life.desks.honours.proposal(Q3, by=life.trainer, at=life.now)


def choose(life: Life, *people: str, reason: str = "應對親切", **more: Any) -> Any:
    given = {"by": life.trainer, "at": life.now, **more}
    return life.desks.honours.choose(Q3, people, reason, **given)


def vote(life: Life, valid: int, **lines: int) -> Any:
    votes = {name.removeprefix("no"): number for name, number in lines.items()}
    return life.desks.honours.record_vote(SEPTEMBER, votes, valid=valid, by=life.trainer, at=life.now)


def test_equals_stand_side_by_side_and_one_call_is_too_few(life: Life) -> None:
    made = proposed(life)
    assert [(each.staff_no, each.rank) for each in made.candidates] == [(WANG, 1), (LI, 1)]
    assert [(each.staff_no, each.why) for each in made.excluded] == [(CHEN, "抽測 1 通，不足 2 通")]


def test_whoever_has_an_open_case_is_neither_listed_nor_chosen(life: Life) -> None:
    life.ring(WANG)
    assert [each.staff_no for each in proposed(life).candidates] == [LI]
    with pytest.raises(HonoursError, match="未結的補訓案"):
        choose(life, WANG)
    assert life.desks.honours.chosen(Q3.first, Q3.last) == []


def test_a_case_that_the_evidence_already_asks_for_bars_the_choice(life: Life) -> None:
    proposed(life)
    life.ring(WANG)
    with pytest.raises(HonoursError, match="未結的補訓案"):
        choose(life, WANG)


def test_a_choice_keeps_its_reason_its_evidence_and_what_it_departs_from(life: Life) -> None:
    (one,) = choose(life, LI)
    assert (one.person, one.rank, one.reason, one.tied) == (LI, 1, "應對親切", (WANG,))
    assert len(one.calls) == 2
    assert life.desks.honours.chosen(Q3.first, Q3.last) == [one]
    assert life.desks.honours.chosen(Q4.first, Q4.last) == []
    (entry,) = [each for each in life.desks.office.journal() if each.act == "honours.choose"]
    assert entry.payload is not None
    said = json.loads(entry.payload)
    assert (said["person"], said["reason"], said["tied"]) == (LI, "應對親切", [WANG])


def test_several_are_chosen_together_or_none(life: Life) -> None:
    with pytest.raises(HonoursError):
        choose(life, LI, CHEN)
    assert life.desks.honours.honours(Q3) == []
    assert [each.tied for each in choose(life, LI, WANG)] == [(), ()]


@pytest.mark.parametrize("reason", ["", "   "])
def test_a_choice_needs_a_reason(life: Life, reason: str) -> None:
    with pytest.raises(HonoursError, match="沒有寫理由"):
        choose(life, LI, reason=reason)


def test_nobody_is_chosen_twice_for_a_quarter_unless_taken_back(life: Life) -> None:
    (one,) = choose(life, LI)
    with pytest.raises(HonoursError, match="已是"):
        choose(life, LI)
    life.desks.honours.take_back(one.id, "誤登", by=life.trainer, at=life.now)
    (again,) = choose(life, LI)
    assert [each.id for each in life.desks.honours.chosen(Q3.first, Q3.last)] == [again.id]
    assert [each.taken_back for each in life.desks.honours.honours(Q3)] == ["誤登", ""]
    with pytest.raises(HonoursError, match="已經撤回"):
        life.desks.honours.take_back(one.id, "再撤", by=life.trainer, at=life.now)


def test_only_the_committee_sees_the_candidates_and_nobody_praises_himself(life: Life) -> None:
    staff = Actor(staff_no=CHEN)
    with pytest.raises(NotAllowed):
        life.desks.honours.proposal(Q3, by=staff, at=life.now)
    with pytest.raises(NotAllowed):
        choose(life, LI, by=staff)
    with pytest.raises(NotAllowed, match="自己"):
        choose(life, LI, by=Actor(staff_no=LI, roles=frozenset({Role.STAFF, Role.HEAD})))


def test_a_quarter_to_come_has_no_candidates(life: Life) -> None:
    with pytest.raises(HonoursError, match="還沒有開始"):
        life.desks.honours.proposal(Q4, by=life.trainer, at=life.now)


def test_a_case_opened_later_changes_no_choice_but_is_shown(life: Life) -> None:
    (one,) = choose(life, LI)
    life.wait(days=1)
    life.ring(LI)
    life.training.open_cases(by=life.trainer, at=life.now)
    (kept,) = life.desks.honours.chosen(Q3.first, Q3.last)
    assert kept == one
    case = life.training.cases(open_only=True)[0]
    assert life.desks.honours.later_cases([kept], by=life.trainer) == {one.id: case.id}
    with pytest.raises(NotAllowed):
        life.desks.honours.later_cases([kept], by=Actor(staff_no=CHEN))


def test_long_leave_in_the_quarter_bars_and_is_counted_within_it(life: Life) -> None:
    leave = Leave(staff_no=LI, first=date(2026, 8, 1), last=date(2026, 12, 31), kind="育嬰")
    life.desks.people.record_leave(leave, by=life.trainer, at=life.now)
    (one,) = [each for each in proposed(life).excluded if each.staff_no == LI]
    assert one.why == "本季請假 61 天"


# -- the vote ---------------------------------------------------------------------------------------------


def test_a_vote_enters_the_total(life: Life) -> None:
    vote(life, 12, no0012=4, no0034=8)
    made = proposed(life)
    assert [(each.staff_no, each.rank, str(each.vote)) for each in made.candidates] == [
        (LI, 1, "100.00"),
        (WANG, 2, "50.00"),
    ]


def test_votes_that_do_not_add_up_are_refused(life: Life) -> None:
    with pytest.raises(HonoursError, match="不符"):
        vote(life, 13, no0012=4, no0034=8)
    assert life.desks.honours.votes(Q3) == []


def test_a_vote_for_a_stranger_is_refused(life: Life) -> None:
    with pytest.raises(Refused):
        vote(life, 1, no9999=1)


def test_a_corrected_vote_needs_a_reason_and_keeps_the_first(life: Life) -> None:
    vote(life, 12, no0012=4, no0034=8)
    with pytest.raises(HonoursError, match="已經登錄過"):
        vote(life, 12, no0012=8, no0034=4)
    life.desks.honours.record_vote(
        SEPTEMBER, {WANG: 8, LI: 4}, valid=12, reason="抄寫顛倒", by=life.trainer, at=life.now
    )
    (holding,) = life.desks.honours.votes(Q3)
    assert holding.lines == {WANG: 8, LI: 4}
    assert life.desks.office.store.value("SELECT count(*) FROM public_vote") == 2


# -- proof ------------------------------------------------------------------------------------------------


def test_what_was_recorded_verifies(life: Life) -> None:
    vote(life, 12, no0012=4, no0034=8)
    (one, _other) = choose(life, LI, WANG)
    life.desks.honours.take_back(one.id, "誤登", by=life.trainer, at=life.now)
    assert life.desks.honours.verify() == []


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE honour SET total = 1",
        "DELETE FROM honour",
        "DELETE FROM honour_taken_back",
        "UPDATE public_vote SET valid = 1",
        "DELETE FROM public_vote",
    ],
)
def test_what_was_recorded_cannot_change(life: Life, change: str) -> None:
    vote(life, 12, no0012=4, no0034=8)
    (one,) = choose(life, LI)
    life.desks.honours.take_back(one.id, "誤登", by=life.trainer, at=life.now)
    store = life.desks.office.store
    with pytest.raises(StoreError), store.transaction():
        store.run(change)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("UPDATE honour SET total = 1", "與日誌不符"),
        ("UPDATE honour SET content = replace(content, '應對親切', '別的理由')", "與日誌不符"),
        ("UPDATE honour_taken_back SET reason = '別的'", "撤回與日誌不符"),
        ("DELETE FROM honour_taken_back", "撤回與日誌不符"),
        ('UPDATE public_vote SET content = replace(content, \'"0034":8\', \'"0034":8,"0056":0\')', "票選"),
        ("DELETE FROM public_vote", "票選"),
    ],
)
def test_a_change_behind_the_seals_is_found(life: Life, change: str, words: str) -> None:
    vote(life, 12, no0012=4, no0034=8)
    (one,) = choose(life, LI)
    life.desks.honours.take_back(one.id, "誤登", by=life.trainer, at=life.now)
    store = life.desks.office.store
    with store.transaction():
        for trigger in store.triggers():
            if trigger.startswith(("honour", "public_vote")):
                store.run(f"DROP TRIGGER {trigger}")
        store.run(change)
    assert words in "".join(str(problem) for problem in life.desks.honours.verify())


# -- the roll of honour -----------------------------------------------------------------------------------


def roll(life: Life, path: Path) -> str:
    report = print_roll(life.desks.honours, Q3, path, by=ADMINISTRATOR, at=life.now)
    assert report.missing == ()
    return "".join("".join(page.extract_text().split()) for page in PdfReader(path).pages)


def test_the_roll_names_who_was_chosen_and_why(life: Life, tmp_path: Path) -> None:
    choose(life, WANG, reason="主動告知房屋稅減半的期限")
    page = roll(life, tmp_path / "榮譽榜.pdf")
    for text in (
        "測試縣稅務局",
        "榮譽榜",
        "115年第3季績優服務人員",
        "房屋稅科",
        "稅務員",
        "王𤧟堃",
        "主動告知房屋稅減半的期限",
        "中華民國115年9月1日",
        life.desks.office.fingerprint(),
    ):
        assert "".join(text.split()) in page, text


def test_an_empty_roll_says_so(life: Life, tmp_path: Path) -> None:
    assert "本季沒有選出績優服務人員" in roll(life, tmp_path / "roll.pdf")


def test_who_was_taken_back_does_not_hang_on_the_wall(life: Life, tmp_path: Path) -> None:
    (one,) = choose(life, LI)
    life.desks.honours.take_back(one.id, "誤登", by=life.trainer, at=life.now)
    assert "李喆" not in roll(life, tmp_path / "roll.pdf")


def test_a_name_and_its_reason_stand_on_one_page(
    life: Life, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (one,) = choose(life, WANG, reason="主動告知期限，並留下姓名與分機。" * 6)
    names = [f"陳{mark}明" for mark in "一二三四五六七八"]
    many = [one.model_copy(update={"name": name}) for name in names]
    monkeypatch.setattr(life.desks.honours, "honours", lambda _quarter: many)
    path = tmp_path / "roll.pdf"
    report = print_roll(life.desks.honours, Q3, path, by=ADMINISTRATOR, at=life.now)
    assert report.pages > 1
    pages = ["".join(page.extract_text().split()) for page in PdfReader(path).pages]
    for page in pages:
        assert page.count("房屋稅科") == page.count("主動告知") // 6 == sum(name in page for name in names)


def test_staff_do_not_print_the_roll(life: Life, tmp_path: Path) -> None:
    with pytest.raises(NotAllowed):
        print_roll(life.desks.honours, Q3, tmp_path / "roll.pdf", by=Actor(staff_no=CHEN), at=life.now)
