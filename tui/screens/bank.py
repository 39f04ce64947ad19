"""The bank: every question, its status, files in and out, and what should be looked at."""

from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from rich.cells import cell_len
from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static

from bureau.dates import day_of, roc
from bureau.language import _
from bureau.problem import Refused
from quiz_bank.bank_desk import Version, Wanted, Weighing
from quiz_bank.question import Kind, Question, Status
from quiz_bank.written_out import written_out
from tui.screens.bank_check import BankCheckScreen
from tui.screens.bank_import import take_in
from tui.widgets.dialog import Choose, Confirm, Field, Form, Message, typed_path
from tui.widgets.listing import Column, Listing
from tui.widgets.paragraph import Paragraph
from tui.widgets.place import Place, refusals_shown

if TYPE_CHECKING:
    from tui.desks import Desks

FORMATS = ("xlsx", "csv", "toml", "gift", "xml", "aiken")
"""The endings of the formats that can be written."""

_TONES = {Status.DRAFT: "alarm", Status.RETIRED: "quiet"}


class BankScreen(Place):
    """The list of questions."""

    HEADING = _("題庫")
    HELP = _(
        "題庫裡的每一題；啟用而且有效的題目才會抽到。按 Enter 看整題，答案與各個版本都在裡面。\n"
        "按 T 選稅目、K 換狀態、F 找文字，清單就只剩那些題目。\n"
        "按 S 把游標上的題目改為草稿、啟用或停用：題目成為新的版本，已經抽好的試卷不受影響。\n"
        "按 E 匯出整個題庫，寫檔之前先列出那種格式保存不了什麼；按 I 匯入題庫檔；按 C 看該處理的題目。"
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("t,T,ｔ,Ｔ", "topic", _("稅目"), id="bank.topic"),
        Binding("k,K,ｋ,Ｋ", "status", _("狀態"), id="bank.status"),
        Binding("f,F,ｆ,Ｆ", "text", _("找文字"), id="bank.text"),
        Binding("s,S,ｓ,Ｓ", "change", _("改狀態"), id="bank.change"),
        Binding("i,I,ｉ,Ｉ", "take_in", _("匯入"), id="bank.import"),
        Binding("e,E,ｅ,Ｅ", "export", _("匯出"), id="bank.export"),
        Binding("c,C,ｃ,Ｃ", "check", _("檢查"), id="bank.check"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._wanted = Wanted()
        self._all: list[Question] = []
        self._shown: list[Question] = []

    def content(self) -> ComposeResult:
        """Lay out what is looked for, the list, and a few words about one question."""
        yield Static("", id="wanted", classes="section-title", markup=False)
        yield Listing(
            [
                Column(_("編號"), 14),
                Column(_("題型"), _widest(_("題型"), *(kind.label for kind in Kind))),
                Column(_("狀態"), _widest(_("狀態"), *(status.label for status in Status))),
                Column(_("稅目"), 12),
                Column(_("題目"), most=90),
            ],
            empty=_("正在讀取。"),
        )
        yield Paragraph("", id="detail", classes="detail")

    async def fill(self) -> None:
        """Read the bank."""
        self._all = await self.house.ask(lambda desks: desks.quiz.questions())
        self.query_one(Listing).focus()
        self._narrow(self._wanted)

    def _narrow(self, wanted: Wanted) -> None:
        """Show the questions that are looked for."""
        self._wanted = wanted
        self._shown = [question for question in self._all if wanted.holds(question)]
        listing = self.query_one(Listing)
        listing.empty = (
            _("沒有這樣的題目。按 T、K 或 F 改要找的。")
            if self._all
            else _("題庫是空的。按 I 匯入題庫檔，或回上一頁按 B 載入內附的題庫。")
        )
        today = self.house.today
        listing.show(
            [self._row(question) for question in self._shown],
            tones=[
                _TONES.get(question.status, "" if question.in_force_on(today) else "quiet")
                for question in self._shown
            ],
        )
        everything = _("全部")
        self.query_one("#wanted", Static).update(
            _("稅目：{topic}　狀態：{status}　文字：{text}　{count} 題").format(
                topic=wanted.topic or everything,
                status=wanted.status.label if wanted.status else everything,
                text=wanted.text or everything,
                count=len(self._shown),
            )
        )
        self._show_detail()

    def _row(self, question: Question) -> list[str]:
        return [question.id, question.kind.label, question.status.label, question.subject, question.stem]

    @on(Listing.Moved)
    def _show_detail(self) -> None:
        question = self._question
        lines = []
        if question:
            lines = [
                question.stem.replace("\n", " "),
                _("主題：{topic}　法令依據：{law}").format(
                    topic=question.topic, law=question.legal_basis or _("沒有")
                ),
            ]
        self.query_one("#detail", Paragraph).update("\n".join(lines))

    @property
    def _question(self) -> Question | None:
        cursor = self.query_one(Listing).cursor
        return self._shown[cursor] if cursor < len(self._shown) else None

    @on(Listing.Chosen)
    def _chosen(self, event: Listing.Chosen) -> None:
        self._open(self._shown[event.index].id)

    @work
    async def _open(self, question_id: str) -> None:
        await self._whole(question_id)

    @refusals_shown
    async def _whole(self, question_id: str) -> None:
        await show_question(self, question_id)

    # What is looked for

    @work
    async def action_topic(self) -> None:
        """Choose the 稅目 to look at."""
        subjects = sorted({question.subject for question in self._all})
        counts = [str(sum(question.under(subject) for question in self._all)) for subject in subjects]
        rows = [(_("全部"), str(len(self._all))), *zip(subjects, counts, strict=True)]
        columns = [Column(_("稅目"), most=40), Column(_("題數"), 5, right=True)]
        chosen = await self.app.push_screen_wait(Choose(_("看哪一個稅目"), columns, rows))
        if chosen is not None:
            topic = subjects[chosen - 1] if chosen else ""
            self._narrow(self._wanted.model_copy(update={"topic": topic}))

    def action_status(self) -> None:
        """Look at the questions of the next status."""
        order = (None, *Status)
        following = order[(order.index(self._wanted.status) + 1) % len(order)]
        self._narrow(self._wanted.model_copy(update={"status": following}))

    @work
    async def action_text(self) -> None:
        """Look for a text."""
        fields = [Field("text", _("文字"), self._wanted.text, hint=_("留白：全部"))]
        note = _("編號、主題、題目、選項、標籤或法令依據裡有這段文字的題目。")
        answers = await self.app.push_screen_wait(Form(_("找文字"), fields, note))
        if answers is not None:
            self._narrow(self._wanted.model_copy(update={"text": answers["text"].strip()}))

    # What is done

    @work
    async def action_change(self) -> None:
        """Change the status of the question under the cursor."""
        if question := self._question:
            await self._change(question)

    @refusals_shown
    async def _change(self, question: Question) -> None:
        others = [status for status in Status if status is not question.status]
        chosen = await self.app.push_screen_wait(
            Choose(
                _("{id} 現在是{status}，改為").format(id=question.id, status=question.status.label),
                [Column(_("狀態"), 6), Column(_("意思"))],
                [(status.label, _meaning(status)) for status in others],
                _("題目成為新的版本並記入日誌；已經抽好的試卷仍用原來的版本。"),
            )
        )
        if chosen is None:
            return
        house, status = self.house, others[chosen]
        by, now = house.by, house.now
        await house.ask(lambda desks: desks.bank.set_status([question.id], status, by=by, at=now))
        await self.fill()
        house.tell(_("{id} 已改為{status}。").format(id=question.id, status=status.label))

    @work
    async def action_take_in(self) -> None:
        """Import a file of questions."""
        await self._take_in()

    @refusals_shown
    async def _take_in(self) -> None:
        if await take_in(self):
            await self.fill()

    @work
    async def action_export(self) -> None:
        """Write the bank to a file."""
        await self._export()

    @refusals_shown
    async def _export(self) -> None:
        answers = await self.app.push_screen_wait(
            Form(
                _("匯出題庫"),
                [Field("path", _("檔案"), hint=_("例如 題庫.xlsx"), check=_writable)],
                _("副檔名就是格式：{formats}。整個題庫連同答案都會寫出去。").format(
                    formats="、".join("." + name for name in FORMATS)
                ),
            )
        )
        if answers is None:
            return
        house, path = self.house, typed_path(answers["path"])
        by = house.by
        weighing = await house.ask(lambda desks: desks.bank.weigh(path, by=by))
        title = _("寫入 {name}？").format(name=path.name)
        if await self.app.push_screen_wait(Confirm(title, _said(weighing))):
            done = await house.ask(lambda desks: desks.bank.export(path, by=by))
            house.tell(_("已寫入 {path}（{count} 題）。").format(path=path, count=done.count))

    def action_check(self) -> None:
        """Show what should be looked at."""
        self.app.push_screen(BankCheckScreen())


async def show_question(place: Place, question_id: str) -> None:
    """Show a question whole in a window, with its versions.

    Raises:
        Refused: the bank has none of that identifier.
    """
    by = place.house.by

    def read(desks: "Desks") -> tuple[list[Version], int]:
        return desks.bank.versions(question_id, by=by), desks.bank.papers_with(question_id)

    versions, papers = await place.house.ask(read)
    current = next(version for version in versions if version.current)
    lines = [
        _("{label}：{text}").format(label=label, text=text) for label, text in written_out(current.question)
    ]
    lines.append(_("考過的試卷：{count} 份").format(count=papers))
    if len(versions) > 1:
        lines += ["", _("各個版本：")]
        lines += [
            f"{version.version}  {roc(day_of(version.came_in))}  {version.question.status.label}"
            + (_("（現行）") if version.current else "")
            for version in versions
        ]
    place.app.push_screen(Message(question_id, lines))


def _widest(*texts: str) -> int:
    """Give the cells of the widest text: words of other languages are longer."""
    return max(map(cell_len, texts))


def _meaning(status: Status) -> str:
    return {
        Status.DRAFT: _("還沒審定，不會抽到"),
        Status.ACTIVE: _("有效期間內會抽到"),
        Status.RETIRED: _("不再使用，不會抽到"),
    }[status]


def _said(weighing: Weighing) -> list[str]:
    lines = [_("會寫 {count} 題。").format(count=weighing.count)]
    if weighing.left_out:
        lines.append(_("{count} 題這種格式寫不下，不會寫。").format(count=weighing.left_out))
    if weighing.lost:
        lines += [_("這種格式不會保留：")]
        lines += [f"· {lost}" for lost in weighing.lost]
    else:
        lines.append(_("全部都會保留，可以原樣匯回來。"))
    return lines


def _writable(text: str) -> None:
    path = typed_path(text)
    if path.suffix.removeprefix(".").lower() not in FORMATS:
        raise Refused(
            _("看不出要寫成哪一種格式。"),
            remedy=_("檔名請以 {formats} 結尾。").format(formats="、".join("." + name for name in FORMATS)),
        )
    if path.exists():
        raise Refused(_("檔案已經存在。"), remedy=_("請另取檔名。"))
    if not Path(path).parent.is_dir():
        raise Refused(_("沒有這個資料夾。"), remedy=_("請查對位置。"))
