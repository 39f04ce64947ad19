"""The retraining cases, and the list that is printed from them."""

from datetime import date
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static

from bureau.dates import parse_date, roc, roc_time
from bureau.language import _
from bureau.people import Person
from bureau.roles import Role
from training.case import Case, Matter, Outcome, Source, State
from training.session import Session
from tui.case_words import changed_in_words, check_in_words, owner_in_words
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
        "選一件按 Enter 看證據與經過，S 走下一步，E 改承辦人或期限，P 印補訓名冊。結案滿規則所定的天數"
        "（預設 90 天）要複查：這些案會排在最後，按 K 看結案以來的測試，記為「維持」或「再補訓」。"
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("s,S,ｓ,Ｓ", "step", _("下一步"), id="cases.step"),
        Binding("e,E,ｅ,Ｅ", "change", _("承辦人、期限"), id="cases.change"),
        Binding("k,K,ｋ,Ｋ", "check", _("複查"), id="cases.check"),
        Binding("p,P,ｐ,Ｐ", "roster", _("印補訓名冊"), id="cases.roster"),
        Binding("c,C,ｃ,Ｃ", "closed", _("未結／全部"), id="cases.closed"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._all = False
        self._cases: list[Case] = []
        self._people: dict[str, Person] = {}
        self._sessions: dict[str, Session] = {}
        self._waiting: dict[str, date | None] = {}

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
        today = self.house.today
        await self.house.ask(lambda desks: desks.training.open_cases(by=by, at=now))
        self._cases, checks, people, sessions = await self.house.ask(
            lambda desks: (
                desks.training.cases(open_only=not everything, by=by),
                [(case, desks.cases.check_day(case)) for case in desks.cases.checks_due(today)],
                desks.people.everybody(),
                desks.training.sessions(),
            )
        )
        self._waiting = {case.id: day for case, day in checks} if by.holds(Role.TRAINER, Role.HEAD) else {}
        count = len(self._cases)
        if not everything:
            self._cases += [case for case, _day in checks if case.id in self._waiting]
        self._people = {person.staff_no: person for person in people}
        self._sessions = {session.id: session for session in sessions}
        self.query_one(Listing).show(
            [self._row(case) for case in self._cases],
            tones=[self._tone(case) for case in self._cases],
        )
        kind = _("補訓案 {count} 件") if everything else _("未結的補訓案 {count} 件")
        title = kind.format(count=count)
        if self._waiting:
            title += "　" + _("結案後待複查 {count} 件").format(count=len(self._waiting))
        self.query_one("#title", Static).update(title)
        self.query_one(Listing).focus()
        self._show_reasons()

    def _row(self, case: Case) -> tuple[str, ...]:
        waits = case.id in self._waiting
        day = self._waiting[case.id] if waits else case.deadline
        state = case.state.label
        if case.unsettled:
            state = _("證據撤銷") if case.groundless else _("證據變更")
        return (
            case.id,
            case.section,
            self._people[case.person].name,
            _("結案待查") if waits else state,
            case.band.label,
            roc(day) if day else "",
            "；".join(reason.text for reason in case.reasons),
        )

    def _tone(self, case: Case) -> str:
        if case.overdue(self.house.today):
            return "alarm"
        return "" if case.open or case.id in self._waiting else "quiet"

    @on(Listing.Moved)
    def _show_reasons(self) -> None:
        case = self._case
        lines = [f"{roc(reason.day)} {reason.text}" for reason in case.reasons] if case else []
        if case and case.open:
            owner = owner_in_words(case.owner, self._names)
            lines.insert(0, _("承辦人：{owner}").format(owner=owner))
        elif case and case.check:
            lines.insert(0, check_in_words(case.check))
        self.query_one("#reasons", Paragraph).update("\n".join(lines))

    @property
    def _names(self) -> dict[str, str]:
        return {number: person.name for number, person in self._people.items()}

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
        gates, disputed, follows, lost, check_day = await self.house.ask(
            lambda desks: (
                desks.training.gates(case),
                desks.objections.disputed_calls(),
                desks.cases.follows(case),
                desks.cases.lost(case),
                None if case.check else desks.cases.check_day(case),
            )
        )
        person = self._people[case.person]
        lines = [
            f"{case.section} {person.title} {person.name}　"
            + _("分機 {extension}").format(extension=person.extension),
            _("{state}，{band}").format(state=case.standing, band=case.band.label)
            + (_("，期限 {due}").format(due=roc(case.deadline)) if case.deadline else ""),
            _("承辦人：{owner}").format(owner=owner_in_words(case.owner, self._names)),
            *([_("複查日：{day}").format(day=roc(check_day))] if check_day else []),
            *([_("這是補訓案 {id} 複查後的再補訓。").format(id=follows)] if follows else []),
            "",
            _("證據"),
        ]
        lines += [
            _("　{day} {text}（紀錄 {evidence}）").format(
                day=roc(reason.day), text=reason.text, evidence=reason.evidence
            )
            + (_("（申復中）") if reason.kind.source is Source.CALL and reason.evidence in disputed else "")
            + (_("（已和開案時不同）") if reason.evidence in lost else "")
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
            if step.overridden:
                line += "　" + _("（未過的關卡：{gate}）").format(gate=step.overridden)
            lines.append(line)
        lines += ["　" + changed_in_words(change, self._names) for change in case.changes]
        if case.check:
            lines.append("　" + check_in_words(case.check))
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

    @work
    async def action_change(self) -> None:
        """Give the case under the cursor to somebody else, or set another due date."""
        await self._change()

    @refusals_shown
    async def _change(self) -> None:
        case = self._case
        if case is None or not case.open:
            return
        matters = list(Matter)
        chosen = await self.app.push_screen_wait(
            Choose(
                _("{name}：要改什麼").format(name=self._people[case.person].name),
                [Column(_("項目"), 8), Column(_("現在"))],
                [
                    (Matter.OWNER.label, owner_in_words(case.owner, self._names)),
                    (Matter.DUE.label, roc(case.deadline) if case.deadline else _("還不起算")),
                ],
            )
        )
        if chosen is None:
            return
        done = await (self._give(case) if matters[chosen] is Matter.OWNER else self._move_due(case))
        if done:
            self.house.tell(done)
            await self.fill()

    async def _give(self, case: Case) -> str:
        by, now, today = self.house.by, self.house.now, self.house.today
        owners = await self.house.ask(lambda desks: desks.cases.owners(today))
        if not owners:
            await self.app.push_screen_wait(
                Message(_("沒有人可以承辦"), [_("請管理者先指派訓練承辦人（同仁畫面）。")])
            )
            return ""
        chosen = await self.app.push_screen_wait(
            Choose(
                _("由誰承辦"),
                [Column(_("員工編號"), 10), Column(_("姓名"))],
                owners,
                _("訓練承辦人、主管或管理者可以承辦。"),
            )
        )
        if chosen is None:
            return ""
        number, name = owners[chosen]
        await self.house.ask(lambda desks: desks.cases.give(case.id, number, by=by, at=now))
        return _("承辦人：{owner}").format(owner=name)

    async def _move_due(self, case: Case) -> str:
        by, now = self.house.by, self.house.now
        answers = await self.app.push_screen_wait(
            Form(
                _("改期限"),
                [
                    Field("due", _("期限"), roc(case.due), check=parse_date),
                    Field("reason", _("理由"), hint=_("例如 產假，會記入日誌")),
                ],
            )
        )
        if answers is None:
            return ""
        due, reason = parse_date(answers["due"]), answers["reason"]
        after = await self.house.ask(
            lambda desks: desks.cases.move_due(case.id, due, by=by, at=now, reason=reason)
        )
        return _("期限：{due}").format(due=roc(after.due))

    @work
    async def action_check(self) -> None:
        """Look at the closed case under the cursor again."""
        await self._check()

    @refusals_shown
    async def _check(self) -> None:
        case = self._case
        if case is None or case.state is not State.CLOSED or case.check:
            return
        today = self.house.today
        look = await self.house.ask(lambda desks: desks.cases.look(case, today))
        tests = "、".join(
            _("{day} {source} {score} 分").format(
                day=roc(each.day), source=each.source.label, score=each.score
            )
            for each in look.since.tests
        )
        outcomes = list(look.lacking)
        chosen = await self.app.push_screen_wait(
            Choose(
                _("{name}：結案後複查").format(name=self._people[case.person].name),
                [Column(_("結果"), 8), Column(_("還缺什麼"))],
                [(outcome.label, look.lacking[outcome] or _("可以記錄")) for outcome in outcomes],
                _("結案以來的測試：{tests}").format(tests=tests or _("沒有")),
            )
        )
        if chosen is None:
            return
        outcome, reason = outcomes[chosen], ""
        if outcome is Outcome.HELD and look.lacking[outcome]:
            answers = await self.app.push_screen_wait(
                Form(_("理由"), [Field("reason", _("理由"), hint=look.lacking[outcome])])
            )
            if answers is None:
                return
            reason = answers["reason"]
        by, now = self.house.by, self.house.now
        await self.house.ask(
            lambda desks: desks.cases.record_check(case.id, outcome, by=by, at=now, reason=reason)
        )
        self.house.tell(
            _("{name}：複查 {outcome}").format(name=self._people[case.person].name, outcome=outcome.label)
        )
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
