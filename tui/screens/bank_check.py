"""What the keeper of the bank should look at."""

from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static

from bureau.language import _
from quiz_bank.upkeep import EXPIRY_NOTICE, Finding
from tui.widgets.listing import Column, Listing
from tui.widgets.paragraph import Paragraph
from tui.widgets.place import Place, refusals_shown


class BankCheckScreen(Place):
    """The list of findings."""

    HEADING = _("題庫檢查")
    HELP = _(
        "題庫裡該處理的題目：已失效或快失效、該複查、沒有法令依據、簡答題沒有參考答案、幾乎相同的題目、還是草稿的題目。\n"
        "亮色的是題目本身要改正的；其餘是時間到了或還沒審定。停用的題目不列。按 Enter 看整題。"
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("k,K,ｋ,Ｋ", "kind", _("換情形"), id="check.kind"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._all: list[Finding] = []
        self._shown: list[Finding] = []
        self._label = ""

    def content(self) -> ComposeResult:
        """Lay out the count, the list, and the words about one finding."""
        yield Static("", id="count", classes="section-title", markup=False)
        yield Listing(
            [Column(_("情形"), 10), Column(_("題目"), 24), Column(_("說明"), most=90)], empty=_("正在讀取。")
        )
        yield Paragraph("", id="detail", classes="detail")

    async def fill(self) -> None:
        """Look the bank through."""
        today = self.house.today
        self._all = await self.house.ask(lambda desks: desks.quiz.check(today))
        self.query_one(Listing).focus()
        self._narrow(self._label if self._label in self._labels() else "")

    def _labels(self) -> list[str]:
        return list(dict.fromkeys(finding.kind.label for finding in self._all))

    def _narrow(self, label: str) -> None:
        self._label = label
        self._shown = [finding for finding in self._all if label in {"", finding.kind.label}]
        listing = self.query_one(Listing)
        listing.empty = _("沒有該處理的題目。")
        listing.show(
            [(one.kind.label, "、".join(one.question_ids), one.text) for one in self._shown],
            tones=["alarm" if one.kind.fault else "" for one in self._shown],
        )
        self.query_one("#count", Static).update(
            _("情形：{kind}　{count} 項（{days} 天內到期的也列）").format(
                kind=label or _("全部"), count=len(self._shown), days=EXPIRY_NOTICE
            )
        )
        self._show_detail()

    def action_kind(self) -> None:
        """Look at the next kind of finding."""
        order = ["", *self._labels()]
        self._narrow(order[(order.index(self._label) + 1) % len(order)])

    @on(Listing.Moved)
    def _show_detail(self) -> None:
        cursor = self.query_one(Listing).cursor
        text = ""
        if cursor < len(self._shown):
            one = self._shown[cursor]
            text = _("{ids}：{text}").format(ids="、".join(one.question_ids), text=one.text)
        self.query_one("#detail", Paragraph).update(text)

    @on(Listing.Chosen)
    def _chosen(self, event: Listing.Chosen) -> None:
        self._open(self._shown[event.index].question_ids[0])

    @work
    async def _open(self, question_id: str) -> None:
        await self._whole(question_id)

    @refusals_shown
    async def _whole(self, question_id: str) -> None:
        from tui.screens.bank import show_question  # noqa: PLC0415 - that screen leads here

        await show_question(self, question_id)
