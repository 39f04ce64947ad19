"""Each person's chance of being drawn, in a round or in one that could begin now."""

from typing import ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from bureau.calendar import Period, PeriodKind
from bureau.dates import parse_date, roc
from bureau.language import _
from bureau.people import Person
from courtesy.chance import Chance
from courtesy.draw import Candidate
from courtesy.plan_desk import Prospect
from courtesy.round import Round
from tui.widgets.dialog import Field, Form
from tui.widgets.listing import Column, Listing
from tui.widgets.numbers import size_of
from tui.widgets.paragraph import Paragraph
from tui.widgets.place import Place, refusals_shown


class ChancesScreen(Place):
    """The frame of a round, with everybody's chance."""

    CSS_PATH: ClassVar = ["../styles/plan.tcss"]
    HEADING = _("抽中機會")
    HELP = _(
        "每個人被抽中的機會，只由母體與規則決定；看機會不需要密鹽，也看不出會抽到誰。\n"
        "能精確算出就精確算；各科室最低人數互相牽動時改用模擬，並寫明次數、種子與標準誤。"
        "全部的機會加起來，就是要抽的人數。\n"
        "按 N 試算還沒建立的回合。"
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("n,N,ｎ,Ｎ", "try_out", _("試算新回合"), id="chances.new"),
    ]

    def __init__(self, one: Round | None) -> None:
        super().__init__()
        self._round = one
        self._prospect: Prospect | None = None

    def content(self) -> ComposeResult:
        """Lay out the list, and how the chances were found."""
        yield Paragraph("", id="basis")
        yield Listing(
            [
                Column(_("員工編號"), 9),
                Column(_("科室"), 10),
                Column(_("姓名"), most=20),
                Column(_("籤數"), 7, right=True),
                Column(_("今年抽過"), 9, right=True),
                Column(_("本期抽過"), 9, right=True),
                Column(_("機會"), 7, right=True),
                Column(_("標準誤"), 6, right=True),
                # The scroll bar stands here.
                Column("", 1),
            ],
            empty=_("還沒有回合。按 N 試算一個。"),
            opens=False,
        )

    async def fill(self) -> None:
        """Read the chances of the round."""
        one, by = self._round, self.house.by
        if one is not None and self._prospect is None:
            self._prospect = await self.house.ask(lambda desks: desks.planning.chances_of(one.id, by=by))
        await self._show()

    async def _show(self) -> None:
        prospect = self._prospect
        self.query_one(Listing).focus()
        if prospect is None:
            return
        people = await self.house.ask(lambda desks: desks.people.everybody())
        names = {person.staff_no: person for person in people}
        known = prospect.chances
        what = _("回合 {id}").format(id=prospect.round) if prospect.round else _("試算的新回合")
        how = (
            _("機會由母體與規則精確算出。")
            if known.exact
            else _("機會模擬 {times} 次得出，種子 {seed}。").format(times=known.repetitions, seed=known.seed)
        )
        self.query_one("#basis", Paragraph).update(
            _("{what}：可抽 {frame} 人，要抽 {size} 人。{how}").format(
                what=what, frame=len(prospect.frame), size=prospect.rules.size, how=how
            )
        )
        self.query_one(Listing).show(
            [
                _row(candidate, chance, names)
                for candidate, chance in zip(prospect.frame, known.people, strict=True)
            ]
        )

    @work
    async def action_try_out(self) -> None:
        """Ask for the numbers of a round that could begin now."""
        await self._try_out()

    @refusals_shown
    async def _try_out(self) -> None:
        house = self.house
        today, by, now = house.today, house.by, house.now
        answers = await self.app.push_screen_wait(
            Form(
                _("試算新回合"),
                [
                    Field("period", _("期別"), Period.of(PeriodKind.HALF, today).code, check=Period.parse),
                    Field("first", _("開始"), roc(today), check=parse_date),
                    Field("size", _("人數"), hint=_("要抽幾人"), check=size_of),
                ],
                _("只是試算，不會建立回合。"),
            )
        )
        if answers is None:
            return
        self._prospect = await house.ask(
            lambda desks: desks.planning.chances_in(
                answers["period"], parse_date(answers["first"]), size_of(answers["size"]), by=by, at=now
            )
        )
        await self._show()


def _row(candidate: Candidate, chance: Chance, names: dict[str, Person]) -> tuple[str, ...]:
    return (
        candidate.staff_no,
        candidate.section,
        names[candidate.staff_no].name,
        str(candidate.weight),
        str(candidate.drawn_this_year),
        str(candidate.drawn_this_period),
        f"{chance.probability:.2%}",
        "" if chance.standard_error is None else f"{chance.standard_error:.2%}",
        "",
    )
