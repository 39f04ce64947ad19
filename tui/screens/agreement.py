"""How far testers agree, who leans, and what scores would be without it."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static

from bureau.language import _
from bureau.roles import Role
from courtesy.agreement import SEED, Leaning, Reliability, Severity
from courtesy.agreement_desk import Adjusted, Agreement
from tui.measure_words import (
    alpha_text,
    dot_line,
    lacking,
    link_warning,
    not_enough,
    share_text,
    sure_of_agreement,
    sure_of_severity,
)
from tui.widgets.listing import Column, Listing
from tui.widgets.paragraph import Paragraph
from tui.widgets.place import Place

if TYPE_CHECKING:
    from tui.desks import Desks

_VIEWS = ("severity", "lines", "adjusted")


class AgreementScreen(Place):
    """Agreement above; below by turns severity, the lines, and adjusted values beside scores."""

    HEADING = _("一致與嚴寬")
    HELP = _(
        "由已結束的共同評分題和兩位都封存的雙評算出，不影響正式分數。\n"
        "一致：任兩位測試員對同一題的分數有多少在幾分以內；α 是扣除巧合後的一致程度（Krippendorff），"
        "1 是完全一致，0 是和隨意評一樣，常以 0.80 以上為可靠、0.67 以下為不可靠。\n"
        "嚴寬：同一題裡比其他人平均多給（寬）或少給（嚴）幾分，題數少時向 0 收縮。圖中 | 是 0，o 是估計，"
        "橫線是 95% 區間，一格一分。按 V 換看各行的一致、或正式分數旁的參考值。"
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("v,V,ｖ,Ｖ", "view", _("嚴寬／各行／參考值"), id="agreement.view"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._view = 0

    def content(self) -> ComposeResult:
        """Lay out agreement, and three lists of which one is shown."""
        yield Paragraph(_("計算中…"), id="agreement", classes="section-note")
        yield Static("", id="title", classes="section-title", markup=False)
        yield Listing(
            [
                Column(_("測試員"), most=10),
                Column(_("題"), 3, right=True),
                Column(_("平均差"), 6, right=True),
                Column(_("嚴寬"), 6, right=True),
                Column(_("95% 區間"), 14, right=True),
                Column(_("-15 嚴         0         寬 +15"), 31),
            ],
            opens=False,
            empty=_("還沒有測試員。"),
            id="severity",
        )
        yield Listing(
            [
                Column(_("項目"), most=34),
                Column(_("α（次序）"), 23),
                Column(_("同一級的配對"), 26),
            ],
            opens=False,
            empty=_("還沒有可以比較的評分。"),
            id="lines",
            classes="hidden",
        )
        yield Listing(
            [
                Column(_("紀錄"), 6),
                Column(_("姓名"), most=20),
                Column(_("測試員"), 10),
                Column(_("正式分數"), 8, right=True),
                Column(_("參考值"), 7, right=True),
                Column(_("95% 區間"), 16, right=True),
            ],
            opens=False,
            empty=_("還沒有封存的分數，或您不能看全局的分數。"),
            id="adjusted",
            classes="hidden",
        )
        yield Paragraph("", id="sure", classes="section-note")

    async def fill(self) -> None:
        """Compute in the background and show."""
        by, now = self.house.by, self.house.now
        in_charge = by.holds(Role.TRAINER, Role.HEAD)

        def read(
            desks: "Desks",
        ) -> tuple[Agreement, Severity | None, list[Adjusted], dict[str, str]]:
            desk = desks.agreement
            return (
                desk.agreement(at=now),
                desk.severity(by=by) if in_charge or by.holds(Role.TESTER) else None,
                desk.adjusted(by=by) if in_charge else [],
                {person.staff_no: person.name for person in desks.people.everybody()},
            )

        found, severity, adjusted, names = await self.house.ask(read)
        self._show_agreement(found, names)
        leanings = severity.leanings if severity else ()
        self.query_one("#severity", Listing).show(
            [_leaning(one, names) for one in leanings],
            tones=["quiet" if one.effect is None else "" for one in leanings],
        )
        self.query_one("#lines", Listing).show(
            [
                (
                    one.text,
                    _short(one.alpha),
                    share_text(one.identical),
                )
                for one in found.lines
            ]
        )
        self.query_one("#adjusted", Listing).show([_adjusted(one, names) for one in adjusted])
        self._choose()

    def _show_agreement(self, found: Agreement, names: Mapping[str, str]) -> None:
        lines = [
            _("相差 {points} 分以內：{share}").format(points=found.distance, share=share_text(found.near)),
            _("α 等距：{text}").format(text=alpha_text(found.interval)),
            _("α 次序：{text}").format(text=alpha_text(found.ordinal)),
        ]
        if warning := link_warning(found.groups, names):
            lines.append(warning)
        self.query_one("#agreement", Paragraph).update("\n".join(lines))

    def _choose(self) -> None:
        chosen = _VIEWS[self._view]
        for view in _VIEWS:
            self.query_one(f"#{view}", Listing).set_class(view != chosen, "hidden")
        titles = {
            "severity": _("各測試員的嚴寬（分）"),
            "lines": _("各行的一致"),
            "adjusted": _("正式分數與扣除嚴寬後的參考值"),
        }
        words = {
            "severity": sure_of_severity() + not_enough(),
            "lines": sure_of_agreement(SEED),
            "adjusted": _("參考值只供討論尺度；等第、名冊與補訓都只看正式分數。"),
        }
        self.query_one("#title", Static).update(titles[chosen])
        self.query_one("#sure", Paragraph).update(words[chosen])
        self.query_one(f"#{chosen}", Listing).focus()

    def action_view(self) -> None:
        """Show the next list."""
        self._view = (self._view + 1) % len(_VIEWS)
        self._choose()


def _leaning(one: Leaning, names: Mapping[str, str]) -> tuple[str, ...]:
    return (
        names.get(one.rater, one.rater),
        str(one.n),
        f"{one.raw:+.1f}" if one.raw is not None else "",
        f"{one.effect:+.1f}" if one.effect is not None else "",
        _("{low:+.1f} 至 {high:+.1f}").format(low=one.interval.low, high=one.interval.high)
        if one.interval
        else lacking(one),
        dot_line(one),
    )


def _short(given: Reliability) -> str:
    if given.alpha is None:
        return "－"
    if given.interval is None:
        return f"{given.alpha:.2f}"
    return _("{alpha:.2f}（{low:.2f} 至 {high:.2f}）").format(
        alpha=given.alpha, low=given.interval.low, high=given.interval.high
    )


def _adjusted(one: Adjusted, names: Mapping[str, str]) -> tuple[str, ...]:
    return (
        one.call.id,
        names.get(one.call.person, ""),
        names.get(one.call.tester, ""),
        f"{one.call.score:.2f}",
        f"{one.adjusted:.2f}" if one.adjusted is not None else "－",
        _("{low:.2f} 至 {high:.2f}").format(low=one.low, high=one.high)
        if one.low is not None
        else _("尚無嚴寬"),
    )
