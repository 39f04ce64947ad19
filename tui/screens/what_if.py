"""試算: change the cut, the weights or the scale, and see at once who would enter and leave the list."""

from decimal import Decimal
from pathlib import Path
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical

from bureau.dates import parse_date, roc
from bureau.language import _
from bureau.problem import Refused
from courtesy.desk import read_scale, shipped_scales
from courtesy.scale import FactorMode, Scale, ScaleError
from courtesy.what_if import Change, checked, number_from, points_from
from training.what_if import Move, PersonTried, WhatIf
from tui.desks import Desks
from tui.tried import caution, changed, left_out, score, summary
from tui.widgets.dialog import Field, Form, Message
from tui.widgets.listing import Column, Listing
from tui.widgets.paragraph import Paragraph
from tui.widgets.place import Place, refusals_shown

_MOVED = {Move.ENTERS, Move.LEAVES, Move.MOVES, Move.UNKNOWN}
_FACTORS = {"": None, "official": FactorMode.OFFICIAL, "exact": FactorMode.EXACT}


class WhatIfScreen(Place):
    """What would be by other rules; nothing here is ever written."""

    HEADING = _("試算")
    HELP = _(
        "換一條分數線、一個配分或一個量表，看看誰會列入名冊、誰不再列入，去年和今年的分數會是多少。"
        "這裡只算給您看，不寫入任何資料。按 E 改條件；留白的條件照各通電話當時的規則。"
        "不能照新條件重算的電話會列出來，不會猜。按 Enter 看這位同仁的每一通。"
        "配分寫項目或行的代碼，例如 unit.speed=10；代碼在量表畫面的下方（抽測按 L，再按 Enter）。\n"
        "不要先看名單再挑規則：要改規則，請在下一次測試以前公布。"
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("e,E,ｅ,Ｅ", "edit", _("改條件"), id="what_if.edit"),
        Binding("p,P,ｐ,Ｐ", "period", _("改期間"), id="what_if.period"),
        Binding("a,A,ａ,Ａ", "all", _("只看異動／全部"), id="what_if.all"),
        Binding("d,D,ｄ,Ｄ", "details", _("沒算到的"), id="what_if.details"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._answers = {
            "cut": "",
            "factor": "",
            "critical": "",
            "points": "",
            "scale": "",
            "first": "",
            "last": "",
        }
        self._tried: WhatIf | None = None
        self._names: dict[str, str] = {}
        self._people: list[PersonTried] = []
        self._everybody = True

    def content(self) -> ComposeResult:
        """Lay out what is tried, what it would do, and the people."""
        tried = Paragraph("", id="changed", classes="section-title")
        tried.styles.height = "auto"
        yield tried
        yield Paragraph("", id="summary", classes="section-note")
        yield Listing(
            [
                Column(_("科室"), 11),
                Column(_("姓名"), most=20),
                Column(_("通"), 3, right=True),
                Column(_("原平均"), 6, right=True),
                Column(_("試算"), 6, right=True),
                Column(_("原名冊"), 6),
                Column(_("試算名冊"), 8),
                Column(_("異動"), 9),
            ],
            empty=_("沒有人的名冊會改變。按 A 看全部。"),
        )
        with Vertical(classes="detail"):
            yield Paragraph("\n".join(caution()[1:]))

    async def fill(self) -> None:
        """Compute again by what is tried."""
        given = self._answers
        by, today = self.house.by, self.house.today

        def run(desks: Desks) -> tuple[WhatIf, dict[str, str]]:
            tried = desks.what_if.what_if(
                _change(given, desks),
                by=by,
                today=today,
                first=parse_date(given["first"]) if given["first"].strip() else None,
                last=parse_date(given["last"]) if given["last"].strip() else None,
            )
            return tried, {person.staff_no: person.name for person in desks.people.everybody()}

        self._tried, self._names = await self.house.ask(run)
        self._show()

    def _show(self) -> None:
        tried = self._tried
        if tried is None:
            return
        self.query_one("#changed", Paragraph).update(changed(tried.change))
        self.query_one("#summary", Paragraph).update("\n".join(summary(tried)))
        self._people = [one for one in tried.people if self._everybody or one.move in _MOVED]
        listing = self.query_one(Listing)
        listing.empty = (
            _("沒有人的名冊會改變。按 A 看全部。") if tried.calls else _("這段期間沒有計分的電話。")
        )
        listing.show(
            [
                (
                    one.section,
                    self._names.get(one.person, one.person),
                    str(len(one.calls)),
                    score(one.before),
                    score(one.after),
                    one.listed_before.label if one.listed_before else "－",
                    one.listed_after.label if one.listed_after else "－",
                    one.move.label,
                )
                for one in self._people
            ],
            tones=[_tone(one.move) for one in self._people],
            cursor=0,
        )
        listing.focus()

    def action_all(self) -> None:
        """Show everybody, or only those whose place would change."""
        self._everybody = not self._everybody
        self._show()

    @on(Listing.Chosen)
    def _calls_of(self, event: Listing.Chosen) -> None:
        one = self._people[event.index]
        lines = [
            _("{day}　{before} {band} → {after} {band_after}{why}").format(
                day=roc(each.call.at),
                before=score(each.before),
                band=each.band_before or "",
                after=score(each.after),
                band_after=each.band_after or "",
                why=each.why_not,
            )
            for each in one.calls
        ]
        name = self._names.get(one.person, one.person)
        self.app.push_screen(
            Message(
                _("{name}　{move}").format(name=name, move=one.move.label),
                lines or [_("列入名冊的原因不是電話。")],
            )
        )

    def action_details(self) -> None:
        """List what could not be computed, and where the scales differ."""
        tried = self._tried
        if tried is None:
            return
        lines = left_out(tried)
        self.app.push_screen(
            Message(_("不能重算的電話與不同的行"), lines or [_("每一通都能重算，也沒有不同的行。")])
        )

    @work
    async def action_edit(self) -> None:
        """Change what is tried."""
        await self._edit()

    @refusals_shown
    async def _edit(self) -> None:
        given = self._answers
        answers = await self.app.push_screen_wait(
            Form(
                _("試算的條件"),
                [
                    Field("cut", _("分數線"), given["cut"], _("低於此分為最低一級，例如 75"), _cut),
                    Field("factor", _("換算"), given["factor"], "official / exact", _factor),
                    Field("critical", _("重大缺失 0 分"), given["critical"], _("是 / 否"), _yes_or_no),
                    Field("points", _("配分"), given["points"], "unit.speed=10", _points),
                    Field("scale", _("量表"), given["scale"], _("代碼、版本或檔案")),
                ],
                _("留白就是不改。按 F2 完成。"),
            )
        )
        if answers is None:
            return
        await self._again(answers)

    @work
    async def action_period(self) -> None:
        """Change the days whose calls are computed again."""
        await self._period()

    @refusals_shown
    async def _period(self) -> None:
        given, today = self._answers, self.house.today
        last_year = roc(today.replace(year=today.year - 1, month=1, day=1))
        answers = await self.app.push_screen_wait(
            Form(
                _("試算的期間"),
                [
                    Field("first", _("開始"), given["first"], last_year, _day),
                    Field("last", _("結束"), given["last"], roc(today), _day),
                ],
                _("留白就是去年和今年。算的是這段期間封存的電話。"),
            )
        )
        if answers is not None:
            await self._again(answers)

    async def _again(self, answers: dict[str, str]) -> None:
        before, self._answers = self._answers, self._answers | answers
        try:
            await self.fill()
        except Refused:
            self._answers = before
            raise


def _change(given: dict[str, str], desks: Desks) -> Change:
    scale = given["scale"].strip()
    return Change(
        cut=_cut(given["cut"]),
        factor=_factor(given["factor"]),
        critical_zeroes=_yes_or_no(given["critical"]),
        points=_points(given["points"]),
        scale=_scale(scale, desks) if scale else None,
    )


def _scale(name: str, desks: Desks) -> Scale:
    if name.endswith(".toml"):
        return read_scale(Path(name).expanduser())
    try:
        return desks.calls.scale(name)
    except ScaleError:
        if name in shipped_scales():
            return read_scale(shipped_scales()[name])
        raise


def _cut(text: str) -> Decimal | None:
    return checked(Change(cut=number_from(text))).cut if text.strip() else None


def _factor(text: str) -> FactorMode | None:
    word = text.strip().casefold()
    if word not in _FACTORS:
        raise Refused(_("請填 official 或 exact，或留白。"))
    return _FACTORS[word]


def _yes_or_no(text: str) -> bool | None:
    word = text.strip().casefold()
    if not word:
        return None
    if word in {"是", "y", "yes", "true"}:
        return True
    if word in {"否", "n", "no", "false"}:
        return False
    raise Refused(_("請填是或否，或留白。"))


def _points(text: str) -> dict[str, Decimal]:
    return checked(Change(points=points_from([text]))).points


def _day(text: str) -> None:
    if text.strip():
        parse_date(text)


def _tone(move: Move) -> str:
    if move in {Move.ENTERS, Move.UNKNOWN}:
        return "alarm"
    return "quiet" if move is Move.NEVER else ""
