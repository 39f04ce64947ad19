"""Keeping testers on one measure: common exercises and calls that two testers judged."""

from dataclasses import dataclass
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical

from bureau.calendar import Period, PeriodKind
from bureau.language import _
from bureau.people import Person
from bureau.problem import Refused
from bureau.roles import Role
from courtesy.agreement_desk import sheet_from, shipped_exercises
from courtesy.call import Call
from courtesy.rating import Exercise, Rating
from tui.screens.agreement import AgreementScreen
from tui.screens.comparison import ComparisonScreen
from tui.screens.rating import RatingScreen, protocol_of
from tui.widgets.dialog import Confirm, Field, Form, Message
from tui.widgets.listing import Column, Listing
from tui.widgets.paragraph import Paragraph
from tui.widgets.place import Place, refusals_shown

_BOTH = 2


@dataclass(frozen=True)
class _Row:
    """An exercise, or a call with its second rating, and how far it is.

    Attributes:
        where: whom the call goes to, told to its second tester only.
    """

    exercise: Exercise | None
    second: Rating | None
    done: int
    of: int
    own: bool
    where: str = ""

    @property
    def open(self) -> bool:
        """Whether nobody may see how the others judged."""
        return not self.exercise.closed if self.exercise else self.done < _BOTH


class CalibrationScreen(Place):
    """The list of exercises and double ratings."""

    HEADING = _("校準")
    HELP = _(
        "讓測試員的尺度一致，不影響任何人的正式分數。\n"
        "共同評分題：承辦人按 N 出一題（一通電話的文字紀錄），全體測試員各自評分；"
        "全部封存或承辦人按 C 結束以前，誰都看不到別人的評定。\n"
        "雙評：同一通真的電話由第二位測試員同時旁聽並盲評。承辦人或這通的測試員按 S 指定；"
        "兩位都封存以後才能對照。\n"
        "按 Enter 開啟：還沒評的開始評分，已結束的並列各人的評定。按 G 看一致程度與各人的嚴寬。"
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("n,N,ｎ,Ｎ", "new", _("出題"), id="calibration.new"),
        Binding("s,S,ｓ,Ｓ", "second", _("指定雙評"), id="calibration.second"),
        Binding("c,C,ｃ,Ｃ", "close", _("結束這一題"), id="calibration.close"),
        Binding("g,G,ｇ,Ｇ", "agreement", _("一致與嚴寬"), id="calibration.agreement"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._rows: list[_Row] = []
        self._people: dict[str, Person] = {}

    def content(self) -> ComposeResult:
        """Lay out the list, and what is to be done with the row under the cursor."""
        yield Listing(
            [
                Column(_("種類"), 6),
                Column(_("編號"), 6),
                Column(_("期別"), 16),
                Column(_("題目"), most=50),
                Column(_("已評"), 5, right=True),
                Column(_("狀態"), 8),
            ],
            empty=_("還沒有共同評分題。承辦人按 N 出第一題。"),
        )
        with Vertical(classes="detail"):
            yield Paragraph("", id="detail")

    async def fill(self) -> None:
        """Read what there is and how far it is."""
        by = self.house.by
        exercises, progress, seconds, (own, own_calls), firsts, people = await self.house.ask(
            lambda desks: (
                desks.agreement.exercises(),
                desks.agreement.progress(),
                seconds := desks.agreement.seconds(by=by),
                desks.agreement.waiting(by=by),
                {each.call: _first(desks.calls.call(each.call)) for each in seconds},
                desks.people.everybody(),
            )
        )
        self._people = {person.staff_no: person for person in people}
        waiting = {one.id for one in own}
        waiting_calls = {one.call for one in own_calls}
        rows = [
            _Row(one, None, progress.get(one.id, 0), len(one.raters), one.id in waiting) for one in exercises
        ]
        rows += [
            _Row(
                None,
                one,
                int(one.sealed) + int(firsts[one.call][0]),
                _BOTH,
                one.call in waiting_calls,
                firsts[one.call][1] if one.rater == by.staff_no else "",
            )
            for one in seconds
        ]
        # What is still to be done comes first.
        self._rows = sorted(rows, key=lambda row: (not row.own, not row.open))
        self.query_one(Listing).show(
            [self._cells(row) for row in self._rows],
            tones=["alarm" if row.own else "" if row.open else "quiet" for row in self._rows],
        )
        self._show_detail()
        self.query_one(Listing).focus()

    def _cells(self, row: _Row) -> tuple[str, ...]:
        state = _("待您評分") if row.own else _("評分中") if row.open else _("已結束")
        done = f"{row.done}/{row.of}"
        if row.exercise:
            one = row.exercise
            return _("共同"), one.id, Period.parse(one.period).title, one.sheet.title, done, state
        assert row.second is not None
        name = self._people[row.second.rater].name
        if row.where:
            return _("雙評"), row.second.call, "", row.where, done, state
        title = _("通話紀錄 {id}，第二位 {name}").format(id=row.second.call, name=name)
        return _("雙評"), row.second.call, "", title, done, state

    @on(Listing.Moved)
    def _show_detail(self) -> None:
        row = self._row
        text = ""
        if row and row.own:
            text = _("按 Enter 開始評分。封存以前，每按一鍵就存檔；別人看不到您的評定，您也看不到別人的。")
        elif row and row.open:
            text = _("{of} 位中 {done} 位已封存。全部封存以前，誰都看不到別人的評定。").format(
                of=row.of, done=row.done
            )
        elif row:
            text = _("按 Enter 並列各人的評定。按 G 看全部題目合起來的一致程度與嚴寬。")
        self.query_one("#detail", Paragraph).update(text)

    @property
    def _row(self) -> _Row | None:
        place = self.query_one(Listing).cursor
        return self._rows[place] if place < len(self._rows) else None

    @on(Listing.Chosen)
    @refusals_shown
    async def _choose(self, event: Listing.Chosen) -> None:
        row = self._rows[event.index]
        if row.own:
            self.app.push_screen(RatingScreen(row.exercise, row.second.call if row.second else ""))
            return
        if row.exercise and row.open:
            one = row.exercise
            if self.house.by.staff_no in one.raters:
                self.app.push_screen(RatingScreen(one, ""))
            else:
                self.app.push_screen(Message(one.sheet.title, protocol_of(one).split("\n")))
            return
        by = self.house.by
        exercise, call = (row.exercise.id if row.exercise else ""), (row.second.call if row.second else "")
        found = await self.house.ask(
            lambda desks: (
                desks.agreement.compare(exercise) if exercise else desks.agreement.compare_call(call, by=by)
            )
        )
        scale = await self.house.ask(lambda desks: desks.calls.scale(found.scale))
        names = {number: person.name for number, person in self._people.items()}
        self.app.push_screen(ComparisonScreen(found, scale, names, row.exercise))

    def action_agreement(self) -> None:
        """Show agreement and severity."""
        self.app.push_screen(AgreementScreen())

    # Acts

    @work
    async def action_new(self) -> None:
        """Open an exercise."""
        await self._new()

    @refusals_shown
    async def _new(self) -> None:
        house = self.house
        house.by.require(Role.TRAINER)
        codes = list(shipped_exercises())
        month = Period.of(PeriodKind.MONTH, house.today).code
        answers = await self.app.push_screen_wait(
            Form(
                _("出一題共同評分題"),
                [
                    Field("sheet", _("題目"), codes[0], check=_sheet),
                    Field("period", _("期別"), month, check=Period.parse),
                    Field("title", _("標題"), hint=_("純文字檔才要填")),
                ],
                _("題目寫隨程式附的代碼（{codes}），或自己的 .toml、.txt 檔。").format(
                    codes="、".join(codes)
                ),
            )
        )
        if answers is None:
            return
        sheet = sheet_from(answers["sheet"].strip(), answers["title"].strip())
        by, now, period = house.by, house.now, answers["period"]
        made = await house.ask(lambda desks: desks.agreement.open_exercise(sheet, period, by=by, at=now))
        await self.fill()
        house.tell(
            _("共同評分題 {id} 已出題，{count} 位測試員待評。").format(id=made.id, count=len(made.raters))
        )

    @work
    async def action_second(self) -> None:
        """Name the second tester of a call."""
        await self._second()

    @refusals_shown
    async def _second(self) -> None:
        answers = await self.app.push_screen_wait(
            Form(
                _("指定第二位測試員"),
                [
                    Field("call", _("通話紀錄"), hint=_("編號，例如 A12"), check=_filled),
                    Field("tester", _("測試員"), hint=_("員工編號"), check=_filled),
                ],
                _("由同時旁聽這通電話的測試員評分；兩位都封存以前，互相看不到評定。"),
            )
        )
        if answers is None:
            return
        by, now = self.house.by, self.house.now
        call, tester = answers["call"].strip(), answers["tester"].strip()
        await self.house.ask(lambda desks: desks.agreement.name_second(call, tester, by=by, at=now))
        await self.fill()
        self.house.tell(_("已指定。第二位測試員在「校準」評分。"))

    @work
    async def action_close(self) -> None:
        """End the exercise under the cursor."""
        await self._close()

    @refusals_shown
    async def _close(self) -> None:
        row = self._row
        if row is None or row.exercise is None:
            self.house.tell(_("雙評在兩位都封存後自動結束。"))
            return
        one = row.exercise
        agreed = await self.app.push_screen_wait(
            Confirm(
                _("結束共同評分題 {id}？").format(id=one.id),
                [
                    _("{of} 位中有 {done} 位已封存。").format(of=row.of, done=row.done),
                    _("結束後大家看得到彼此的評定，還沒封存的不能再評。"),
                ],
            )
        )
        if not agreed:
            return
        by, now = self.house.by, self.house.now
        await self.house.ask(lambda desks: desks.agreement.close_exercise(one.id, by=by, at=now))
        await self.fill()
        self.house.tell(_("已結束。按 Enter 對照各人的評定。"))


def _first(call: Call) -> tuple[bool, str]:
    """Tell of the first tester's record only whether it is sealed, and whom it is about."""
    where = f"{call.section} " + _("分機 {extension}").format(extension=call.extension)
    return call.sealed, where


def _sheet(text: str) -> None:
    sheet_from(text.strip(), "－")


def _filled(text: str) -> None:
    if not text.strip():
        raise Refused(_("不能空白。"))
