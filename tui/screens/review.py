"""One question after another as it was answered: what is right, why, and by which law."""

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.widgets import Static

from bureau.language import _
from quiz_bank.question import RIGHT_MARK, WRONG_MARK, Kind
from quiz_bank.sitting import Reviewed, SheetOption
from tui.widgets.options import Option, Options
from tui.widgets.paragraph import Paragraph
from tui.widgets.place import Place


class ReviewScreen(Place):
    """The questions of a submitted sitting.

    Args:
        title: what stands above: the paper, and whose sitting.
        reviewed: the questions in the order of the sheet.
        first: the index of the question shown first.
    """

    CSS_PATH: ClassVar = ["../styles/sitting.tcss"]
    HEADING = _("逐題檢討")
    HELP = _(
        "每一題標出選了哪些、哪些是正解，下面是得分、說明與法令依據。"
        "左右鍵換題，上下鍵捲動，Esc 回到各題的清單。"
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left,pageup", "turn(-1)", _("上一題"), id="review.previous", priority=True),
        Binding("right,pagedown,enter", "turn(1)", _("下一題"), id="review.next", priority=True),
        Binding("g,G,ｇ,Ｇ", "wrong", _("找答錯的"), id="review.wrong", priority=True),
        Binding("up", "scroll(-1)", show=False, priority=True),
        Binding("down", "scroll(1)", show=False, priority=True),
    ]

    def __init__(self, title: str, reviewed: Sequence[Reviewed], first: int) -> None:
        super().__init__()
        self._title = title
        self._reviewed = tuple(reviewed)
        self._index = first

    def content(self) -> ComposeResult:
        """Lay out the question, its options, and what is to be learned from it."""
        yield Static("", id="number", classes="section-title", markup=False)
        with VerticalScroll(id="question", can_focus=False):
            yield Paragraph("", id="stem")
            yield Options(choosable=False, id="options")
            yield Paragraph("", id="why")

    async def fill(self) -> None:
        """Show the question."""
        self.entitle(self._title)
        self._show()

    def _show(self) -> None:
        one = self._reviewed[self._index]
        question = one.question
        self.query_one("#number", Static).update(
            _("第 {place} 題／共 {count} 題　{kind}　{outcome}，得 {points:.2f}／{worth:.2f} 分").format(
                place=one.place,
                count=len(self._reviewed),
                kind=question.kind.label,
                outcome=outcome_of(one),
                points=one.points,
                worth=one.worth,
            )
        )
        self.query_one("#stem", Paragraph).update(question.stem)
        self.query_one("#options", Options).show(_options(one))
        lines = [] if one.chosen else [_("這一題沒有作答。"), ""]
        if one.corrected:
            lines += [one.corrected, ""]
        if one.remark:
            lines += [_("評語：{text}").format(text=one.remark), ""]
        if question.explanation:
            lines += [_("說明：{text}").format(text=question.explanation), ""]
        if question.legal_basis:
            lines.append(_("法令依據：{law}").format(law=question.legal_basis))
        self.query_one("#why", Paragraph).update("\n".join(lines))
        self.query_one("#question", VerticalScroll).scroll_home(animate=False)

    def action_turn(self, pages: int) -> None:
        """Go to another question."""
        self._index = min(len(self._reviewed) - 1, max(0, self._index + pages))
        self._show()

    def action_wrong(self) -> None:
        """Go to the next question that was not answered rightly."""
        wrong = [index for index, one in enumerate(self._reviewed) if not one.correct]
        if wrong:
            self._index = next((index for index in wrong if index > self._index), wrong[0])
            self._show()
        else:
            self.house.tell(_("每一題都答對了。"))

    def action_scroll(self, lines: int) -> None:
        """Read on in a question longer than the screen."""
        self.query_one("#question", VerticalScroll).scroll_relative(y=lines, animate=False)


def outcome_of(one: Reviewed) -> str:
    """Say in a word how a question was answered."""
    if one.correct:
        return _("答對")
    if not one.chosen:
        return _("未答")
    if one.by_hand:
        return _("評分")
    return _("部分") if one.points else _("答錯")


def mark_of(mark: str) -> str:
    """Give a true-or-false mark as a word: the marks' width differs from terminal to terminal."""
    return {RIGHT_MARK: _("對"), WRONG_MARK: _("錯")}.get(mark, mark)


def answer_text(kind: Kind, letters: str) -> str:
    """Write an answer as the person saw its options, on one line."""
    return mark_of(letters) if kind is Kind.TRUE_FALSE else letters.replace("\n", " ")


def _options(one: Reviewed) -> list[Option]:
    """Give what could be chosen, or what was written, each with what became of it."""
    kind = one.question.kind
    if kind is Kind.MATCHING:
        return _matches(one)
    if not kind.typed:
        return [_shown(one, option) for option in one.options]
    written = [Option(_("你的答案："), one.chosen, "" if one.correct else "$warning")] if one.chosen else []
    if one.right:
        heading = _("參考答案：") if kind is Kind.ESSAY else _("正確答案：")
        written.append(Option(heading, one.right, "bold $success"))
    return written


def _matches(one: Reviewed) -> list[Option]:
    """Give each prompt with the letter it was matched with and the right one, then what the letters mean."""
    chosen, right = _by_prompt(one.chosen), _by_prompt(one.right)
    rows = [
        Option(
            _("選了 {chosen}  正解 {right}  ").format(chosen=chosen.get(place, "-"), right=right[place]),
            prompt,
            "bold $success" if chosen.get(place) == right[place] else "$warning",
        )
        for place, prompt in enumerate(one.question.prompts, start=1)
    ]
    return rows + [Option(f"{option.letter}  ", option.text) for option in one.options]


def _by_prompt(text: str) -> dict[int, str]:
    return {int(place): letter for place, _dash, letter in (pair.partition("-") for pair in text.split())}


def _shown(one: Reviewed, option: SheetOption) -> Option:
    right, chosen = option.letter in one.right, option.chosen
    tags = f"{_('選了') if chosen else '    '}  {_('正解') if right else '    '}"
    if one.question.kind is Kind.TRUE_FALSE:
        mark, text = f"{tags}  ", mark_of(option.text)
    else:
        mark, text = f"{tags}  {option.letter}  ", option.text
    return Option(mark, text, "bold $success" if right else "$warning" if chosen else "")
