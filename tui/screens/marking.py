"""Marking essays: one answer at a time, without saying whose it is."""

from typing import TYPE_CHECKING, ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.widgets import Static

from bureau.language import _
from bureau.problem import Refused
from tui.widgets.dialog import Confirm, Field, Form
from tui.widgets.paragraph import Paragraph
from tui.widgets.place import Place, refusals_shown
from tui.widgets.words import Words

if TYPE_CHECKING:
    from quiz_bank.marking_desk import Essay


class MarkingScreen(Place):
    """The answers of one paper that a person has to mark.

    Args:
        paper_id: the paper.
        title: what people call it.
    """

    CSS_PATH: ClassVar = ["../styles/sitting.tcss"]
    HEADING = _("評閱簡答題")
    HELP = _(
        "同一題的答案排在一起，一份一份看；看不到是誰寫的，自己的答案不會出現。"
        "打分數後按 Enter 存檔並到下一份，結束評閱以前可以回來再改；F3 寫評語，和分數存在一起。"
        "上下鍵捲動長答案，PgUp、PgDn 換一份，F4 找還沒評的。全部評完後按 F5 結束評閱，成績就確定。"
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "give", _("給分"), id="marking.give", priority=True),
        Binding("pageup", "turn(-1)", _("上一份"), id="marking.previous", priority=True),
        Binding("pagedown", "turn(1)", _("下一份"), id="marking.next", priority=True),
        Binding("f3", "remark", _("評語"), id="marking.remark", priority=True),
        Binding("f4", "unmarked", _("找未評"), id="marking.unmarked", priority=True),
        Binding("f5", "finish", _("結束評閱"), id="marking.finish", priority=True),
        Binding("up", "scroll_by(-1)", show=False, priority=True),
        Binding("down", "scroll_by(1)", show=False, priority=True),
        Binding("escape", "back", _("返回"), id="place.back", priority=True),
    ]

    def __init__(self, paper_id: str, title: str) -> None:
        super().__init__()
        self._paper_id = paper_id
        self._paper_title = title
        self._essays: list[Essay] = []
        self._place = 0
        self._remark: str | None = None

    def content(self) -> ComposeResult:
        """Lay out what was asked, what a good answer says, what was answered, and the points."""
        yield Static("", id="number", classes="section-title", markup=False)
        with VerticalScroll(id="question", can_focus=False):
            yield Paragraph("", id="stem")
            yield Paragraph("", id="model", classes="section-note")
            yield Static(_("作答"), classes="dialog-title", markup=False)
            yield Paragraph("", id="text")
        yield Paragraph("", id="state", classes="section-note")
        yield Words("", placeholder=_("分數"), id="points")

    async def fill(self) -> None:
        """Read the answers, and begin with the first that has no mark."""
        paper_id, by = self._paper_id, self.house.by
        self._essays = await self.house.ask(lambda desks: desks.marking.essays(paper_id, by=by))
        self._place = next((place for place, one in enumerate(self._essays) if one.points is None), 0)
        self._show()

    async def resume(self) -> None:
        """Stay with the answer, and with what was typed, when a window has closed."""
        self.query_one("#points", Words).focus()

    @property
    def _essay(self) -> "Essay | None":
        return self._essays[self._place] if self._essays else None

    def _show(self) -> None:
        essay, points = self._essay, self.query_one("#points", Words)
        left = sum(one.points is None for one in self._essays)
        self._remark = None
        if essay is None:
            self.query_one("#number", Static).update(self._paper_title)
            self.query_one("#stem", Paragraph).update(_("沒有您可以評的答案。自己的答案要由別人評。"))
            self.query_one("#state", Paragraph).update("")
            points.focus()
            return
        same = [one for one in self._essays if one.number == essay.number]
        self.query_one("#number", Static).update(
            _("{title}　第 {number} 題，第 {place} 份，共 {count} 份").format(
                title=self._paper_title,
                number=essay.number,
                place=same.index(essay) + 1,
                count=len(same),
            )
        )
        self.query_one("#stem", Paragraph).update(essay.question.stem)
        model = [_("參考答案：{text}").format(text=essay.question.model_answer or _("（沒有寫）"))]
        model += [
            _("要點 {place}：{text}").format(place=place, text=point)
            for place, point in enumerate(essay.question.points, start=1)
        ]
        self.query_one("#model", Paragraph).update("\n".join(model))
        self.query_one("#text", Paragraph).update(essay.text)
        state = _("0 到 {worth} 分；還有 {left} 份沒評。").format(
            worth=f"{essay.worth.normalize():f}", left=left
        )
        if essay.remark:
            state += "\n" + _("評語：{text}").format(text=essay.remark)
        self.query_one("#state", Paragraph).update(state)
        points.value = "" if essay.points is None else f"{essay.points.normalize():f}"
        points.cursor_position = len(points.value)
        points.focus()
        self.query_one("#question", VerticalScroll).scroll_home(animate=False)

    def action_scroll_by(self, lines: int) -> None:
        """Scroll a long answer."""
        self.query_one("#question", VerticalScroll).scroll_relative(y=lines, animate=False)

    def action_turn(self, steps: int) -> None:
        """Go to another answer; what was typed and not given is left."""
        if self._essays:
            self._place = (self._place + steps) % len(self._essays)
            self._show()

    def action_unmarked(self) -> None:
        """Go to the next answer that has no mark."""
        count = len(self._essays)
        following = [(self._place + step) % count for step in range(1, count + 1)] if count else []
        found = next((place for place in following if self._essays[place].points is None), None)
        if found is None:
            self.house.tell(_("每一份都評了，按 F5 結束評閱。"))
            return
        self._place = found
        self._show()

    @work
    async def action_give(self) -> None:
        """Store the points that were typed and go on."""
        await self.query_one("#points", Words).settled()
        await self._give()

    @refusals_shown
    async def _give(self) -> None:
        essay = self._essay
        if essay is None:
            return
        await self._mark(essay, self.query_one("#points", Words).value, essay.remark)
        place = self._place
        await self._reread()
        self._place = min(place + 1, len(self._essays) - 1)
        if all(one.points is not None for one in self._essays):
            self.house.tell(_("每一份都評了，按 F5 結束評閱。"))
        self._show()

    async def _mark(self, essay: "Essay", points: str, remark: str) -> None:
        by, now = self.house.by, self.house.now
        await self.house.ask(
            lambda desks: desks.marking.mark(
                essay.sitting_id, essay.number, points, remark=remark, by=by, at=now
            )
        )

    async def _reread(self) -> None:
        paper_id, by = self._paper_id, self.house.by
        self._essays = await self.house.ask(lambda desks: desks.marking.essays(paper_id, by=by))

    @work
    async def action_remark(self) -> None:
        """Write a remark for the person, together with the points."""
        await self._write_remark()

    @refusals_shown
    async def _write_remark(self) -> None:
        essay = self._essay
        if essay is None:
            return
        typed = self.query_one("#points", Words).value
        answers = await self.app.push_screen_wait(
            Form(
                _("評語"),
                [
                    Field("points", _("分數"), typed, check=_filled),
                    Field("remark", _("評語"), essay.remark, hint=_("和分數存在一起")),
                ],
            )
        )
        if answers is not None:
            await self._mark(essay, answers["points"], answers["remark"])
            await self._reread()
            self._show()

    @work
    async def action_finish(self) -> None:
        """Say what closing does, ask, and close."""
        await self._finish()

    @refusals_shown
    async def _finish(self) -> None:
        house, paper_id, by = self.house, self._paper_id, self.house.by
        count = await house.ask(lambda desks: desks.marking.papers_waiting(by=by).get(paper_id, 0))
        left = sum(one.points is None for one in self._essays)
        lines = [
            _("{count} 份答卷的成績就此確定，同仁可以看到分數與參考答案。").format(count=count),
            _("給的分數之後不能再改；不及格的依規則開補訓案。"),
        ]
        if left:
            raise Refused(
                _("還有 {count} 個答案沒有評分。").format(count=left), remedy=_("按 F4 找還沒評的。")
            )
        if not await self.app.push_screen_wait(Confirm(_("結束評閱？"), lines)):
            return
        now = house.now
        closed = await house.ask(lambda desks: desks.marking.finish(paper_id, by=by, at=now))
        passed = sum(bool(sitting.passed) for sitting in closed)
        house.tell(_("評閱結束：{count} 份，及格 {passed} 份。").format(count=len(closed), passed=passed))
        await self.action_back()


def _filled(text: str) -> None:
    if not text.strip():
        raise Refused(_("不能空白。"))
