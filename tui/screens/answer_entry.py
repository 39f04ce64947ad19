"""Answers given on paper: person after person, each sheet as one line of keys, twice where asked for."""

from typing import TYPE_CHECKING, ClassVar

from rich.cells import cell_len
from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.widgets import Input, Static

from bureau.language import _
from bureau.problem import Refused
from quiz_bank.answer_line import differences, so_far
from quiz_bank.question import Kind
from tui.widgets.dialog import Confirm, Field, Form, Message
from tui.widgets.paragraph import Paragraph
from tui.widgets.place import Place, refusals_shown
from tui.widgets.words import Words

if TYPE_CHECKING:
    from bureau.people import Person
    from quiz_bank.blueprint import Paper
    from quiz_bank.response import Response
    from tui.desks import Desks

_CELL = 18


class AnswerEntryScreen(Place):
    """The entry of one paper's answer sheets.

    Args:
        paper_id: the paper.
        title: what people call it.
    """

    CSS_PATH: ClassVar = ["../styles/sitting.tcss"]
    HEADING = _("登錄答卷")
    HELP = _(
        "先輸入員工編號或姓名，再照答卷的題號依序打一行答案：是非打 O 或 X，單選打一個字母，兩者可以連著打；"
        "複選的字母連寫後空一格，配對依序打字母，填充與數字打完空一格（有空格的用引號括起來），沒作答打 -。"
        "上方同時列出每一題讀成什麼，看不懂的標 ?。規則要求兩次登錄時，再打一次互相核對，不同的題目會列出來。"
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "next", _("下一步"), id="entry.next", priority=True),
        Binding("f3", "first", _("改第一次"), id="entry.first", priority=True),
        Binding("f4", "person", _("換一份"), id="entry.person", priority=True),
        Binding("escape", "back", _("返回"), id="place.back", priority=True),
    ]

    def __init__(self, paper_id: str, title: str) -> None:
        super().__init__()
        self._paper_id = paper_id
        self._paper_title = title
        self._paper: Paper | None = None
        self._person: Person | None = None
        self._twice = True
        self._first: dict[int, Response] | None = None
        self._first_line = ""
        self._entered = 0

    def content(self) -> ComposeResult:
        """Lay out whose sheet it is, the answers as read so far, and the line."""
        yield Static("", id="who", classes="section-title", markup=False)
        with VerticalScroll(id="question", can_focus=False):
            yield Paragraph("", id="read")
        yield Paragraph("", id="fault", classes="section-note")
        yield Words("", placeholder=_("例如 OXBD ABD - 40"), id="line")

    async def begin(self) -> None:
        """Read the paper and ask for the first person."""
        await self.show_all()
        if self._paper is not None:
            self.action_person()

    async def fill(self) -> None:
        """Read the paper and its rules."""
        paper_id = self._paper_id

        def read(desks: "Desks") -> tuple["Paper", bool]:
            return desks.quiz.paper(paper_id), desks.answers.needs_second_entry(paper_id)

        self._paper, self._twice = await self.house.ask(read)
        self._show()
        self.query_one("#line", Words).focus()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002
        """Offer the way back to the first entry only from the second."""
        return action != "first" or self._first is not None

    @on(Input.Changed, "#line")
    def _typed(self) -> None:
        self._show(keep_fault=False)

    def _show(self, *, keep_fault: bool = True) -> None:
        paper = self._paper
        if paper is None:
            return
        line = self.query_one("#line", Words).value
        understood, rest = so_far(paper, line)
        cells = []
        for item in paper.items:
            # Until the line has reached a question, its kind says what will be typed.
            reached = item.number <= len(understood)
            kind = _("（{kind}）").format(kind=item.question.kind.label)
            text = understood[item.number - 1] if reached else kind
            cells.append(f"{item.number:>3} {text}")
        columns = max(1, (self.size.width - 4) // _CELL)
        rows = -(-len(cells) // columns)
        lines = [
            "".join(_padded(cells[place]) for place in range(row, len(cells), rows)).rstrip()
            for row in range(rows)
        ]
        self.query_one("#read", Paragraph).update("\n".join(lines))
        if not keep_fault:
            said = (
                _("{count} 題之後還有「{rest}」。").format(count=len(paper.items), rest=rest[:20])
                if rest
                else ""
            )
            self.query_one("#fault", Paragraph).update(said or self._hint(len(understood)))
        self._show_who()

    def _hint(self, reached: int) -> str:
        paper = self._paper
        assert paper is not None
        if reached >= len(paper.items):
            return _("每一題都有了，按 Enter。")
        item = paper.items[reached]
        how = {
            Kind.TRUE_FALSE: _("O 或 X"),
            Kind.SINGLE: _("一個字母"),
            Kind.MULTIPLE: _("幾個字母連寫，再空一格"),
            Kind.SHORT: _("打字，再空一格"),
            Kind.NUMBER: _("數字，再空一格"),
            Kind.MATCHING: _("依序 {count} 個字母").format(count=len(item.question.prompts)),
            Kind.ESSAY: _("打字，用引號括起來"),
        }[item.question.kind]
        return _("接著是第 {number} 題（{kind}）：{how}；沒作答打 -。").format(
            number=item.number, kind=item.question.kind.label, how=how
        )

    def _show_who(self) -> None:
        if self._person is None:
            text = self._paper_title
        else:
            step = "" if not self._twice else _("第二次登錄") if self._first is not None else _("第一次登錄")
            text = _("{title}　{name}（{staff_no}）{section}　{step}").format(
                title=self._paper_title,
                name=self._person.name,
                staff_no=self._person.staff_no,
                section=self._person.section,
                step=step,
            )
        self.query_one("#who", Static).update(text.rstrip())

    @work
    async def action_person(self) -> None:
        """Ask whose sheet comes next."""
        paper_id = self._paper_id
        note = _("已登錄 {count} 份。").format(count=self._entered) if self._entered else ""
        answers = await self.app.push_screen_wait(
            Form(_("誰的答卷"), [Field("who", _("員工編號或姓名"), check=_filled)], note)
        )
        if answers is None:
            if self._person is None:
                await self.action_back()
            return
        try:
            self._person = await self.house.ask(
                lambda desks: desks.answers.person_for(paper_id, answers["who"])
            )
        except Refused as refusal:
            await self.app.push_screen_wait(Message(_("沒有完成"), refusal.lines(), "error"))
            self.action_person()
            return
        self._first, self._first_line = None, ""
        self._clear()

    def _clear(self, text: str = "") -> None:
        line = self.query_one("#line", Words)
        line.value = text
        line.cursor_position = len(text)
        self.refresh_bindings()
        self._show(keep_fault=False)
        line.focus()

    async def action_back(self) -> None:
        """Leave; what is typed and not entered is given up only after a yes."""
        line = self.query_one("#line", Words)
        if self._person is not None:
            await line.settled()
        typed = self._first is not None or line.value.strip()
        if self._person is None or not typed:
            await super().action_back()
            return
        lines = [_("這一份還沒有登錄，離開就不會留下。")]
        self.app.push_screen(Confirm(_("離開？"), lines), self._leave)

    async def _leave(self, agreed: bool | None) -> None:
        if agreed:
            await super().action_back()

    def action_first(self) -> None:
        """Go back to the first entry."""
        self._first = None
        self._clear(self._first_line)

    @work(exclusive=True)
    async def action_next(self) -> None:
        """Take the line: compare it with the first, ask, and enter."""
        await self.query_one("#line", Words).settled()
        await self._next()

    @refusals_shown
    async def _next(self) -> None:
        paper, person = self._paper, self._person
        if paper is None or person is None:
            return
        line = self.query_one("#line", Words).value
        paper_id = self._paper_id
        answers = await self.house.ask(lambda desks: desks.answers.line(paper_id, line))
        if self._twice and self._first is None:
            self._first, self._first_line = answers, line
            self._clear()
            return
        first = self._first if self._first is not None else answers
        if apart := differences(paper, first, answers):
            said = [
                _("第 {number} 題：第一次 {first}，第二次 {second}").format(
                    number=number, first=one, second=other
                )
                for number, one, other in apart
            ]
            said.append(_("對照答卷改這一行，或按 F3 改第一次。"))
            self.query_one("#fault", Paragraph).update("\n".join(said))
            return
        await self._enter(paper, person, answers, first)

    async def _enter(
        self,
        paper: "Paper",
        person: "Person",
        answers: "dict[int, Response]",
        first: "dict[int, Response]",
    ) -> None:
        house = self.house
        empty = [str(number) for number, response in answers.items() if not response]
        lines = [
            _("{name}（{staff_no}）{section}").format(
                name=person.name, staff_no=person.staff_no, section=person.section
            ),
            _("作答 {count} 題。").format(count=len(paper.items) - len(empty))
            + (_("沒有作答：第 {numbers} 題。").format(numbers="、".join(empty)) if empty else ""),
            _("登錄後就交卷計分，不能再改。"),
        ]
        question = _("登錄{name}的答卷？").format(name=person.name)
        if not await self.app.push_screen_wait(Confirm(question, lines)):
            return
        by, now, twice = house.by, house.now, self._twice
        sitting = await house.ask(
            lambda desks: desks.answers.enter(
                paper.id, person.staff_no, answers, second=first if twice else None, by=by, at=now
            )
        )
        self._entered += 1
        self._person, self._first, self._first_line = None, None, ""
        self._clear()
        outcome = _("簡答題待評閱") if sitting.score is None else _("{score} 分").format(score=sitting.score)
        house.tell(_("已登錄{name}：{outcome}。").format(name=person.name, outcome=outcome))
        self.action_person()


def _padded(text: str) -> str:
    room = _CELL - 2
    while cell_len(text) > room:
        text = text[:-2].rstrip("…") + "…"
    return text + " " * (_CELL - cell_len(text))


def _filled(text: str) -> None:
    if not text.strip():
        raise Refused(_("不能空白。"))
