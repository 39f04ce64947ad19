"""績優: the candidates of a quarter, who is none and why, the public vote, and whom the committee chose."""

from collections.abc import Sequence
from enum import StrEnum
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static

from bureau.calendar import Period, PeriodKind
from bureau.language import _
from bureau.problem import Refused
from training.honours import (
    Candidate,
    Honour,
    Proposal,
    Vote,
    chosen,
    departing,
    month_of,
    quarter_of,
    votes_of,
)
from training.honours_desk import COMMITTEE
from tui.widgets.dialog import Field, Form, Message, typed_path
from tui.widgets.listing import Column, Listing
from tui.widgets.paragraph import Paragraph
from tui.widgets.place import Place, refusals_shown


class View(StrEnum):
    """What the list shows; the action that shows it has the same name."""

    CANDIDATES = "candidates"
    EXCLUDED = "excluded"
    CHOSEN = "chosen"


class People(Listing):
    """The list; Enter chooses somebody only among the candidates."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "choose", _("登錄決定"))]

    choosing = False

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002
        """Offer Enter only where there is somebody to choose."""
        return action != "choose" or (self.choosing and bool(self.rows))


class HonoursScreen(Place):
    """The candidates for the committee; for everybody else the roll of honour."""

    HEADING = _("績優")
    HELP = _(
        "候選人依規則的權重排出；同分的人名次相同，程式不替評選小組決定先後。抽測或測驗次數不足、請假太久、"
        "低於最低分、或有未結補訓案的人不列入，按 A 看原因（只有評選小組看得到）。"
        "用空白鍵標記一位或幾位，按 Enter 登錄評選小組的決定與理由；沒有依名次時會一併記下。"
        "V 登錄服務禮貌月票選，各人得票合計要等於有效票。L 看已選的人並可撤回，C 回到候選人，I 印榮譽榜。"
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "mark", _("標記"), id="honours.mark"),
        Binding("c,C,ｃ,Ｃ", "candidates", _("候選人"), id="honours.candidates"),
        Binding("a,A,ａ,Ａ", "excluded", _("不列入的人"), id="honours.excluded"),
        Binding("l,L,ｌ,Ｌ", "chosen", _("已選的人"), id="honours.chosen"),
        Binding("t,T,ｔ,Ｔ", "take_back", _("撤回"), id="honours.take_back"),
        Binding("v,V,ｖ,Ｖ", "vote", _("票選"), id="honours.vote"),
        Binding("p,P,ｐ,Ｐ", "quarter", _("季別"), id="honours.quarter"),
        Binding("i,I,ｉ,Ｉ", "print", _("印榮譽榜"), id="honours.print"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._quarter: Period | None = None
        self._view = View.CANDIDATES
        self._made: Proposal | None = None
        self._honours: list[Honour] = []
        self._votes: list[Vote] = []
        self._cases: dict[str, str] = {}
        self._names: dict[str, str] = {}
        self._marked: set[str] = set()

    @property
    def quarter(self) -> Period:
        """The quarter that is shown: this one at first."""
        return self._quarter or Period.of(PeriodKind.QUARTER, self.house.today)

    @property
    def _committee(self) -> bool:
        actor = self.house.actor
        return actor is not None and actor.holds(*COMMITTEE)

    def content(self) -> ComposeResult:
        """Lay out the list and what is to be minded in it."""
        yield Static("", id="title", classes="section-title", markup=False)
        yield People(_COLUMNS[View.CANDIDATES])
        yield Paragraph("", id="note", classes="section-note")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002
        """Offer only what the acting person may do with what is shown."""
        if action == "mark":
            return self._committee and self._view is View.CANDIDATES and bool(self._candidates)
        if action == "take_back":
            return self._committee and self._view is View.CHOSEN and any(each.holds for each in self._honours)
        for view in View:
            if action == view.value:
                return self._committee and self._view is not view
        if action in {"vote", "print"}:
            return self._committee
        return True

    @property
    def _candidates(self) -> tuple[Candidate, ...]:
        return self._made.candidates if self._made else ()

    async def fill(self) -> None:
        """Read the quarter."""
        by, now, quarter = self.house.by, self.house.now, self.quarter
        if self._committee:
            self._made, self._honours, self._votes, self._cases, self._names = await self.house.ask(
                lambda desks: (
                    desks.honours.proposal(quarter, by=by, at=now),
                    (found := desks.honours.honours(quarter)),
                    desks.honours.votes(quarter),
                    desks.honours.later_cases(found, by=by),
                    {person.staff_no: person.name for person in desks.people.everybody()},
                )
            )
        else:
            self._view = View.CHOSEN
            self._honours = await self.house.ask(
                lambda desks: desks.honours.chosen(quarter.first, quarter.last)
            )
        self._marked &= {each.staff_no for each in self._candidates}
        self._show()
        self.query_one(Listing).focus()

    def _show(self) -> None:
        listing = self.query_one(People)
        listing.choosing = self._committee and self._view is View.CANDIDATES
        listing.columns = _COLUMNS[self._view]
        title, rows, tones, empty, notes = {
            View.CANDIDATES: self._candidate_rows,
            View.EXCLUDED: self._excluded_rows,
            View.CHOSEN: self._chosen_rows,
        }[self._view]()
        listing.empty = empty
        listing.show(rows, tones=tones)
        self.query_one("#title", Static).update(f"{self.quarter.title}　{title}")
        self.query_one("#note", Paragraph).update("\n".join(notes))
        self.refresh_bindings()

    def _candidate_rows(self) -> "_Shown":
        made = self._made
        assert made is not None
        already = {each.person for each in self._honours if each.holds}
        rows = []
        for each in made.candidates:
            notes = [
                _("已選") if each.staff_no in already else "",
                _("同分") if made.tied(each) else "",
                "" if each in made.leading else _("未推薦"),
            ]
            rows.append(
                (
                    "*" if each.staff_no in self._marked else "",
                    str(each.rank),
                    each.record.section,
                    each.record.name,
                    str(each.total),
                    f"{each.courtesy} ({len(each.record.calls)})",
                    "-" if each.quiz is None else f"{each.quiz} ({len(each.record.quizzes)})",
                    "-" if each.vote is None else str(each.record.votes),
                    "、".join(note for note in notes if note),
                )
            )
        tones = ["" if each in made.leading else "quiet" for each in made.candidates]
        empty = _("沒有合於規則的人。按 A 看原因。")
        return _("候選 {n} 人").format(n=len(rows)), rows, tones, empty, made.conclusions + self._vote_notes()

    def _vote_notes(self) -> list[str]:
        return [
            _("{month} 票選：有效 {valid} 票，無效 {invalid} 票。").format(
                month=vote.month.title, valid=vote.valid, invalid=vote.invalid
            )
            for vote in self._votes
        ]

    def _excluded_rows(self) -> "_Shown":
        assert self._made is not None
        rows = [
            (each.staff_no, each.record.section, each.record.name, each.why) for each in self._made.excluded
        ]
        return _("不列入 {n} 人").format(n=len(rows)), rows, [], _("沒有人。"), [_private()]

    def _chosen_rows(self) -> "_Shown":
        rows, tones = [], []
        for each in self._honours:
            case = self._cases.get(each.id)
            state = _("已撤回：{reason}").format(reason=each.taken_back) if each.taken_back else ""
            if case:
                state = _("現有補訓案 {case}").format(case=case)
            rows.append((each.id, each.section, each.name, each.reason, state))
            tones.append("alarm" if case else "quiet" if each.taken_back else "")
        notes = [
            line
            for each in self._honours
            if self._committee and each.holds
            for line in departing(each.passed_over, each.tied, self._names)
        ]
        if self._cases:
            notes.append(_("選出之後才開的案不會自動改變決定；要不要撤回由評選小組決定。"))
        held = sum(each.holds for each in self._honours)
        return _("榮譽榜 {n} 人").format(n=held), rows, tones, _("這一季還沒有選出。"), notes

    @on(Listing.Moved)
    def _moved(self, event: Listing.Moved) -> None:
        # A narrow screen cuts the reasons; under the list they stand in full.
        if self._view is View.EXCLUDED and self._made is not None and self._made.excluded:
            index = min(event.index, len(self._made.excluded) - 1)
            self._explain(self._made.excluded[index])

    def _explain(self, one: Candidate) -> None:
        told = _("{name}：{why}。").format(name=one.record.name, why=one.why)
        self.query_one("#note", Paragraph).update(f"{told}\n{_private()}")

    def action_mark(self) -> None:
        """Mark the candidate under the cursor, or no longer."""
        listing = self.query_one(Listing)
        self._marked ^= {self._candidates[listing.cursor].staff_no}
        self._show()
        listing.action_move(1)

    def action_candidates(self) -> None:
        """Look at the candidates."""
        self._turn(View.CANDIDATES)

    def action_excluded(self) -> None:
        """Look at who is no candidate."""
        self._turn(View.EXCLUDED)

    def action_chosen(self) -> None:
        """Look at who was chosen."""
        self._turn(View.CHOSEN)

    def _turn(self, view: View) -> None:
        self._view = view
        self._show()
        self.query_one(Listing).action_edge(0)
        if view is View.EXCLUDED and self._made is not None and self._made.excluded:
            self._explain(self._made.excluded[0])

    @on(Listing.Chosen)
    def _enter(self, event: Listing.Chosen) -> None:
        if self.query_one(People).choosing:
            self._choose(event.index)

    @work
    async def _choose(self, index: int) -> None:
        await self._chosen(index)

    @refusals_shown
    async def _chosen(self, index: int) -> None:
        made, quarter, by, now = self._made, self.quarter, self.house.by, self.house.now
        assert made is not None
        people = [each.staff_no for each in made.candidates if each.staff_no in self._marked] or [
            made.candidates[index].staff_no
        ]
        already = [each.person for each in self._honours if each.holds]
        lines = [
            line
            for _one, passed_over, tied in chosen(made, people, already)
            for line in departing(passed_over, tied, self._names)
        ]
        names = "、".join(self._names.get(each, each) for each in people)
        answers = await self.app.push_screen_wait(
            Form(
                _("登錄評選小組的決定"),
                [Field("reason", _("理由"), hint=_("印在榮譽榜上"), check=_filled)],
                "\n".join(
                    [_("{quarter} 績優人員：{names}").format(quarter=quarter.title, names=names), *lines]
                ),
            )
        )
        if answers is None:
            return
        await self.house.ask(
            lambda desks: desks.honours.choose(quarter, people, answers["reason"], by=by, at=now)
        )
        self._marked.clear()
        self.house.tell(_("已登錄 {names}。").format(names=names))
        await self.fill()

    @work
    async def action_take_back(self) -> None:
        """Take the choice under the cursor back."""
        await self._take_back()

    @refusals_shown
    async def _take_back(self) -> None:
        honour = self._honours[self.query_one(Listing).cursor]
        by, now = self.house.by, self.house.now
        answers = await self.app.push_screen_wait(
            Form(
                _("撤回"),
                [Field("reason", _("理由"), check=_filled)],
                _("撤回 {name} 的績優紀錄。紀錄會保留，榮譽榜不再列。").format(name=honour.name),
            )
        )
        if answers is None:
            return
        await self.house.ask(
            lambda desks: desks.honours.take_back(honour.id, answers["reason"], by=by, at=now)
        )
        self.house.tell(_("已撤回 {name}。").format(name=honour.name))
        await self.fill()

    @work
    async def action_vote(self) -> None:
        """Record the tally of a month."""
        await self._vote()

    @refusals_shown
    async def _vote(self) -> None:
        by, now = self.house.by, self.house.now
        month = Period.of(PeriodKind.MONTH, min(self.quarter.last, self.house.today))
        answers = await self.app.push_screen_wait(
            Form(
                _("登錄服務禮貌月票選"),
                [
                    Field("month", _("月份"), month.code, check=month_of),
                    Field("votes", _("得票"), hint=_("0101=35 0102=20，以空白分開"), check=_some_votes),
                    Field("valid", _("有效票"), hint=_("要等於各人得票的合計"), check=_number),
                    Field("invalid", _("無效票"), "0", check=_number),
                    Field("reason", _("更正理由"), hint=_("第一次登錄不必寫")),
                ],
                _("再登錄同一個月就是更正，要寫理由；原來的紀錄會保留。"),
            )
        )
        if answers is None:
            return
        await self.house.ask(
            lambda desks: desks.honours.record_vote(
                month_of(answers["month"]),
                votes_of(answers["votes"].split()),
                valid=_number(answers["valid"]),
                invalid=_number(answers["invalid"]),
                reason=answers["reason"],
                by=by,
                at=now,
            )
        )
        self.house.tell(_("已登錄票選。"))
        await self.fill()

    @work
    async def action_quarter(self) -> None:
        """Choose another quarter."""
        answers = await self.app.push_screen_wait(
            Form(
                _("看哪一季"),
                [Field("quarter", _("季別"), self.quarter.code, check=quarter_of)],
                _("例如 115Q4、115年第4季。"),
            )
        )
        if answers is not None:
            self._quarter = quarter_of(answers["quarter"])
            self._marked.clear()
            await self.show_all()

    @work
    async def action_print(self) -> None:
        """Print the roll of honour."""
        await self._print()

    @refusals_shown
    async def _print(self) -> None:
        quarter, by, now = self.quarter, self.house.by, self.house.now
        answers = await self.app.push_screen_wait(
            Form(
                _("印榮譽榜"),
                [Field("path", _("存成（.pdf）"), _("榮譽榜-{quarter}.pdf").format(quarter=quarter.code))],
            )
        )
        if answers is None:
            return
        path = typed_path(answers["path"])

        from training.honours_papers import print_roll  # noqa: PLC0415 - reportlab only now

        report = await self.house.ask(lambda desks: print_roll(desks.honours, quarter, path, by=by, at=now))
        lines = [_("已印到 {path}，共 {pages} 頁。").format(path=path, pages=report.pages)]
        lines += [
            _("請注意：{name}現在有未結的補訓案 {case}，要不要撤回由評選小組決定。").format(
                name=each.name, case=self._cases[each.id]
            )
            for each in self._honours
            if each.id in self._cases
        ]
        lines += [str(each) for each in report.missing]
        await self.app.push_screen_wait(Message(_("已印好"), lines))


_Shown = tuple[str, Sequence[Sequence[str]], Sequence[str], str, Sequence[str]]
"""What stands in the title, the rows, their tones, what stands for no rows, and the notes."""

_COLUMNS = {
    View.CANDIDATES: (
        Column("", 1),
        Column(_("名次"), 4, right=True),
        Column(_("科室"), 10),
        Column(_("姓名"), 8),
        Column(_("總分"), 6, right=True),
        Column(_("電話(通)"), 10, right=True),
        Column(_("測驗(次)"), 10, right=True),
        Column(_("得票"), 5, right=True),
        Column(_("備註"), most=40),
    ),
    View.EXCLUDED: (
        Column(_("編號"), 8),
        Column(_("科室"), 10),
        Column(_("姓名"), 8),
        Column(_("原因"), most=90),
    ),
    View.CHOSEN: (
        Column(_("編號"), 5),
        Column(_("科室"), 10),
        Column(_("姓名"), 8),
        Column(_("理由"), most=60),
        Column("", 18),
    ),
}


def _private() -> str:
    return _("只有評選小組看得到。公布名單時不要附上。")


def _filled(text: str) -> None:
    if not text.strip():
        raise Refused(_("不能空白。"))


def _some_votes(text: str) -> None:
    _filled(text)
    votes_of(text.split())


def _number(text: str) -> int:
    plain = text.strip()
    if not (plain.isascii() and plain.isdigit()):
        raise Refused(_("請填 0 以上的整數。"))
    return int(plain)
