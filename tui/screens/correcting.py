"""更正答案: what is done about a wrong key, and the page that says whose score changes before it is done."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.widgets import Static

from bureau.language import _
from bureau.problem import Refused
from quiz_bank.answer_line import printed_options
from quiz_bank.correction import Preview, Treatment
from quiz_bank.question import Kind, Question
from quiz_bank.response import option_text
from quiz_bank.sitting import SheetOption
from tui.widgets.dialog import Choose, Confirm, Field, Form
from tui.widgets.listing import Column, Listing
from tui.widgets.paragraph import Paragraph
from tui.widgets.place import Place, refusals_shown

if TYPE_CHECKING:
    from training.regrading import CaseEffect
    from tui.desks import Desks

_CASES_SHOWN = 6
_LONGEST_STEM = 60
_LONGEST_RIGHT = 60
_LONG_OPTION = 30
_SHORT_OPTION = 9
_OPTIONS_ON_LINES = 5
"""More options than these stand behind each other, so that the window fits into 24 lines."""


async def ask_correction(place: Place, paper_id: str, number: int) -> None:
    """Ask what is to be done about a question, and open the page that previews it."""
    house, by = place.house, place.house.by

    def read(desks: "Desks") -> tuple[Question, str, tuple[SheetOption, ...]]:
        paper = desks.quiz.paper(paper_id)
        item = paper.item(number)
        options = printed_options(paper, item)
        now = desks.corrections.right_now(paper_id, number, by=by)
        if options and len(now) > _LONGEST_RIGHT:
            # The texts stand in the list of options, and no letter may be cut off.
            now = desks.corrections.right_now(paper_id, number, by=by, texts=False)
        return item.question, now, options

    question, now, options = await house.ask(read)
    treatments = [each for each in Treatment if not (each.needs_answer and question.kind is Kind.ESSAY)]
    chosen = await place.app.push_screen_wait(
        Choose(
            _("更正第 {number} 題的答案").format(number=number),
            [Column(_("怎麼給分"), 10), Column(_("意思"))],
            [(each.label, each.meaning) for each in treatments],
            _("對每個人都一樣。原來的答案卷與成績不會更改，更正的成績記在旁邊。"),
        )
    )
    if chosen is None:
        return
    treatment = treatments[chosen]
    fields = [Field("reason", _("理由"), hint=_("會記在日誌裡"), check=_filled)]
    if treatment.needs_answer:
        fields.insert(0, Field("answer", _("更正的答案"), hint=_hint(question.kind), check=_filled))
    answers = await place.app.push_screen_wait(
        Form(
            treatment.label,
            fields,
            _asked(question, now, options),
        )
    )
    if answers is None:
        return
    answer = answers.get("answer", "")
    # What cannot be read is refused here, before a page is opened for it.
    await house.ask(lambda desks: desks.corrections.preview(paper_id, number, treatment, answer, by=by))
    await place.app.push_screen_wait(CorrectingScreen(paper_id, number, treatment, answer, answers["reason"]))


class CorrectingScreen(Place):
    """Whose score a correction would change, before it is made.

    Args:
        paper_id: the paper.
        number: the question's number on it.
        treatment: what is done.
        answer: what is right instead, as it was typed.
        reason: why.
    """

    CSS: ClassVar[str] = """
    CorrectingScreen .detail { height: auto; min-height: 4; max-height: 8; }
    CorrectingScreen #bank { color: $primary; text-style: bold; }
    """
    HEADING = _("更正答案：預覽")
    HELP = _(
        "列出分數會變的每一個人：變成不及格的在最前面，其次是其他減分的人。這時還沒有寫入任何東西。"
        "按 F5 更正，所有人照同一條規則重新計分，記入日誌；封存的答案卷與原成績不會更改。"
        "按 B 可以同時把題庫的這一題更正成新版本。不更正就按 Esc。"
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("b,B,ｂ,Ｂ", "bank", _("題庫也更正"), id="correcting.bank"),
        Binding("f5", "correct", _("更正並重新計分"), id="correcting.correct"),
    ]

    def __init__(self, paper_id: str, number: int, treatment: Treatment, answer: str, reason: str) -> None:
        super().__init__()
        self._paper_id = paper_id
        self._number = number
        self._treatment = treatment
        self._answer = answer
        self._reason = reason
        self._preview: Preview | None = None
        self._for_bank = False
        self._bank = False
        self._effects = ""

    def content(self) -> ComposeResult:
        """Lay out what is done, whose score changes, and what follows."""
        yield Static("", id="title", classes="section-title", markup=False)
        yield Paragraph("", id="bank", classes="section-note")
        yield Paragraph("", id="what", classes="section-note")
        yield Listing(
            [
                Column(_("科室"), 14),
                Column(_("員工編號"), 9),
                Column(_("姓名"), most=20),
                Column(_("原分數"), 7, right=True),
                Column(_("更正後"), 7, right=True),
                Column(_("結果"), 14),
            ],
            empty=_("沒有人的分數會變。"),
            opens=False,
        )
        with VerticalScroll(classes="detail", can_focus=False):
            yield Paragraph("", id="detail")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002
        """Offer the bank only where it can take the question."""
        return self._for_bank if action == "bank" else True

    async def fill(self) -> None:
        """Compute the preview."""
        by, today = self.house.by, self.house.today

        def read(desks: "Desks") -> tuple[Preview, list["CaseEffect"], dict[str, str], bool, list[str]]:
            found = desks.corrections.preview(
                self._paper_id, self._number, self._treatment, self._answer, by=by
            )
            names = {person.staff_no: person.name for person in desks.people.everybody()}
            effects = desks.regrading.effects(found, by=by, today=today)
            for_bank = desks.corrections.bank_version(found) is not None
            elsewhere = [paper.id for paper in desks.corrections.elsewhere(found)]
            return found, effects, names, for_bank, elsewhere

        found, effects, names, self._for_bank, elsewhere = await self.house.ask(read)
        self._preview = found
        self.refresh_bindings()
        self.query_one("#title", Static).update(
            _("{title}　第 {number} 題　{treatment}").format(
                title=found.paper_title, number=found.number, treatment=found.treatment.label
            )
        )
        self.query_one("#what", Paragraph).update(
            _("現在給分：{was}；之後：{would}。").format(was=found.was, would=found.would)
            + found.treatment.meaning
            + (
                _("同一題也在試卷 {papers}，那裡要另外更正，才對每個人一樣。").format(
                    papers="、".join(elsewhere)
                )
                if elsewhere
                else ""
            )
        )
        listing = self.query_one(Listing)
        listing.show(
            [
                (
                    each.section,
                    each.staff_no,
                    names.get(each.staff_no, ""),
                    f"{each.before:.2f}",
                    f"{each.after:.2f}",
                    each.outcome,
                )
                for each in found.changes
            ],
            tones=["alarm" if each.after < each.before else "" for each in found.changes],
        )
        listing.focus()
        self._effects = _in_words(effects, names)
        self._show_detail()

    def _show_detail(self) -> None:
        assert self._preview is not None
        self.query_one("#bank", Paragraph).update(self._bank_text)
        lines = [self._preview.summary]
        if self._effects:
            lines.append(self._effects)
        lines.append(_("理由：{reason}").format(reason=self._reason))
        self.query_one("#detail", Paragraph).update("\n".join(lines))

    @property
    def _bank_text(self) -> str:
        """Whether the bank gets the corrected question, too."""
        if not self._for_bank:
            return _("題庫：不更正，只更正這份試卷")
        return _("題庫：一起更正成新版本") if self._bank else _("題庫：不更正（按 B 一起更正）")

    def action_bank(self) -> None:
        """Correct the bank's question, too, or not."""
        self._bank = not self._bank
        self._show_detail()

    @work
    async def action_correct(self) -> None:
        """Make the correction."""
        await self._correct()

    @refusals_shown
    async def _correct(self) -> None:
        found = self._preview
        if found is None:
            return
        if not await self.app.push_screen_wait(
            Confirm(
                _("更正並重新計分？"),
                [
                    self._bank_text,
                    _("現在給分：{was}；之後：{would}。").format(was=found.was, would=found.would),
                    found.treatment.meaning,
                    found.summary,
                ],
            )
        ):
            return
        by, now = self.house.by, self.house.now
        made, changed = await self.house.ask(
            lambda desks: desks.corrections.correct(
                self._paper_id,
                self._number,
                self._treatment,
                self._answer,
                reason=self._reason,
                by=by,
                at=now,
                bank=self._bank,
            )
        )
        self.house.tell(
            _("已更正（{id}），{count} 人的分數改變。").format(id=made.id, count=len(changed.changes))
        )
        self.dismiss()


def _in_words(effects: Sequence["CaseEffect"], names: Mapping[str, str]) -> str:
    by_effect: dict[str, list[str]] = {}
    for each in effects:
        by_effect.setdefault(each.effect.label, []).append(names.get(each.person, each.person))
    return _("；").join(
        _("{effect} {count} 件：{names}").format(
            effect=label,
            count=len(own),
            names="、".join(own[:_CASES_SHOWN]) + ("…" if len(own) > _CASES_SHOWN else ""),
        )
        for label, own in by_effect.items()
    )


def _asked(question: Question, now: str, options: Sequence[SheetOption]) -> str:
    """Say what was asked, what is right by now, and which letter stands for which option."""
    stem = " ".join(question.stem.split())
    if len(stem) > _LONGEST_STEM:
        stem = stem[: _LONGEST_STEM - 1] + "…"
    lines = [_("題目：{stem}").format(stem=stem), _("現在給分：{right}").format(right=now)]
    if question.kind.typed or question.kind is Kind.TRUE_FALSE:
        return "\n".join(lines)
    lines.append(_("字母是印出的題本與答案頁的字母（畫面上每個人的順序不同）："))
    if question.prompts:
        lines.append(
            "　".join(
                f"{place}. {option_text('', prompt, _SHORT_OPTION).strip()}"
                for place, prompt in enumerate(question.prompts, start=1)
            )
        )
    if len(options) <= _OPTIONS_ON_LINES:
        lines += [option_text(each.letter, each.text, _LONG_OPTION) for each in options]
    else:
        lines.append("　".join(option_text(each.letter, each.text, _SHORT_OPTION) for each in options))
    return "\n".join(lines)


def _hint(kind: Kind) -> str:
    return {
        Kind.TRUE_FALSE: _("○ 或 ×"),
        Kind.SINGLE: _("題本上的字母，如 C"),
        Kind.MULTIPLE: _("題本上的字母，如 ABD"),
        Kind.SHORT: _("可接受的答案，以／分開"),
        Kind.NUMBER: _("如 40 或 40±0.5"),
        Kind.MATCHING: _("照左邊的順序寫題本的字母，如 BAC"),
        Kind.ESSAY: "",
    }[kind]


def _filled(text: str) -> None:
    if not text.strip():
        raise Refused(_("不能空白。"))
