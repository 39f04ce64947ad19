"""The people of the office: who is where, who holds which role, who is away."""

from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Input

from bureau.dates import day_of, parse_date, roc
from bureau.language import _
from bureau.people import Leave, Person
from bureau.problem import Refused
from bureau.roles import Role
from bureau.staff_list import FIELDS, Difference
from bureau.text import fold
from tui.widgets.dialog import Choose, Confirm, Field, Form, typed_path
from tui.widgets.listing import Column, Listing
from tui.widgets.place import Place, refusals_shown
from tui.widgets.words import Words

LINES_SHOWN = 200
"""How many lines of a difference are shown before they are only counted."""


class PeopleScreen(Place):
    """The list of people."""

    AUTO_FOCUS = "Listing"
    HEADING = _("同仁")
    HELP = _(
        "局裡所有的同仁。名冊由試算表匯入：先看差異（新進、異動、離職），確認後才寫入；檔案有任何錯誤就整份不收，"
        "並列出每一列的問題。角色決定誰能測試、誰能辦理訓練。"
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("i,I,ｉ,Ｉ", "take_in", _("匯入名冊"), id="people.import"),
        Binding("e,E,ｅ,Ｅ", "export", _("匯出"), id="people.export"),
        Binding("r,R,ｒ,Ｒ", "role", _("角色"), id="people.role"),
        Binding("l,L,ｌ,Ｌ", "leave", _("請假"), id="people.leave"),
        Binding("slash,／", "search", _("尋找"), key_display="/", id="people.search", priority=True),
        Binding("enter", "found", _("找到了"), id="people.found", priority=True),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._people: list[Person] = []
        self._roles: dict[str, list[Role]] = {}
        self._shown: list[Person] = []

    def content(self) -> ComposeResult:
        """Lay out the search line and the list."""
        yield Words(placeholder=_("姓名、科室、分機或員工編號"), id="search", classes="hidden")
        yield Listing(
            [
                Column(_("員工編號"), 9),
                Column(_("科室"), 12),
                Column(_("職稱"), 11),
                Column(_("姓名"), 10),
                Column(_("分機"), 6),
                Column(_("角色")),
            ],
            opens=False,
        )

    async def fill(self) -> None:
        """Read the people and show them."""
        today = self.house.today
        self._people, self._roles = await self.house.ask(
            lambda desks: (desks.people.people_on(today), desks.people.roles())
        )
        self._show()
        self.entitle(_("同仁（{count} 人）").format(count=len(self._people)))
        if not self.query_one("#search", Words).has_focus:
            self.query_one(Listing).focus()

    def _show(self) -> None:
        wanted = fold(self.query_one("#search", Words).value)
        self._shown = [person for person in self._people if wanted in _words(person)]
        listing = self.query_one(Listing)
        listing.empty = _("沒有符合的同仁。") if self._people else _("還沒有同仁。按 I 匯入名冊。")
        listing.show([self._row(person) for person in self._shown])

    def _row(self, person: Person) -> tuple[str, ...]:
        duties = [role.label for role in self._roles.get(person.staff_no, [])]
        if person.switchboard:
            duties.insert(0, _("總機"))
        return (
            person.staff_no,
            person.section,
            person.title,
            person.name,
            person.extension,
            "、".join(duties),
        )

    @on(Input.Changed, "#search")
    def _searched(self) -> None:
        self._show()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002
        """Let Enter end the search while one is typed, and a slash be a slash."""
        # By its name: while the screen goes away, the line itself is already gone.
        searching = self.focused is not None and self.focused.id == "search"
        return not searching if action == "search" else searching if action == "found" else True

    async def action_found(self) -> None:
        """Keep what was found and give the keys back to the list."""
        await self.query_one("#search", Words).settled()
        self.set_focus(self.query_one(Listing))

    def action_search(self) -> None:
        """Type part of a name, section, extension or number."""
        search = self.query_one("#search", Words)
        search.remove_class("hidden")
        self.set_focus(search)

    async def action_back(self) -> None:
        """End a search, then go back."""
        search = self.query_one("#search", Words)
        if search.has_class("hidden"):
            await super().action_back()
            return
        search.value = ""
        search.add_class("hidden")
        self.query_one(Listing).focus()

    @property
    def _person(self) -> Person | None:
        listing = self.query_one(Listing)
        return self._shown[listing.cursor] if self._shown else None

    @work
    async def action_take_in(self) -> None:
        """Import a staff file."""
        await self._take_in()

    @refusals_shown
    async def _take_in(self) -> None:
        house, today = self.house, self.house.today
        usual = await house.ask(lambda desks: desks.people.holds_from(today))
        answers = await self.app.push_screen_wait(
            Form(
                _("匯入名冊"),
                [
                    Field("path", _("檔案（.xlsx 或 .csv）"), check=_existing),
                    Field("since", _("自哪一天起"), roc(usual), check=parse_date),
                ],
                _("欄位：員工編號、姓名、科室、職稱、分機（到職日、離職日、電子郵件、總機可有可無）。"),
            )
        )
        if answers is None:
            return
        path, since = typed_path(answers["path"]), parse_date(answers["since"])
        difference = await house.ask(
            lambda desks: desks.people.difference(desks.people.read_staff(path), since, new_sections=True)
        )
        if difference.nothing:
            house.tell(_("名冊沒有變動。"))
            return
        if await self.app.push_screen_wait(Confirm(_("套用這些差異？"), _lines(difference))):
            by, now = house.by, house.now
            await house.ask(lambda desks: desks.people.apply(difference, by=by, at=now))
            house.tell(_("名冊已更新。"))
            await self.fill()

    @work
    async def action_export(self) -> None:
        """Write the staff list to a file."""
        await self._export()

    @refusals_shown
    async def _export(self) -> None:
        answers = await self.app.push_screen_wait(
            Form(_("匯出名冊"), [Field("path", _("檔案（.xlsx 或 .csv）"), "同仁名冊.xlsx")])
        )
        if answers is None:
            return
        path, today = typed_path(answers["path"]), self.house.today
        count = await self.house.ask(lambda desks: desks.people.export_staff(path, today))
        self.house.tell(_("已寫出{count}人到{path}").format(count=count, path=path))

    @work
    async def action_role(self) -> None:
        """Give or take a role."""
        await self._role()

    @refusals_shown
    async def _role(self) -> None:
        person = self._person
        if person is None:
            return
        held = self._roles.get(person.staff_no, [])
        roles = [role for role in Role if role is not Role.STAFF]
        chosen = await self.app.push_screen_wait(
            Choose(
                _("{name} 的角色").format(name=person.name),
                [Column(_("角色")), Column(_("現在"), 8)],
                [(role.label, _("有") if role in held else "") for role in roles],
                _("按 Enter 指派；已有的角色再按一次就取消。"),
            )
        )
        if chosen is None:
            return
        role, staff_no, by, now = roles[chosen], person.staff_no, self.house.by, self.house.now
        if role in held:
            await self.house.ask(lambda desks: desks.people.revoke(staff_no, role, by=by, at=now))
        else:
            await self.house.ask(lambda desks: desks.people.grant(staff_no, role, by=by, at=now))
        await self.fill()

    @work
    async def action_leave(self) -> None:
        """Write the days on which the person is away."""
        await self._leave()

    @refusals_shown
    async def _leave(self) -> None:
        person = self._person
        if person is None:
            return
        today = roc(day_of(self.house.now))
        answers = await self.app.push_screen_wait(
            Form(
                _("{name} 請假").format(name=person.name),
                [
                    Field("first", _("自"), today, check=parse_date),
                    Field("last", _("至（含）"), today, check=parse_date),
                    Field("kind", _("假別"), hint=_("例如 公假、休假")),
                ],
                _("請假期間不會被抽測。"),
            )
        )
        if answers is None:
            return
        leave = Leave(
            staff_no=person.staff_no,
            first=parse_date(answers["first"]),
            last=parse_date(answers["last"]),
            kind=answers["kind"],
        )
        by, now = self.house.by, self.house.now
        await self.house.ask(lambda desks: desks.people.record_leave(leave, by=by, at=now))
        self.house.tell(_("已記下請假。"))


def _words(person: Person) -> str:
    return fold(f"{person.staff_no} {person.name} {person.section} {person.title} {person.extension}")


def _existing(text: str) -> None:
    if not typed_path(text).is_file():
        raise Refused(_("找不到這個檔案。"), remedy=_("可以把檔案拖進視窗，或輸入完整的位置。"))


def _lines(difference: Difference) -> list[str]:
    lines = [
        _("自 {since} 起：新進 {new} 人、異動 {changed} 人、離職 {left} 人、不變 {same} 人。").format(
            since=roc(difference.since),
            new=len(difference.new),
            changed=len(difference.changed),
            left=len(difference.left),
            same=difference.unchanged,
        )
    ]
    if difference.new_sections:
        lines.append(_("新科室：{names}").format(names="、".join(difference.new_sections)))
    lines += [_("注意：{note}").format(note=note) for note in difference.notes]
    lines.append("")
    people = [_("新進 {who}").format(who=_who(person)) for person in difference.new]
    for change in difference.changed:
        what = "；".join(
            _("{field}由「{before}」改為「{after}」").format(
                field=field,
                before=getattr(change.before, FIELDS[field]) or "",
                after=getattr(change.after, FIELDS[field]) or "",
            )
            for field in change.fields
        )
        people.append(_("異動 {who}：{what}").format(who=_who(change.after), what=what))
    people += [_("離職 {who}").format(who=_who(person)) for person in difference.left]
    lines += people[:LINES_SHOWN]
    if len(people) > LINES_SHOWN:
        lines.append(_("（其餘 {count} 人從略）").format(count=len(people) - LINES_SHOWN))
    return lines


def _who(person: Person) -> str:
    return f"{person.staff_no} {person.section} {person.title} {person.name}"
