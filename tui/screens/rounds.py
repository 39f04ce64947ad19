"""The rounds of spot checks: commitment, public number, draw, reveal."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical

from bureau.calendar import Period, PeriodKind
from bureau.dates import parse_date, roc
from bureau.language import _
from bureau.problem import Problem, Refused, in_file
from courtesy.desk import SCALES
from courtesy.draw import Certificate, check_public_number
from courtesy.round import Round, RoundState
from tui.screens.chances import ChancesScreen
from tui.screens.drawn import DrawnScreen, exclude
from tui.screens.handing_over import hand_over
from tui.screens.planner import PlannerScreen
from tui.screens.rota import RotaScreen
from tui.widgets.dialog import Confirm, Field, Form, Message, typed_path
from tui.widgets.listing import Column, Listing
from tui.widgets.numbers import size_of
from tui.widgets.paragraph import Paragraph
from tui.widgets.place import Place, refusals_shown

if TYPE_CHECKING:
    from tui.desks import Desks


class RoundsScreen(Place):
    """The list of rounds, and every step of one."""

    HEADING = _("抽測")
    HELP = _(
        "一個回合分四步，任何人事後都能查證抽籤沒有動過手腳。\n"
        "一、承諾（N）：記下可以抽的人、規則和保密的密鹽，算出「承諾值」，請馬上公布；之後改一個字，承諾值就不同。\n"
        "二、公開號碼（P）：輸入一個誰都不能控制的號碼，例如開獎後的統一發票特別獎號碼。\n"
        "三、抽籤：由承諾的內容和公開號碼算出每個人的籤，小的在前。測試員只看得到自己要打的，"
        "管理者看得到全部；不能測試的人用 X 剔除，依籤序遞補；測試員不能打時用 H 換人。\n"
        "四、公布（C）：全部封存後結束回合，公布密鹽；W 寫出抽籤證書，任何人都可以重算。\n"
        "抽籤以前：G 規劃、K 抽中機會、R 測試員輪值。另外：B 印一個月的月報，L 看測試量表。"
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("n,N,ｎ,Ｎ", "new", _("新回合"), id="rounds.new"),
        Binding("p,P,ｐ,Ｐ", "draw", _("輸入公開號碼並抽籤"), id="rounds.draw"),
        Binding("x,X,ｘ,Ｘ", "exclude", _("剔除"), id="rounds.exclude"),
        Binding("h,H,ｈ,Ｈ", "hand_over", _("換測試員"), id="rounds.hand_over"),
        Binding("c,C,ｃ,Ｃ", "close", _("結束並公布密鹽"), id="rounds.close"),
        Binding("w,W,ｗ,Ｗ", "certificate", _("寫出抽籤證書"), id="rounds.certificate"),
        Binding("g,G,ｇ,Ｇ", "plan", _("規劃"), id="rounds.plan"),
        Binding("k,K,ｋ,Ｋ", "chances", _("抽中機會"), id="rounds.chances"),
        Binding("r,R,ｒ,Ｒ", "rota", _("測試員輪值"), id="rounds.rota"),
        Binding("b,B,ｂ,Ｂ", "bulletin", _("月報"), id="rounds.bulletin"),
        Binding("l,L,ｌ,Ｌ", "app.go('scales')", _("量表"), id="rounds.scales"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._rounds: list[Round] = []

    def content(self) -> ComposeResult:
        """Lay out the list, and what is known of the round under the cursor."""
        yield Listing(
            [
                Column(_("回合"), 6),
                Column(_("期別"), most=18),
                Column(_("開始"), 9),
                Column(_("結束"), 9),
                Column(_("狀態"), 14),
                Column(_("抽中"), 4, right=True),
                Column(_("接通"), 4, right=True),
                Column(_("封存"), 4, right=True),
            ],
            empty=_("還沒有回合。按 N 建立第一個。"),
        )
        with Vertical(classes="detail"):
            yield Paragraph("", id="detail")

    async def fill(self) -> None:
        """Read the rounds and how far each is."""
        self._rounds, counts = await self.house.ask(
            lambda desks: (desks.calls.rounds(), desks.calls.progress())
        )
        rows = []
        for one in self._rounds:
            count = counts.get(one.id, {})
            numbers = [count.get(what, 0) for what in ("drawn", "reached", "sealed")]
            drawn = one.state is not RoundState.COMMITTED
            rows.append(
                (
                    one.id,
                    Period.parse(one.period).title,
                    roc(one.first),
                    roc(one.last),
                    one.state.label,
                    *(str(number) if drawn else "" for number in numbers),
                )
            )
        tones = ["quiet" if one.state is RoundState.CLOSED else "" for one in self._rounds]
        self.query_one(Listing).show(rows, tones=tones)
        self._show_detail()
        self.query_one(Listing).focus()

    @on(Listing.Moved)
    def _show_detail(self) -> None:
        one = self._round
        self.query_one("#detail", Paragraph).update("\n".join(_detail(one)) if one else "")

    @property
    def _round(self) -> Round | None:
        place = self.query_one(Listing).cursor
        return self._rounds[place] if place < len(self._rounds) else None

    @on(Listing.Chosen)
    def _open(self, event: Listing.Chosen) -> None:
        self.app.push_screen(DrawnScreen(self._rounds[event.index]))

    # Before a round

    def action_plan(self) -> None:
        """See what so many testers and calls would give."""
        self.app.push_screen(PlannerScreen())

    def action_chances(self) -> None:
        """See everybody's chance in the round under the cursor."""
        self.app.push_screen(ChancesScreen(self._round))

    def action_rota(self) -> None:
        """See which tester is on duty when."""
        self.app.push_screen(RotaScreen())

    # Commitment

    @work
    async def action_new(self) -> None:
        """Begin a round."""
        await self._new()

    @refusals_shown
    async def _new(self) -> None:
        house = self.house
        if not await self._scale_published():
            return
        today, by, now = house.today, house.by, house.now
        period = Period.of(PeriodKind.HALF, today)
        answers = await self.app.push_screen_wait(
            Form(
                _("新回合"),
                [
                    Field("period", _("期別"), period.code, check=Period.parse),
                    Field("first", _("開始"), roc(today), check=parse_date),
                    Field("last", _("結束"), roc(period.last), check=parse_date),
                    Field("size", _("人數"), hint=_("要抽幾人"), check=size_of),
                    Field("scale", _("量表"), "official"),
                ],
                _("期別寫成 115H2（下半年）、115Q4（第 4 季）或 115M11（11 月）。"),
            )
        )
        if answers is None:
            return
        made = await house.ask(
            lambda desks: desks.calls.new_round(
                period=answers["period"],
                first=parse_date(answers["first"]),
                last=parse_date(answers["last"]),
                scale=answers["scale"].strip(),
                size=size_of(answers["size"]),
                by=by,
                at=now,
            )
        )
        obstacles = await house.ask(lambda desks: desks.calls.obstacles(made.id, today))
        await self.fill()
        await self.app.push_screen_wait(
            Message(
                _("回合 {id} 已建立").format(id=made.id),
                [
                    _("可以抽的有 {frame} 人，要抽 {size} 人。").format(
                        frame=len(made.frame), size=made.rules.size
                    ),
                    "",
                    _("請現在公布承諾值："),
                    made.commitment,
                    "",
                    _("等公開號碼出來以後，回到這裡按 P 輸入號碼抽籤。"),
                    *_warnings(obstacles),
                ],
            )
        )

    async def _scale_published(self) -> bool:
        house = self.house
        if await house.ask(lambda desks: desks.calls.scales()):
            return True
        agreed = await self.app.push_screen_wait(
            Confirm(
                _("發布官方量表？"),
                [_("局裡還沒有發布測試量表。要發布隨程式附的「電話禮貌測試量表」嗎？發布後這一版不能更改。")],
            )
        )
        if agreed:
            by, now = house.by, house.now
            await house.ask(lambda desks: desks.calls.publish_scale(SCALES / "official.toml", by=by, at=now))
        return bool(agreed)

    # Public number and draw

    @work
    async def action_draw(self) -> None:
        """Enter the public number and draw."""
        await self._draw()

    @refusals_shown
    async def _draw(self) -> None:
        house, one = self.house, self._round
        if one is None:
            return
        if one.state is not RoundState.COMMITTED:
            house.tell(_("這個回合已經抽過籤；公開號碼只能輸入一次。"))
            return
        answers = await self.app.push_screen_wait(
            Form(
                _("回合 {id} 的公開號碼").format(id=one.id),
                [Field("number", _("公開號碼"), hint=_("至少 3 位數字"), check=check_public_number)],
                _("例如當期統一發票特別獎號碼，或當眾擲骰的點數：公布承諾值的時候，誰都還不知道的號碼。"),
            )
        )
        if answers is None:
            return
        number = check_public_number(answers["number"])
        agreed = await self.app.push_screen_wait(
            Confirm(
                _("用這個號碼抽籤？"),
                [
                    _("公開號碼：{number}").format(number=number),
                    _("號碼只能輸入一次，抽出的名單不能重來。"),
                ],
            )
        )
        if not agreed:
            return
        by, now = house.by, house.now
        drawn = await house.ask(lambda desks: desks.calls.draw(one.id, number, by=by, at=now))
        house.tell(_("已抽出{count}人並排定測試員。").format(count=len(drawn)))
        await self.fill()

    @work
    async def action_exclude(self) -> None:
        """Take somebody out by number."""
        if self._round is not None and await exclude(self, self._round.id):
            await self.show_all()

    @work
    async def action_hand_over(self) -> None:
        """Give a tester's calls that are not begun to the others."""
        if self._round is not None and await hand_over(self, self._round.id):
            await self.show_all()

    # Reveal

    @work
    async def action_close(self) -> None:
        """End the round and publish its salt."""
        await self._close()

    @refusals_shown
    async def _close(self) -> None:
        house, one = self.house, self._round
        if one is None:
            return
        agreed = await self.app.push_screen_wait(
            Confirm(
                _("結束回合 {id}？").format(id=one.id),
                [_("結束後公布密鹽，任何人都能重算抽籤；這個回合不能再打電話，也不能再剔除或遞補。")],
            )
        )
        if not agreed:
            return
        by, now = house.by, house.now
        closed = await house.ask(lambda desks: desks.calls.close_round(one.id, by=by, at=now))
        await self.fill()
        await self.app.push_screen_wait(
            Message(
                _("回合 {id} 已結束").format(id=closed.id),
                [_("請公布密鹽："), closed.salt, "", _("按 W 寫出抽籤證書，交給要查證的人。")],
            )
        )

    @work
    async def action_certificate(self) -> None:
        """Write the certificate of the draw to a file."""
        await self._certificate()

    @refusals_shown
    async def _certificate(self) -> None:
        house, one = self.house, self._round
        if one is None:
            return
        certificate = await house.ask(lambda desks: desks.calls.certificate(one.id))
        answers = await self.app.push_screen_wait(
            Form(
                _("寫出抽籤證書"),
                [Field("path", _("檔案"), _("抽籤證書-{id}.json").format(id=one.id))],
                _("證書裡有重算抽籤需要的一切，但沒有姓名，只有員工編號。"),
            )
        )
        if answers is None:
            return
        path = typed_path(answers["path"])
        if path.exists() and not await self.app.push_screen_wait(
            Confirm(_("覆寫這個檔案？"), [_("{path} 已經存在。").format(path=path)])
        ):
            return
        _write(certificate, path)
        house.tell(_("證書已寫到{path}").format(path=path))

    @work
    async def action_bulletin(self) -> None:
        """Print the bulletin of a month."""
        await self._bulletin()

    @refusals_shown
    async def _bulletin(self) -> None:
        house = self.house
        month = Period.of(PeriodKind.MONTH, house.today).code
        answers = await self.app.push_screen_wait(
            Form(
                _("電話禮貌測試月報"),
                [
                    Field("month", _("月份"), month, check=Period.parse),
                    Field("path", _("檔案"), _("電話禮貌月報-{month}.pdf").format(month=month)),
                ],
                _("月報不列個人成績。舊的檔案會被新的取代。"),
            )
        )
        if answers is None:
            return
        by, now, path = house.by, house.now, typed_path(answers["path"])

        def run(desks: "Desks") -> int:
            from courtesy.bulletin_papers import print_bulletin  # noqa: PLC0415 - reportlab only now

            return print_bulletin(desks.bulletin, answers["month"], path, by=by, at=now).pages

        pages = await house.ask(run)
        house.tell(_("月報已印到{path}，共{pages}頁").format(path=path, pages=pages))


def _warnings(obstacles: list[Problem]) -> list[str]:
    if not obstacles:
        return []
    return ["", _("請在抽籤前處理，否則抽到這些人就排不出來："), *(str(one) for one in obstacles)]


def _detail(one: Round) -> list[str]:
    lines = [_("承諾值 {commitment}").format(commitment=one.commitment)]
    if one.state is RoundState.COMMITTED:
        return [
            *lines,
            _("可抽 {frame} 人，要抽 {size} 人。下一步：公布承諾值，等公開號碼出來後按 P。").format(
                frame=len(one.frame), size=one.rules.size
            ),
        ]
    if one.state is RoundState.DRAWN:
        return [
            *lines,
            _("公開號碼 {number}。下一步：打完並封存電話，再按 C 公布密鹽。").format(
                number=one.public_number
            ),
        ]
    return [
        *lines,
        _("密鹽　 {salt}").format(salt=one.salt),
        _("公開號碼 {number}。按 W 寫出抽籤證書。").format(number=one.public_number),
    ]


def _write(certificate: Certificate, path: Path) -> None:
    content = json.dumps(certificate.model_dump(mode="json"), ensure_ascii=False, indent=1)
    try:
        path.write_text(content + "\n", encoding="utf-8")
    except OSError as error:
        raise Refused(
            _("寫不了檔案（{detail}）。").format(detail=error.strerror),
            place=in_file(path),
            remedy=_("請查對資料夾與權限。"),
        ) from error
