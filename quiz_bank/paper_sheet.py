"""A paper as it is printed: the questions, the key for the trainer, and the sheet to tick answers on.

On paper everybody has the same order: questions by kind, numbered as the paper itself numbers them, options
in the order of `quiz_bank.answer_line.printed_options`.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from bureau.dates import day_of, roc
from bureau.language import _
from bureau.paper import Columns, Fields, Form, Grid, Lines, Paragraph, Picture, Space, Together
from bureau.roles import Actor, Role
from quiz_bank.answer_line import printed_key, printed_options
from quiz_bank.blueprint import Paper, PaperItem
from quiz_bank.desk import QuizDesk
from quiz_bank.question import Kind
from quiz_bank.sitting import SheetOption

if TYPE_CHECKING:
    from bureau.paper import PrintReport
    from bureau.paper.form import Block

_SIDE_MM = 18.0
_SIZE = 12.0
_INDENT_MM = 16.0
_ESSAY_LINES = 8
_SHORT_OPTION = 9
_MIDDLE_OPTION = 17
_LONGEST_BESIDE = 120
"""Left and right sides of a matching longer than this stand below each other."""

_CUT_EXPLANATION = 90
_CUT_LAW = 60
_CUT_KEY = 60
_CHINESE_NUMBERS = "一二三四五六七"

_ROW_MM = 8.6
_ROWS_OF_A_BLOCK = 20
_BOX_MM = 4.6
_BOX_PITCH_MM = 10.0
_NUMBER_MM = 13.0
_PROMPT_PITCH_MM = 19.0


def print_paper(desk: QuizDesk, paper_id: str, path: Path, *, by: Actor, at: datetime) -> "PrintReport":
    """Print the questions, with room to write where no option is ticked.

    Raises:
        NotAllowed: neither trainer nor administrator.
        BlueprintError: there is no such paper.
        PaperError: the file cannot be written.
    """
    by.require(Role.TRAINER)
    paper = desk.paper(paper_id)
    blocks: list[Block] = [_who(score=True), *_instructions(paper)]
    for place, (kind, items) in enumerate(_by_kind(paper)):
        heading = _heading(place, kind, items)
        blocks.append(Together([heading, *_question(paper, items[0])]))
        blocks += [Together(_question(paper, item)) for item in items[1:]]
    return _form(desk, paper, paper.title, at).print(blocks, path)


def print_key(desk: QuizDesk, paper_id: str, path: Path, *, by: Actor, at: datetime) -> "PrintReport":
    """Print the right answers with points, explanation and law, in the letters of the printed paper.

    Raises:
        NotAllowed: neither trainer nor administrator.
        BlueprintError: there is no such paper.
        PaperError: the file cannot be written.
    """
    by.require(Role.TRAINER)
    paper = desk.paper(paper_id)
    rows = [
        (
            str(item.number),
            item.question.kind.label,
            _("見後") if item.question.kind is Kind.ESSAY else _cut(printed_key(paper, item), _CUT_KEY),
            _points(item),
            _cut(item.question.explanation, _CUT_EXPLANATION),
            _cut(item.question.legal_basis, _CUT_LAW),
        )
        for item in paper.items
    ]
    blocks: list[Block] = [
        Paragraph(
            _(
                "共 {count} 題，滿分 100 分，{mark} 分及格。"
                "答案的字母以印出的題本為準；畫面上每人的順序不同。"
            ).format(count=len(paper.items), mark=paper.rules.pass_mark),
            size=10.5,
        ),
        Grid(
            (_("題號"), _("題型"), _("答案"), _("配分"), _("說明"), _("法令依據")),
            rows,
            weights=(1, 1, 2, 1, 6, 3.6),
            align=("center", "center", "center", "center", "left", "left"),
            size=9.5,
            row_mm=6.5,
            pad_mm=1.0,
        ),
    ]
    essays = [item for item in paper.items if item.question.kind is Kind.ESSAY]
    if essays:
        blocks.append(
            Together([Paragraph(_("簡答題的參考答案與要點"), bold=True, after=1), *_model(essays[0])])
        )
        blocks += [Together(_model(item)) for item in essays[1:]]
    title = _("{title}　答案").format(title=paper.title)
    return _form(desk, paper, title, at, secret=True).print(blocks, path)


def print_answer_sheet(
    desk: QuizDesk, paper_id: str, path: Path, *, by: Actor, at: datetime
) -> "PrintReport":
    """Print the sheet on which one person ticks the answers; numbers are those of the printed paper.

    Raises:
        NotAllowed: neither trainer nor administrator.
        BlueprintError: there is no such paper.
        PaperError: the file cannot be written.
    """
    by.require(Role.TRAINER)
    paper = desk.paper(paper_id)
    width = 210.0 - 2 * _SIDE_MM
    blocks: list[Block] = [
        _who(score=True),
        Paragraph(
            _(
                "試卷 {id}。請在所選的方格內打勾；複選題可以勾選多格。要更改時，把錯的方格塗滿再勾新的。"
            ).format(id=paper.id),
            size=10.5,
        ),
        *_sheet_rows(paper, width),
    ]
    title = _("{title}　答案卷").format(title=paper.title)
    return _form(desk, paper, title, at).print(blocks, path)


def _form(desk: QuizDesk, paper: Paper, title: str, at: datetime, *, secret: bool = False) -> Form:
    return Form(
        title=title,
        office=desk.office.name,
        period=f"{roc(paper.opens_on)}－{roc(paper.closes_on)}",
        printed_on=day_of(at),
        fingerprint=desk.office.fingerprint(),
        secret=secret,
        side_mm=_SIDE_MM,
    )


def _who(*, score: bool) -> Fields:
    pairs = [(_("科室"), ""), (_("姓名"), ""), (_("員工編號"), ""), (_("作答日期"), "")]
    if score:
        pairs += [(_("得分"), ""), (_("閱卷"), "")]
    return Fields(pairs, per_row=3 if score else 2, size=11.0, label_mm=21.0, row_mm=10.0)


def _instructions(paper: Paper) -> list[Paragraph]:
    limit = _("{minutes} 分鐘").format(minutes=paper.minutes) if paper.minutes else _("不限時間")
    text = _("試卷 {id}，共 {count} 題，滿分 100 分，{mark} 分及格；作答時間 {limit}。").format(
        id=paper.id, count=len(paper.items), mark=paper.rules.pass_mark, limit=limit
    )
    kinds = {item.question.kind for item in paper.items}
    if Kind.MULTIPLE in kinds:
        text += _("{rule}。").format(rule=paper.rules.multiple_credit.label)
    if Kind.MATCHING in kinds:
        text += _("配對題按配對正確的項數給分。")
    text += _("答錯不倒扣。")
    return [Paragraph(text, size=10.5, after=3)]


def _by_kind(paper: Paper) -> Iterator[tuple[Kind, list[PaperItem]]]:
    for kind in Kind:
        items = [item for item in paper.items if item.question.kind is kind]
        if items:
            yield kind, items


def _heading(place: int, kind: Kind, items: Sequence[PaperItem]) -> Paragraph:
    worth = {item.points for item in items}
    each = _("每題 {points} 分").format(points=_points(items[0])) if len(worth) == 1 else _("配分見各題")
    asks = {
        Kind.TRUE_FALSE: _("正確的寫 ○，錯誤的寫 ×"),
        Kind.SINGLE: _("選一個最適當的答案"),
        Kind.MULTIPLE: _("選出所有正確的答案"),
        Kind.SHORT: _("把答案寫在線上"),
        Kind.NUMBER: _("把數字寫在線上"),
        Kind.MATCHING: _("把右邊的字母寫在左邊的線上"),
        Kind.ESSAY: _("把答案寫在線上"),
    }[kind]
    text = _("{place}、{kind}題（共 {count} 題，{each}；{asks}）").format(
        place=_CHINESE_NUMBERS[place], kind=kind.label, count=len(items), each=each, asks=asks
    )
    return Paragraph(text, size=13.0, bold=True, after=2)


def _question(paper: Paper, item: PaperItem) -> "list[Paragraph | Columns | Lines | Space]":
    question = item.question
    worth = {one.points for one in paper.items if one.question.kind is question.kind}
    stem = question.stem
    if len(worth) > 1:
        stem += _("（{points} 分）").format(points=_points(item))
    label = f"{item.number}．"
    if question.kind.chosen:
        label = _("（　　）{number}").format(number=label)
    blocks: list[Paragraph | Columns | Lines | Space] = [
        Paragraph(stem, size=_SIZE, label=label, leading=1.5, after=0.8)
    ]
    if question.kind in {Kind.SINGLE, Kind.MULTIPLE}:
        blocks += _options(printed_options(paper, item))
    elif question.kind is Kind.MATCHING:
        blocks += _matching(item, printed_options(paper, item))
    elif question.kind in {Kind.SHORT, Kind.NUMBER}:
        width = 60.0 if question.kind is Kind.NUMBER else 120.0
        blocks.append(Lines(label=_("答："), unit=question.unit, width_mm=width, indent_mm=_INDENT_MM / 2))
    elif question.kind is Kind.ESSAY:
        blocks.append(Lines(count=_ESSAY_LINES, indent_mm=_INDENT_MM / 2))
    return [*blocks, Space(1.8)]


def _options(options: Sequence[SheetOption]) -> "list[Paragraph | Columns | Lines | Space]":
    """Set options beside each other where they are short, else one below the other."""
    texts = [f"({option.letter}) {option.text}" for option in options]
    widest = max(len(option.text) for option in options)
    if any("\n" in option.text for option in options) or widest > _MIDDLE_OPTION:
        return [
            Paragraph(option.text, size=_SIZE, label=f"　　　　({option.letter}) ", leading=1.45, after=0.3)
            for option in options
        ]
    columns = 4 if widest <= _SHORT_OPTION else 2
    rows = [texts[start : start + columns] for start in range(0, len(texts), columns)]
    return [Columns(rows, (1,) * columns, size=_SIZE, indent_mm=_INDENT_MM, leading=1.45, after=0.3)]


def _matching(item: PaperItem, options: Sequence[SheetOption]) -> "list[Paragraph | Columns | Lines | Space]":
    left = [f"＿＿＿ {place}. {prompt}" for place, prompt in enumerate(item.question.prompts, start=1)]
    right = [f"({option.letter}) {option.text}" for option in options]
    if max(map(len, (*left, *right))) > _LONGEST_BESIDE:
        return [
            *(Paragraph(text, size=_SIZE, label="　　", leading=1.45, after=0.3) for text in left),
            Space(1.0),
            *(Paragraph(text, size=_SIZE, label="　　　　", leading=1.45, after=0.3) for text in right),
        ]
    count = max(len(left), len(right))
    rows = [
        (
            left[place] if place < len(left) else "",
            right[place] if place < len(right) else "",
        )
        for place in range(count)
    ]
    return [Columns(rows, (1, 1), size=_SIZE, indent_mm=_INDENT_MM / 2, leading=1.5, after=0.3)]


def _model(item: PaperItem) -> list[Paragraph]:
    blocks = [Paragraph(item.question.model_answer or "－", size=10.5, label=f"{item.number}．", after=0.5)]
    blocks += [
        Paragraph(point, size=10.5, label=f"　　{place}) ", after=0.3)
        for place, point in enumerate(item.question.points, start=1)
    ]
    return [*blocks[:-1], Paragraph(blocks[-1].text, size=10.5, label=blocks[-1].label, after=2)]


def _points(item: PaperItem) -> str:
    return f"{item.points.normalize():f}"


def _cut(text: str, longest: int) -> str:
    line = " ".join(text.split())
    return line if len(line) <= longest else line[: longest - 1] + "…"


# The answer sheet


def _sheet_rows(paper: Paper, width_mm: float) -> "Iterator[Block]":
    """Give the rows to tick: runs of questions with few options in columns, the others one by one."""
    waiting: list[PaperItem] = []
    for item in paper.items:
        if _narrow(item):
            waiting.append(item)
            continue
        yield from _ticked(paper, waiting, width_mm)
        waiting = []
        yield from _wide(paper, item, width_mm)
    yield from _ticked(paper, waiting, width_mm)


def _narrow(item: PaperItem) -> bool:
    most = 7
    return item.question.kind.chosen and len(item.question.options) <= most


def _ticked(paper: Paper, items: Sequence[PaperItem], width_mm: float) -> "Iterator[Block]":
    """Set questions in columns, read from top to bottom, in blocks that a page can hold."""
    few = 4
    while items:
        columns = 3 if max(len(item.question.options) for item in items) <= few else 2
        block, items = items[: columns * _ROWS_OF_A_BLOCK], items[columns * _ROWS_OF_A_BLOCK :]
        rows = -(-len(block) // columns)
        for row in range(rows):
            cells = [block[place] for place in range(row, len(block), rows)]
            yield Picture(_drawn(paper, cells, columns, width_mm), align="left", after=0)
        yield Space(2)


def _drawn(paper: Paper, cells: Sequence[PaperItem], columns: int, width_mm: float) -> object:
    drawing = _Row(width_mm, 1)
    for column, item in enumerate(cells):
        left = column * width_mm / columns
        drawing.number(item.number, left)
        drawing.boxes([option.letter for option in printed_options(paper, item)], left + _NUMBER_MM, 0)
    return drawing.done()


def _wide(paper: Paper, item: PaperItem, width_mm: float) -> "Iterator[Block]":
    question = item.question
    if question.kind.chosen or question.kind is Kind.MATCHING:
        each = _BOX_PITCH_MM if question.kind.chosen else _PROMPT_PITCH_MM
        per_line = int((width_mm - _NUMBER_MM) // each)
        if question.kind.chosen:
            marks = [option.letter for option in printed_options(paper, item)]
        else:
            marks = [str(place) for place in range(1, len(question.prompts) + 1)]
        for start in range(0, len(marks), per_line):
            row = _Row(width_mm, 1)
            if not start:
                row.number(item.number, 0)
            if question.kind.chosen:
                row.boxes(marks[start : start + per_line], _NUMBER_MM, 0)
            else:
                row.blanks(marks[start : start + per_line], _NUMBER_MM)
            yield Picture(row.done(), align="left", after=0)
        yield Space(2)
        return
    lines = _ESSAY_LINES if question.kind is Kind.ESSAY else 1
    width = {Kind.ESSAY: 0.0, Kind.SHORT: 110.0, Kind.NUMBER: 55.0}[question.kind]
    label = f"{item.number:>3}　"
    yield Together([Lines(count=lines, label=label, unit=question.unit, width_mm=width, size=15.0, after=2)])


class _Row:
    """One row of the answer sheet as a drawing; lengths in millimetres."""

    def __init__(self, width: float, rows: int) -> None:
        from reportlab.graphics.shapes import Drawing  # noqa: PLC0415 - reportlab only when printing

        from bureau.paper.press import mm  # noqa: PLC0415

        self._mm = mm
        self._drawing = Drawing(mm(width), mm(_ROW_MM) * rows)

    def _text(
        self, x: float, y: float, text: str, size: float, anchor: Literal["start", "end"] = "start"
    ) -> None:
        from reportlab.graphics.shapes import String  # noqa: PLC0415

        from bureau.paper.font import FONT_NAME  # noqa: PLC0415

        self._drawing.add(
            String(self._mm(x), self._mm(y), text, fontName=FONT_NAME, fontSize=size, textAnchor=anchor)
        )

    def _rectangle(self, x: float, y: float, width: float, height: float) -> None:
        from reportlab.graphics.shapes import Rect  # noqa: PLC0415
        from reportlab.lib.colors import black  # noqa: PLC0415

        # The types of reportlab do not know how a shape may look.
        look: Any = {"fillColor": None, "strokeColor": black, "strokeWidth": 0.8}
        self._drawing.add(
            Rect(
                self._mm(x),
                self._mm(y),
                self._mm(width),
                self._mm(height),
                **look,
            )
        )

    def number(self, number: int, left: float) -> None:
        """Write the number of a question, large."""
        self._text(left + _NUMBER_MM - 4, 2.3, str(number), 17, "end")

    def boxes(self, letters: Sequence[str], left: float, y: float) -> None:
        """Draw a box to tick behind each letter."""
        for place, letter in enumerate(letters):
            x = left + place * _BOX_PITCH_MM
            self._text(x + 3.4, y + 2.7, letter, 11, "end")
            self._rectangle(x + 4.2, y + 1.7, _BOX_MM, _BOX_MM)

    def blanks(self, marks: Sequence[str], left: float) -> None:
        """Draw a box to write a letter in behind each number of a matching."""
        for place, mark in enumerate(marks):
            x = left + place * _PROMPT_PITCH_MM
            self._text(x + 5.4, 2.7, mark, 11, "end")
            self._rectangle(x + 6.4, 1.0, 9.5, 6.2)

    def done(self) -> object:
        """Give the drawing."""
        return self._drawing
