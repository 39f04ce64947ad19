"""The retraining cases, and the list that is printed from them."""

from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static

from bureau.dates import roc, roc_time
from bureau.language import _
from bureau.people import Person
from training.case import Case, Source, State
from training.session import Session
from tui.widgets.dialog import Choose, Confirm, Field, Form, Message, typed_path
from tui.widgets.listing import Column, Listing
from tui.widgets.paragraph import Paragraph
from tui.widgets.place import Place, refusals_shown


class CasesScreen(Place):
    """The list of cases."""

    HEADING = _("補訓案與名冊")
    HELP = _(
        "補訓案由證據依規則開立：電話成績不佳、重大缺失、測驗不及格、講習都沒有到。每人同時只有一件，"
        "新的證據會加進同一件。只有一通電話成績不佳時是「待複測」，要由另一位測試員再測才算。"
        "選一件按 Enter 看證據與經過，S 走下一步，P 印補訓名冊。"
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("s,S,ｓ,Ｓ", "step", _("下一步"), id="cases.step"),
        Binding("p,P,ｐ,Ｐ", "roster", _("印補訓名冊"), id="cases.roster"),
        Binding("c,C,ｃ,Ｃ", "closed", _("未結／全部"), id="cases.closed"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._all = False
        self._cases: list[Case] = []
        self._people: dict[str, Person] = {}
        self._sessions: dict[str, Session] = {}

    def content(self) -> ComposeResult:
        """Lay out the list and the reasons of the case under the cursor."""
        yield Static("", id="title", classes="section-title", markup=False)
        yield Listing(
            [
                Column(_("編號"), 5),
                Column(_("科室"), 12),
                Column(_("姓名"), 10),
                Column(_("狀態"), 8),
                Column(_("分級"), 6),
                Column(_("期限"), 9),
                Column(_("原因")),
            ],
            empty=_("沒有未結的補訓案。"),
        )
        yield Paragraph("", id="reasons", classes="section-note")

    async def fill(self) -> None:
        """Look for new evidence, then read the cases."""
        by, now, everything = self.house.by, self.house.now, self._all
        await self.house.ask(lambda desks: desks.training.open_cases(by=by, at=now))
        self._cases, people, sessions = await self.house.ask(
            lambda desks: (
                desks.training.cases(open_only=not everything, by=by),
                desks.people.everybody(),
                desks.training.sessions(),
            )
        )
        self._people = {person.staff_no: person for person in people}
        self._sessions = {session.id: session for session in sessions}
        today = self.house.today
        self.query_one(Listing).show(
            [
                (
                    case.id,
                    case.section,
                    self._people[case.person].name,
                    case.state.label,
                    case.band.label,
                    roc(case.deadline) if case.deadline else "",
                    "；".join(reason.text for reason in case.reasons),
                )
                for case in self._cases
            ],
            tones=["alarm" if case.overdue(today) else "" if case.open else "quiet" for case in self._cases],
        )
        kind = _("補訓案 {count} 件") if everything else _("未結的補訓案 {count} 件")
        self.query_one("#title", Static).update(kind.format(count=len(self._cases)))
        self.query_one(Listing).focus()
        self._show_reasons()

    @on(Listing.Moved)
    def _show_reasons(self) -> None:
        case = self._case
        lines = [f"{roc(reason.day)} {reason.text}" for reason in case.reasons] if case else []
        self.query_one("#reasons", Paragraph).update("\n".join(lines))

    @property
    def _case(self) -> Case | None:
        cursor = self.query_one(Listing).cursor
        return self._cases[cursor] if cursor < len(self._cases) else None

    async def action_closed(self) -> None:
        """Show all cases, or those that are open."""
        self._all = not self._all
        await self.show_all()

    @on(Listing.Chosen)
    async def _read(self, event: Listing.Chosen) -> None:
        case = self._cases[event.index]
        gates, disputed = await self.house.ask(
            lambda desks: (desks.training.gates(case), desks.objections.disputed_calls())
        )
        person = self._people[case.person]
        lines = [
            f"{case.section} {person.title} {person.name}　"
            + _("分機 {extension}").format(extension=person.extension),
            _("{state}，{band}").format(state=case.state.label, band=case.band.label)
            + (_("，期限 {due}").format(due=roc(case.deadline)) if case.deadline else ""),
            "",
            _("證據"),
        ]
        lines += [
            _("　{day} {text}（紀錄 {evidence}）").format(
                day=roc(reason.day), text=reason.text, evidence=reason.evidence
            )
            + (_("（申復中）") if reason.kind.source is Source.CALL and reason.evidence in disputed else "")
            for reason in case.reasons
        ]
        lines += ["", _("經過"), _("　{at} 開案").format(at=roc_time(case.opened_at))]
        for step in case.steps:
            line = _("　{at} {before} 改為 {after}").format(
                at=roc_time(step.at), before=step.before.label, after=step.after.label
            )
            if step.session and step.session in self._sessions:
                line += "　" + self._sessions[step.session].title
            if step.reason:
                line += "　" + step.reason
            lines.append(line)
        if gates:
            lines += ["", _("下一步")]
            lines += [
                _("　{state}：{gate}").format(state=state.label, gate=gate or _("可以進行"))
                for state, gate in gates.items()
            ]
        await self.app.push_screen(Message(_("補訓案 {id}").format(id=case.id), lines))

    @work
    async def action_step(self) -> None:
        """Take the case under the cursor one step further."""
        await self._step()

    @refusals_shown
    async def _step(self) -> None:
        case = self._case
        if case is None or not case.open:
            return
        gates = await self.house.ask(lambda desks: desks.training.gates(case))
        states = list(gates)
        name = self._people[case.person].name
        chosen = await self.app.push_screen_wait(
            Choose(
                _("{name}：現在是「{state}」").format(name=name, state=case.state.label),
                [Column(_("改為"), 10), Column(_("還缺什麼"))],
                [(state.label, gates[state] or _("可以進行")) for state in states],
                _("關卡沒有滿足時，必須寫理由才能通過，理由會記入日誌。"),
            )
        )
        if chosen is None:
            return
        to, session_id, reason = states[chosen], "", ""
        if to is State.ASSIGNED:
            picked = await self._pick_session()
            if picked is None:
                return
            session_id = picked.id
        elif gates[to]:
            answers = await self.app.push_screen_wait(
                Form(_("理由"), [Field("reason", gates[to], hint=_("為何仍要這樣做"))])
            )
            if answers is None:
                return
            reason = answers["reason"]
        by, now = self.house.by, self.house.now
        after = await self.house.ask(
            lambda desks: desks.training.advance(
                case.id, to, by=by, at=now, session_id=session_id, reason=reason
            )
        )
        self.house.tell(_("{name}：{state}").format(name=name, state=after.state.label))
        await self.fill()

    async def _pick_session(self) -> Session | None:
        sessions = sorted(self._sessions.values(), key=lambda session: session.day, reverse=True)
        if not sessions:
            await self.app.push_screen_wait(
                Message(_("還沒有場次"), [_("請先到「講習」新增一場，再把人排進去。")])
            )
            return None
        chosen = await self.app.push_screen_wait(
            Choose(
                _("排到哪一場"),
                [Column(_("日期"), 9), Column(_("名稱"))],
                [(roc(session.day), session.title) for session in sessions],
            )
        )
        return sessions[chosen] if chosen is not None else None

    @work
    async def action_roster(self) -> None:
        """Print the 補訓名冊."""
        await self._roster()

    @refusals_shown
    async def _roster(self) -> None:
        answers = await self.app.push_screen_wait(
            Form(
                _("印補訓名冊"),
                [Field("path", _("存成（.pdf）"), _("補訓名冊.pdf"))],
                _("名冊列出所有未結的補訓案；簽章欄與是否加註「密」依規則檔。"),
            )
        )
        if answers is None:
            return
        mask = await self.app.push_screen_wait(
            Confirm(_("遮罩姓名嗎？"), [_("按 Y 印成「王○明」，按 N 印全名。")])
        )
        path = typed_path(answers["path"])
        by, now = self.house.by, self.house.now

        from training.papers import print_roster  # noqa: PLC0415 - reportlab only when something is printed

        report = await self.house.ask(
            lambda desks: print_roster(desks.training, path, by=by, at=now, mask=mask)
        )
        lines = [
            _("已印到 {path}，{rows} 人，共 {pages} 頁。").format(
                path=path, rows=report.rows, pages=report.pages
            )
        ]
        lines += [_("字型沒有這個字：{what}").format(what=missing) for missing in report.missing]
        await self.app.push_screen(Message(_("補訓名冊"), lines))
