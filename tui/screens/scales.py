"""The scoring forms: which are published, what stands in each, and how one is checked and published."""

from pathlib import Path
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Static

from bureau.dates import day_of, roc
from bureau.language import _
from bureau.problem import Refused, in_file
from courtesy.desk import read_scale, shipped_scales, text_of_scale
from courtesy.scale import Scale
from courtesy.scale_file import examine
from tui.widgets.dialog import Confirm, Field, Form, Message, typed_path
from tui.widgets.listing import Column, Listing
from tui.widgets.paragraph import Paragraph
from tui.widgets.place import Place, refusals_shown


class ScalesScreen(Place):
    """The list of scales."""

    HEADING = _("測試量表")
    HELP = _(
        "量表是評分的表。發布過的版本永遠不變，舊的紀錄一直依它當時的版本計分；改一個字就是新的一版。\n"
        "要用自己的量表：先用 W 把一個量表另存成檔案，用記事本修改，再用 K 檢查，"
        "每一處錯誤都會指出第幾列和怎麼改；沒有錯誤就可以發布。"
        "隨程式附上的量表，選好按 P 就能發布。新的回合可以選任何一個已發布的版本。"
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("s,S,ｓ,Ｓ", "about", _("來源"), id="scales.about"),
        Binding("k,K,ｋ,Ｋ", "check", _("檢查檔案"), id="scales.check"),
        Binding("p,P,ｐ,Ｐ", "publish", _("發布這一版"), id="scales.publish"),
        Binding("w,W,ｗ,Ｗ", "write", _("另存成檔案"), id="scales.write"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._scales: list[Scale] = []
        self._published: set[str] = set()

    def content(self) -> ComposeResult:
        """Lay out the list, and where the one under the cursor comes from."""
        yield Listing(
            [
                Column(_("代碼"), 14),
                Column(_("版本"), 12),
                Column(_("名稱"), most=40),
                Column(_("行數"), 4, right=True),
                Column(_("發布"), 9),
            ],
            empty=_("還沒有量表。"),
        )
        with Vertical(classes="detail"):
            yield Paragraph("", id="detail")

    async def fill(self) -> None:
        """Read the published versions; those that come with the program stand below."""
        known = await self.house.ask(lambda desks: desks.calls.scales())
        self._published = {scale.version for scale, _at in known}
        days = {scale.version: roc(day_of(at)) for scale, at in known}
        shipped = [read_scale(path) for path in shipped_scales().values()]
        self._scales = [
            *(scale for scale, _at in reversed(known)),
            *(scale for scale in shipped if scale.version not in self._published),
        ]
        listing = self.query_one(Listing)
        listing.show(
            [
                (
                    scale.code,
                    scale.version,
                    scale.title,
                    str(len(scale.lines())),
                    days.get(scale.version, _("尚未發布")),
                )
                for scale in self._scales
            ],
            tones=["" if scale.version in self._published else "quiet" for scale in self._scales],
        )
        listing.focus()
        self._show_detail()

    @property
    def _scale(self) -> Scale | None:
        cursor = self.query_one(Listing).cursor
        return self._scales[cursor] if cursor < len(self._scales) else None

    @on(Listing.Moved)
    def _show_detail(self) -> None:
        scale = self._scale
        lines = scale.source.strip().splitlines() if scale else []
        self.query_one("#detail", Paragraph).update(
            "\n".join([lines[0] if lines else "", _("按 Enter 看各行，按 S 看來源和哪些是本程式的預設。")])
            if scale
            else ""
        )

    @on(Listing.Chosen)
    def _open(self, event: Listing.Chosen) -> None:
        self.app.push_screen(ScaleScreen(self._scales[event.index]))

    async def action_about(self) -> None:
        """Show the source, and what is our default."""
        if self._scale is not None:
            await self.app.push_screen(_about(self._scale))

    @work
    async def action_check(self) -> None:
        """Check a file, and offer to publish it."""
        await self._check()

    @refusals_shown
    async def _check(self) -> None:
        answers = await self.app.push_screen_wait(
            Form(_("檢查量表檔"), [Field("path", _("檔案"), hint=_("例如 my-scale.toml"), check=_named)])
        )
        if answers is None:
            return
        path = typed_path(answers["path"])
        scale, problems = examine(text_of_scale(path), path.name)
        if problems or scale is None:
            await self.app.push_screen_wait(
                Message(
                    _("有 {count} 處錯誤").format(count=len(problems)),
                    [str(problem) for problem in problems],
                    "error",
                )
            )
            return
        await self._offer(scale)

    @work
    async def action_publish(self) -> None:
        """Publish the scale under the cursor."""
        await self._publish()

    @refusals_shown
    async def _publish(self) -> None:
        if self._scale is not None:
            await self._offer(self._scale)

    async def _offer(self, scale: Scale) -> None:
        house = self.house
        if scale.version in self._published:
            house.tell(_("這一版已經發布過了：{version}").format(version=scale.version))
            return
        agreed = await self.app.push_screen_wait(
            Confirm(
                _("發布這個量表？"),
                [
                    _("{title}（{code}），版本 {version}，{count} 行，沒有錯誤。").format(
                        title=scale.title, code=scale.code, version=scale.version, count=len(scale.lines())
                    ),
                    _("發布後這一版不能更改，以後的回合可以選用；已經封存的紀錄不受影響。"),
                ],
            )
        )
        if not agreed:
            return
        by, now = house.by, house.now
        await house.ask(lambda desks: desks.calls.publish_scale(scale, by=by, at=now))
        house.tell(_("已發布{title}").format(title=scale.title))
        await self.fill()

    @work
    async def action_write(self) -> None:
        """Write a scale that comes with the program to a file, to be edited."""
        await self._write()

    @refusals_shown
    async def _write(self) -> None:
        scale = self._scale
        if scale is None:
            return
        shipped = {read_scale(path).version: path for path in shipped_scales().values()}
        if scale.version not in shipped:
            self.house.tell(_("這一版是由局自己的檔案發布的，請用原來的檔案修改。"))
            return
        answers = await self.app.push_screen_wait(
            Form(
                _("另存成檔案"),
                [Field("path", _("檔案"), f"my-{scale.code}.toml", check=_named)],
                _("可以用記事本修改，存成 UTF-8，再按 K 檢查。"),
            )
        )
        if answers is None:
            return
        path = typed_path(answers["path"])
        if path.exists():
            raise Refused(_("檔案已經存在。"), place=in_file(path), remedy=_("請換一個檔名。"))
        _copy(shipped[scale.version], path)
        self.house.tell(_("已寫到{path}").format(path=path))


class ScaleScreen(Place):
    """One scale, line by line.

    Args:
        scale: which.
    """

    HEADING = _("量表內容")
    HELP = _(
        "左邊是每一行的內容和配分，下面是游標所在這一行的各級得分。「可略」是可以不適用，"
        "「擇一」是同一組只評一行，「重大」是得 0 分就算重大缺失，「計時」由響鈴和秒數評定。"
    )

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("s,S,ｓ,Ｓ", "about", _("來源"), id="scale.about"),
    ]

    def __init__(self, scale: Scale) -> None:
        super().__init__()
        self._shown = scale
        self._lines = scale.lines()

    def content(self) -> ComposeResult:
        """Lay out the title, the lines and the steps of the line under the cursor."""
        yield Static("", id="title", classes="section-title", markup=False)
        yield Listing(
            [
                Column(_("部分"), 13),
                Column(_("項目"), 10),
                Column(_("內容"), most=50),
                Column(_("配分"), 5, right=True),
                Column(_("性質"), 10),
            ],
            opens=False,
        )
        with Vertical(classes="detail"):
            yield Paragraph("", id="steps")

    async def fill(self) -> None:
        """Show the lines."""
        scale = self._shown
        self.query_one("#title", Static).update(f"{scale.title}（{scale.code} {scale.version}）")
        rows, before = [], ("", "")
        for placed in self._lines:
            heads = (placed.part.name, placed.item.name)
            line = placed.line
            kinds = [
                name
                for name, holds in (
                    (_("計時"), line.speed),
                    (_("重大"), line.critical),
                    (_("擇一"), line.either),
                    (_("可略"), line.not_applicable),
                )
                if holds
            ]
            rows.append(
                (
                    heads[0] if heads[0] != before[0] else "",
                    heads[1] if heads != before else "",
                    line.text,
                    f"{line.points:f}",
                    " ".join(kinds),
                )
            )
            before = heads
        self.query_one(Listing).show(rows)
        self.query_one(Listing).focus()
        self._show_steps()

    @on(Listing.Moved)
    def _show_steps(self) -> None:
        cursor = self.query_one(Listing).cursor
        if cursor >= len(self._lines):
            return
        placed = self._lines[cursor]
        steps = "　".join(f"{step.label} {step.points:f}" for step in placed.line.steps)
        self.query_one("#steps", Paragraph).update(
            "\n".join([f"{placed.id}　{placed.line.moment.label}", steps])
        )

    async def action_about(self) -> None:
        """Show the source, and what is our default."""
        await self.app.push_screen(_about(self._shown))


def _about(scale: Scale) -> Message:
    return Message(
        f"{scale.title}（{scale.code} {scale.version}）",
        [
            _("來源："),
            *scale.source.strip().splitlines(),
            "",
            _("來源沒有規定、由本程式或本局自訂的："),
            *(scale.note.strip().splitlines() or [_("（沒有說明）")]),
        ],
    )


def _named(text: str) -> None:
    if not text.strip():
        raise Refused(_("不能空白。"))


def _copy(source: Path, path: Path) -> None:
    try:
        path.write_text(source.read_text(encoding="utf-8"), encoding="utf-8")
    except OSError as error:
        raise Refused(
            _("寫不了檔案（{detail}）。").format(detail=error.strerror),
            place=in_file(path),
            remedy=_("請查對資料夾與權限。"),
        ) from error
