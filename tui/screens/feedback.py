"""The feedback of a session: how often each step was chosen, and the words; nobody is named."""

from typing import ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static

from bureau.language import _
from training.feedback import STEPS, FeedbackSummary, filled, tallied
from training.session import Session
from tui.widgets.dialog import Field, Form, Message, typed_path
from tui.widgets.listing import Column, Listing
from tui.widgets.paragraph import Paragraph
from tui.widgets.place import Place, refusals_shown


class FeedbackScreen(Place):
    """The summary, and the ways to enter forms.

    Args:
        session: whose.
    """

    HEADING = _("回饋表")
    HELP = _(
        "P 印一張回饋表去影印；收回後按 N 一張一張登錄，或按 T 登錄游標所在那一題的人數（會取代原來的人數）。"
        "不記名，也不存每一張的內容，只存每題各有幾人；人數不足時不顯示結果，以免認得出是誰。"
        "F 改用自己的題目（.toml），要在登錄之前。"
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("n,N,ｎ,Ｎ", "new", _("登錄一張"), id="feedback.new"),
        Binding("t,T,ｔ,Ｔ", "tally", _("登錄人數"), id="feedback.tally"),
        Binding("p,P,ｐ,Ｐ", "print", _("印回饋表"), id="feedback.print"),
        Binding("f,F,ｆ,Ｆ", "form", _("換題目"), id="feedback.form"),
    ]

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._summary: FeedbackSummary | None = None

    def content(self) -> ComposeResult:
        """Lay out the summary."""
        yield Static("", id="session", classes="section-title", markup=False)
        yield Listing(
            [
                Column(_("題目")),
                Column(_("人數"), 4, right=True),
                Column(_("平均"), 8, right=True),
                *(Column(str(step), 4, right=True) for step in STEPS),
            ],
            opens=False,
        )
        yield Paragraph("", id="words", classes="section-note")

    async def fill(self) -> None:
        """Read the summary."""
        session, by = self._session, self.house.by
        self._summary = summary = await self.house.ask(
            lambda desks: desks.feedback.summary(session.id, by=by)
        )
        self.query_one("#session", Static).update(
            _("{name}　已登錄 {count} 張").format(name=session.name, count=summary.n)
        )
        rows = []
        for counts in summary.counts:
            shown = summary.shown(counts)
            steps = [str(counts.steps.get(step, 0)) if shown else "" for step in STEPS]
            mean = str(counts.mean) if shown else _("人數不足") if counts.n else "－"
            rows.append((counts.question.text, str(counts.n), mean, *steps))
        self.query_one(Listing).show(rows)
        self.query_one(Listing).focus()
        self.query_one("#words", Paragraph).update(
            "\n".join(_("・{text}").format(text=text) for text in summary.shown_words)
        )

    @work
    async def action_new(self) -> None:
        """Enter one filled form."""
        await self._new()

    @refusals_shown
    async def _new(self) -> None:
        if self._summary is None:
            return
        form, session, by = self._summary.form, self._session, self.house.by
        numbers = _("{count} 題的答案").format(count=len(form.with_steps))
        answers = await self.app.push_screen_wait(
            Form(
                _("登錄一張回饋表"),
                [
                    *(
                        [Field("steps", numbers, hint="5 4 - 3", check=lambda text: filled(form, text))]
                        if form.with_steps
                        else []
                    ),
                    *(Field(f"words-{one.id}", one.text) for one in form.with_words),
                ],
                _("依題序填 5 到 1，空白的題填 -。"),
            )
        )
        if answers is None:
            return
        now = self.house.now
        words = {one.id: answers[f"words-{one.id}"] for one in form.with_words}
        await self.house.ask(
            lambda desks: desks.feedback.add(session.id, answers.get("steps", ""), words, by=by, at=now)
        )
        await self.fill()

    @work
    async def action_tally(self) -> None:
        """Enter how often each step of the question under the cursor was chosen."""
        await self._tally()

    @refusals_shown
    async def _tally(self) -> None:
        place = self.query_one(Listing).cursor
        if self._summary is None or place >= len(self._summary.counts):
            return
        question = self._summary.counts[place].question
        answers = await self.app.push_screen_wait(
            Form(
                _("登錄人數"),
                [Field("counts", _("5 到 1 各幾人"), hint="12 8 3 0 1", check=tallied)],
                question.text,
            )
        )
        if answers is None:
            return
        session, by, now = self._session, self.house.by, self.house.now
        await self.house.ask(
            lambda desks: desks.feedback.tally(session.id, question.id, answers["counts"], by=by, at=now)
        )
        await self.fill()

    @work
    async def action_form(self) -> None:
        """Take other questions from a file."""
        await self._form()

    @refusals_shown
    async def _form(self) -> None:
        answers = await self.app.push_screen_wait(
            Form(
                _("換題目"),
                [Field("path", _("檔案（.toml）"))],
                _("courtesy session feedback 場次 --write 檔案 會寫出內附的題目，供修改。"),
            )
        )
        if answers is None:
            return
        session, by, now = self._session, self.house.by, self.house.now
        path = typed_path(answers["path"])
        await self.house.ask(lambda desks: desks.feedback.set_form(session.id, path, by=by, at=now))
        await self.fill()
        self.house.tell(_("已換題目。"))

    @work
    async def action_print(self) -> None:
        """Print the form."""
        await self._print()

    @refusals_shown
    async def _print(self) -> None:
        answers = await self.app.push_screen_wait(
            Form(_("印回饋表"), [Field("path", _("存成（.pdf）"), _("回饋表.pdf"))])
        )
        if answers is None:
            return
        session, by, path = self._session, self.house.by, typed_path(answers["path"])

        from training.session_papers import print_feedback  # noqa: PLC0415 - reportlab only when printing

        report = await self.house.ask(lambda desks: print_feedback(desks.feedback, session.id, path, by=by))
        lines = [_("已印到 {path}，共 {pages} 頁。").format(path=path, pages=report.pages)]
        lines += [_("字型沒有這個字：{what}").format(what=missing) for missing in report.missing]
        await self.app.push_screen(Message(_("回饋表"), lines))
