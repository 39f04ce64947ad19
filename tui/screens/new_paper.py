"""A new paper: what it must contain cell by cell, what the bank has for it, and what is expected of it."""

import re
import unicodedata
from dataclasses import replace
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, ClassVar

from pydantic import ValidationError
from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from bureau.dates import parse_date, roc
from bureau.language import _
from bureau.problem import Refused
from quiz_bank.blueprint import DEFAULT_BLUEPRINT, Blueprint, Cell
from quiz_bank.paper_desk import Plan, Wish
from quiz_bank.question import Kind
from tui.widgets.dialog import Confirm, Field, Form, typed_path
from tui.widgets.listing import Column, Listing
from tui.widgets.paragraph import Paragraph
from tui.widgets.place import Place, refusals_shown

if TYPE_CHECKING:
    from tui.desks import Desks

_SEED_BYTES = 8
_DIGITS = 3


class NewPaperScreen(Place):
    """The blueprint of a paper that is about to be drawn."""

    HEADING = _("新試卷")
    HELP = _(
        "每一列是一種題目：主題、題型、難度、題數、每題分數；右邊是題庫裡現在可用的題數。"
        "按 Enter 改一列，A 加一列，D 刪一列，O 讀入藍圖檔；"
        "S 改名稱、日期、平行卷的份數，以及不抽最近幾份考過的題目。"
        "合計要是 100 分。F5 先試抽並顯示預估平均分數，確認後才產生試卷。"
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("s,S,ｓ,Ｓ", "settings", _("設定"), id="new_paper.settings"),
        Binding("a,A,ａ,Ａ", "add", _("加一格"), id="new_paper.add"),
        Binding("d,D,ｄ,Ｄ,delete", "remove", _("刪除"), id="new_paper.remove"),
        Binding("o,O,ｏ,Ｏ", "read", _("讀藍圖檔"), id="new_paper.read"),
        Binding("f5", "draw", _("試抽"), id="new_paper.draw", priority=True),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._title = ""
        self._minutes: int | None = None
        self._wish: Wish | None = None
        self._cells: list[Cell] = list(DEFAULT_BLUEPRINT.cells)
        self._topics: tuple[str, ...] = ()

    def content(self) -> ComposeResult:
        """Lay out the settings, the cells, and the sum."""
        yield Paragraph("", id="settings", classes="section-note")
        yield Listing(
            [
                Column(_("主題"), most=40),
                Column(_("題型"), 16),
                Column(_("難度"), 4),
                Column(_("題數"), 4, right=True),
                Column(_("每題"), 6, right=True),
                Column(_("小計"), 6, right=True),
                Column(_("可用"), 5, right=True),
            ],
            empty=_("還沒有任何一格。按 A 加一格，或按 O 讀藍圖檔。"),
        )
        yield Paragraph("", id="sum", classes="detail")

    async def begin(self) -> None:
        """Fill the screen and ask for the name."""
        await self.show_all()
        self.action_settings()

    async def fill(self) -> None:
        """Read what the bank has for each cell."""
        if self._wish is None:
            self._wish = Wish(opens_on=self.house.today, seed=self.house.entropy(_SEED_BYTES).hex())
        wish, cells = self._wish, tuple(self._cells)

        def read(desks: "Desks") -> tuple[tuple[int, ...], tuple[str, ...]]:
            questions = desks.quiz.questions()
            topics = sorted({question.topic for question in questions} | {one.subject for one in questions})
            return desks.papers.available(cells, wish), tuple(topics)

        counts, self._topics = await self.house.ask(read)
        listing = self.query_one(Listing)
        listing.show(
            [_row(cell, count) for cell, count in zip(cells, counts, strict=True)],
            tones=["alarm" if count < cell.count else "" for cell, count in zip(cells, counts, strict=True)],
        )
        listing.focus()
        self._show_settings(wish)
        total = sum((cell.count * cell.points for cell in cells), Decimal())
        said = [
            _("合計 {count} 題、{points} 分。").format(
                count=sum(cell.count for cell in cells), points=_plain(total)
            )
        ]
        if total != 100:  # noqa: PLR2004 - full marks
            said.append(_("配分合計要是 100 分，按 Enter 改題數或分數。"))
        if any(count < cell.count for cell, count in zip(cells, counts, strict=True)):
            said.append(_("標出的格題庫不夠：減少題數、放寬條件，或匯入更多題目。"))
        self.query_one("#sum", Paragraph).update("\n".join(said))

    def _show_settings(self, wish: Wish) -> None:
        closes = roc(wish.closes_on) if wish.closes_on else _("依規則")
        minutes = _("依規則") if self._minutes is None else _minutes_text(self._minutes)
        lines = [
            _("「{title}」　{first} 至 {last}，作答時間 {minutes}").format(
                title=self._title or _("未命名"), first=roc(wish.opens_on), last=closes, minutes=minutes
            ),
            _("平行卷 {forms} 份；不抽最近 {papers} 份試卷考過的題目。").format(
                forms=wish.forms, papers=wish.without_last
            ),
        ]
        self.query_one("#settings", Paragraph).update("\n".join(lines))

    @work
    async def action_settings(self) -> None:
        """Change name, days, forms and what is left out."""
        wish = self._wish
        assert wish is not None
        answers = await self.app.push_screen_wait(
            Form(
                _("新試卷"),
                [
                    Field(
                        "title",
                        _("名稱"),
                        self._title,
                        hint=_("例如 115 年第 4 季租稅常識測驗"),
                        check=_filled,
                    ),
                    Field("opens", _("開放日"), roc(wish.opens_on), check=parse_date),
                    Field(
                        "closes",
                        _("截止日"),
                        roc(wish.closes_on) if wish.closes_on else "",
                        hint=_("留白：依規則的天數"),
                        check=_date_or_nothing,
                    ),
                    Field(
                        "minutes",
                        _("作答分鐘數"),
                        "" if self._minutes is None else str(self._minutes),
                        hint=_("留白：依規則；0：不限"),
                        check=_number_or_nothing,
                    ),
                    Field("forms", _("平行卷份數"), str(wish.forms), hint=_("1 到 4"), check=_number),
                    Field(
                        "without",
                        _("不抽最近幾份"),
                        str(wish.without_last),
                        hint=_("0：不排除考過的題目"),
                        check=_number,
                    ),
                ],
            )
        )
        if answers is None:
            return
        self._title = answers["title"].strip()
        self._minutes = _number_or_nothing(answers["minutes"])
        self._wish = replace(
            wish,
            opens_on=parse_date(answers["opens"]),
            closes_on=_date_or_nothing(answers["closes"]),
            forms=_number(answers["forms"]),
            without_last=_number(answers["without"]),
        )
        await self.show_all()

    @on(Listing.Chosen)
    def _chosen(self, event: Listing.Chosen) -> None:
        self._edit(event.index)

    def action_add(self) -> None:
        """Add a cell."""
        self._edit(None)

    @work
    async def _edit(self, place: int | None) -> None:
        """Ask for one cell."""
        cell = self._cells[place] if place is not None else None
        answers = await self.app.push_screen_wait(
            Form(
                _("命題藍圖的一格"),
                [
                    Field(
                        "topic",
                        _("主題"),
                        (cell.topic or "") if cell else "",
                        hint=_("稅目，或稅目 > 章節；留白：各主題平均"),
                        check=self._topic,
                    ),
                    Field(
                        "kinds",
                        _("題型"),
                        "、".join(kind.label for kind in cell.kinds) if cell else "",
                        hint=_("例如 單選、複選；留白：不限"),
                        check=_kinds,
                    ),
                    Field(
                        "difficulty",
                        _("難度"),
                        str(cell.difficulty or "") if cell else "",
                        hint=_("1 易、2 中、3 難；留白：不限"),
                        check=_difficulty,
                    ),
                    Field("count", _("題數"), str(cell.count) if cell else "", check=_positive),
                    Field("points", _("每題分數"), _plain(cell.points) if cell else "", check=_points),
                ],
                _("題庫的稅目：{topics}").format(topics="、".join(self._subjects())),
            )
        )
        if answers is None:
            return
        made = Cell(
            topic=self._topic(answers["topic"]),
            kinds=_kinds(answers["kinds"]),
            difficulty=_difficulty(answers["difficulty"]),
            count=_positive(answers["count"]),
            points=_points(answers["points"]),
        )
        if place is None:
            self._cells.append(made)
            await self.show_all()
            self.query_one(Listing).cursor = len(self._cells) - 1
        else:
            self._cells[place] = made
            await self.show_all()

    def _subjects(self) -> list[str]:
        return sorted({topic.split(" > ", 1)[0] for topic in self._topics})

    def _topic(self, text: str) -> str | None:
        wanted = " > ".join(part.strip() for part in text.replace("＞", ">").split(">"))
        if not wanted:
            return None
        if wanted not in self._topics:
            raise Refused(_("題庫裡沒有這個主題。"), remedy=_("請照題庫的寫法。"))
        return wanted

    async def action_remove(self) -> None:
        """Take the cell under the cursor out."""
        if self._cells:
            del self._cells[self.query_one(Listing).cursor]
            await self.show_all()

    @work
    async def action_read(self) -> None:
        """Read a blueprint from a file."""
        await self._read()

    @refusals_shown
    async def _read(self) -> None:
        from quiz_bank.formats.plan import read_blueprint  # noqa: PLC0415 - only where a file is read

        answers = await self.app.push_screen_wait(
            Form(
                _("讀藍圖檔"),
                [Field("path", _("檔案（.toml）"), hint=_("可以把檔案拖進視窗"), check=_filled)],
                _("檔案的範本：courtesy paper blueprint template 藍圖.toml"),
            )
        )
        if answers is not None:
            self._cells = list(read_blueprint(typed_path(answers["path"])).cells)
            await self.show_all()

    @work
    async def action_draw(self) -> None:
        """Draw on trial, show what is expected, and make the papers."""
        await self._draw()

    @refusals_shown
    async def _draw(self) -> None:
        house, wish = self.house, self._wish
        if wish is None:
            return
        if not self._title:
            raise Refused(_("試卷還沒有名稱。"), remedy=_("請按 S 填寫。"))
        wish = replace(wish, blueprint=_blueprint(self._cells))
        by, now, title, minutes = house.by, house.now, self._title, self._minutes
        plan = await house.ask(lambda desks: desks.papers.plan(wish, by=by))
        question = _("產生「{title}」？").format(title=title)
        if not await self.app.push_screen_wait(Confirm(question, plan_lines(plan))):
            return
        papers = await house.ask(
            lambda desks: desks.papers.create(wish, title=title, minutes=minutes, by=by, at=now)
        )
        house.tell(_("試卷{id}已抽好。").format(id="、".join(paper.id for paper in papers)))
        await self.action_back()


def plan_lines(plan: Plan) -> list[str]:
    """Say what a plan comes to, form by form."""
    lines = [
        _("{first} 至 {last}，每卷 {count} 題。").format(
            first=roc(plan.wish.opens_on), last=roc(plan.closes_on), count=len(plan.forms[0].items)
        )
    ]
    for form in plan.forms:
        name = _("{form} 卷").format(form=form.name) if form.name else _("試卷")
        lines.append(
            _("{name}預估平均 {score} 分（{count} 題中，{observed} 題依實際作答，其餘依難度）。").format(
                name=name, score=form.score, count=len(form.items), observed=form.observed
            )
        )
    if len(plan.forms) > 1:
        lines.append(
            _("各卷預估相差 {apart} 分；{shared} 題同時在兩卷以上。").format(
                apart=plan.apart, shared=plan.shared
            )
        )
    if plan.wish.without_last:
        lines.append(_("排除最近試卷的 {count} 題。").format(count=len(plan.excluded)))
    lines.append(_("試卷產生後不能更改。"))
    return lines


def _row(cell: Cell, available: int) -> list[str]:
    return [
        cell.topic or _("各主題"),
        "、".join(kind.label for kind in cell.kinds) or _("各題型"),
        str(cell.difficulty or _("各")),
        str(cell.count),
        _plain(cell.points),
        _plain(cell.count * cell.points),
        str(available),
    ]


def _blueprint(cells: list[Cell]) -> Blueprint:
    try:
        return Blueprint(cells=tuple(cells))
    except ValidationError as error:
        fault = error.errors()[0]
        what = str(fault["ctx"]["error"]) if fault["type"] == "value_error" else _("藍圖沒有任何一格。")
        raise Refused(what, remedy=_("請改題數或分數。")) from None


def _plain(points: Decimal) -> str:
    return f"{points.normalize():f}"


def _minutes_text(minutes: int) -> str:
    return _("{minutes} 分鐘").format(minutes=minutes) if minutes else _("不限時間")


def _filled(text: str) -> None:
    if not text.strip():
        raise Refused(_("不能空白。"))


def _number(text: str) -> int:
    plain = unicodedata.normalize("NFKC", text).strip()
    if not (plain.isascii() and plain.isdecimal()) or len(plain) > _DIGITS:
        raise Refused(_("應為整數，如 2。"))
    return int(plain)


def _number_or_nothing(text: str) -> int | None:
    return _number(text) if text.strip() else None


def _date_or_nothing(text: str) -> date | None:
    return parse_date(text) if text.strip() else None


def _positive(text: str) -> int:
    number = _number(text)
    if not 1 <= number <= 200:  # noqa: PLR2004 - the most questions of a paper
        raise Refused(_("應為 1 到 200。"))
    return number


def _difficulty(text: str) -> int | None:
    number = _number_or_nothing(text)
    if number is not None and not 1 <= number <= 3:  # noqa: PLR2004 - the hardest
        raise Refused(_("應為 1、2 或 3。"))
    return number


def _points(text: str) -> Decimal:
    try:
        points = Decimal(unicodedata.normalize("NFKC", text).strip())
        sound = points.is_finite() and 0 < points <= 100 and points == points.quantize(Decimal("0.01"))  # noqa: PLR2004 - full marks
    except InvalidOperation:
        sound = False
    if not sound:
        raise Refused(_("應為 0 以上、100 以下的分數，如 5 或 2.5。"))
    return points


def _kinds(text: str) -> tuple[Kind, ...]:
    # A label may hold a space in another language, so only marks separate.
    parts = re.split(r"[、,;]", unicodedata.normalize("NFKC", text).casefold())
    words = [word.strip() for word in parts if word.strip()]
    known = {kind.label.casefold(): kind for kind in Kind} | {kind.value: kind for kind in Kind}
    for word in words:
        if word.removesuffix("題") not in known:
            raise Refused(
                _("沒有題型「{word}」。").format(word=word[:10]),
                remedy=_("可用：{kinds}。").format(kinds="、".join(kind.label for kind in Kind)),
            )
    return tuple(dict.fromkeys(known[word.removesuffix("題")] for word in words))
