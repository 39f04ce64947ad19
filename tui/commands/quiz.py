"""`courtesy quiz`: sitting a paper line by line, and the results.

The line mode needs no screen: it works over any connection, with a screen reader, and from a script.
"""

import argparse
import unicodedata
from datetime import UTC, datetime
from pathlib import Path
from string import ascii_uppercase
from typing import TYPE_CHECKING, Any

from bureau.language import _
from tui.commands.command import DONE, REFUSED, Command, Parser, leaf

if TYPE_CHECKING:
    from bureau.roles import Actor
    from quiz_bank.desk import QuizDesk
    from quiz_bank.sitting import Page, Response, Sheet, Sitting

NEXT, BACK, FLAG, SUBMIT, LEAVE, HELP = "N", "P", "M", "S", "Q", "?"

_RIGHT_WORDS = frozenset({"1", "○", "◯", "〇", "O", "A", "T", "對", "是"})
_WRONG_WORDS = frozenset({"2", "×", "✕", "X", "B", "F", "錯", "否"})


def add(commands: "argparse._SubParsersAction[Parser]") -> None:
    """Add `quiz` to the command line."""
    help_text = _("測驗")
    group = commands.add_parser("quiz", help=help_text, description=help_text)
    inner = group.add_subparsers(title=_("指令"), metavar=_("指令"), parser_class=Parser, required=True)

    sitting = leaf(inner, "sit", sit, _("作答一份試卷（以 --as 說明是誰）；中斷後再執行就接著作答"))
    sitting.add_argument("paper", metavar=_("試卷編號"), help=_("courtesy paper list 列出的編號"))

    results = leaf(inner, "results", list_results, _("列出一份試卷的成績；同仁只看得到自己的"), lists=True)
    results.add_argument("paper", metavar=_("試卷編號"), help=_("courtesy paper list 列出的編號"))
    results.add_argument("--xlsx", metavar=_("檔案"), type=Path, help=_("另寫成 .xlsx 清冊"))
    results.add_argument("--absent", action="store_true", help=_("改列出還沒有交卷的人"))


def sit(command: Command) -> int:
    """Let a person answer a paper, one question at a time."""
    with command.desks() as desks:
        actor = command.actor(desks)
        begun = desks.quiz.open_sitting(command.given.paper, actor.staff_no, by=actor, at=_now())
        exchange = _Sitting(command, desks.quiz, actor, begun)
        return exchange.run()


def list_results(command: Command) -> int:
    """List who submitted a paper with what score, or who has not."""
    from bureau.roles import Role  # noqa: PLC0415 - not for --help

    given = command.given
    with command.desks() as desks:
        by = command.actor(desks)
        waiting = desks.marking.papers_waiting(by=by).get(given.paper, 0)
        if given.absent:
            by.require(Role.TRAINER, Role.HEAD)
            people = desks.quiz.absent(given.paper, command.today)
            rows = [
                {"staff_no": person.staff_no, "name": person.name, "section": person.section}
                for person in people
            ]
        else:
            rows = _result_rows(command, desks.quiz, by)
            if given.xlsx:
                from quiz_bank.result_file import write_results  # noqa: PLC0415 - openpyxl only now
                from tui.commands.session import say_written  # noqa: PLC0415

                say_written(command, given.xlsx, write_results(desks.quiz, given.paper, given.xlsx, by=by))
            names = {person.staff_no: person.name for person in desks.people.everybody()}
            for row in rows:
                row["name"] = names.get(row["staff_no"], "")
    headings = {"staff_no": _("員工編號"), "name": _("姓名"), "section": _("科室")}
    if not given.absent:
        headings |= {"score": _("成績"), "passed": _("及格"), "at": _("交卷")}
    command.listing(rows, headings)
    if waiting:
        command.say(_("另有 {count} 份待評閱，評完才有成績。").format(count=waiting))
    return DONE


def _result_rows(command: Command, desk: "QuizDesk", by: "Actor") -> list[dict[str, Any]]:
    from bureau.dates import moment_text, roc_time  # noqa: PLC0415 - not for --help

    return [
        {
            "sitting": result.sitting_id,
            "paper": result.paper_id,
            "staff_no": result.staff_no,
            "name": "",
            "section": result.section,
            "submitted_at": moment_text(result.submitted_at),
            "score": str(result.score),
            "passed": result.passed,
            "warned": result.warned,
            "rules": result.rules,
            "correction": result.correction,
        }
        | ({} if command.given.json else {"at": roc_time(result.submitted_at)})
        for result in desk.results(command.given.paper, by=by)
    ]


def _now() -> datetime:
    return datetime.now(UTC)


class _Gone(Exception):
    """Whoever answered has left, or the input has ended."""


class _Sitting:
    """The exchange of lines with one person."""

    def __init__(self, command: Command, desk: "QuizDesk", actor: "Actor", begun: "Sitting") -> None:
        self._command = command
        self._desk = desk
        self._actor = actor
        self._begun = begun
        self._left_on_purpose = False

    def run(self) -> int:
        """Show the rules, go through the questions, submit, show the result."""
        from quiz_bank.sitting import SittingError  # noqa: PLC0415 - not for --help

        if not self._begun.handed_in:
            try:
                self._rules()
                self._answer_all()
            except _Gone:
                self._command.say(_("還沒有交卷；已作答的都存好了，再執行同一個指令就接著作答。"))
                return DONE if self._left_on_purpose else REFUSED
            except SittingError as refusal:
                if not self._begun.over(_now()):
                    raise
                self._command.say(str(refusal))
            if not self._desk.sitting(self._begun.id).handed_in:
                self._desk.submit(self._begun.id, by=self._actor, at=_now())
        self._result()
        return DONE

    def _sheet(self) -> "Sheet":
        return self._desk.sheet(self._begun.id, by=self._actor)

    def _print(self, *lines: str) -> None:
        print(*lines, sep="\n", flush=True)

    def _ask(self, prompt: str) -> str:
        return unicodedata.normalize("NFKC", self._line(prompt)).strip().upper()

    def _line(self, prompt: str) -> str:
        try:
            return input(prompt)
        except EOFError:
            raise _Gone from None

    def _rules(self) -> None:
        from bureau.dates import roc_time  # noqa: PLC0415 - not for --help

        paper = self._desk.paper(self._begun.paper_id)
        limit = (
            _("{minutes} 分鐘").format(minutes=paper.minutes) if paper.minutes else _("不限，到截止日為止")
        )
        self._print(
            paper.title,
            _("{count} 題，{mark} 分及格。作答時間：{limit}；{deadline} 截止。").format(
                count=len(paper.items),
                mark=paper.rules.pass_mark,
                limit=limit,
                deadline=roc_time(self._begun.deadline),
            ),
            _("{credit}。答錯與未答不倒扣。每個答案隨即存檔。").format(
                credit=paper.rules.multiple_credit.label
            ),
            _("時間到就不再收答案，以已存的答案交卷。"),
            _keys(),
            "",
        )

    def _answer_all(self) -> None:
        """Go through the questions until the person submits."""
        sheet = self._sheet()
        place: int | None = sheet.unanswered[0] if sheet.unanswered else len(sheet.pages) + 1
        while place is not None:
            if place > len(sheet.pages):
                place = self._summary(sheet)
            else:
                place = self._question(sheet.pages[place - 1], len(sheet.pages))
            sheet = self._sheet()

    def _question(self, page: "Page", count: int) -> int:
        """Ask one question; give the place to go to."""
        flag = "⚑ " if page.flagged else ""
        self._print(f"{flag}{page.place}/{count}〔{page.kind.label}〕{page.stem}")
        for place, prompt in enumerate(page.prompts):
            self._print(f"  {place + 1}. [{page.letter_of(page.match_of(place)) or '　'}] {prompt}")
        for number, option in enumerate(page.options, start=1):
            mark = "●" if option.chosen else "　"
            text = "" if option.text == option.letter else f" {option.text}"
            self._print(
                f" {mark}{number}. {option.letter}{text}"
                if not page.prompts
                else f"    {option.letter}{text}"
            )
        if page.kind.typed:
            self._print(
                _("  目前的答案：{text}").format(text=page.response)
                if page.response
                else _("  請打字作答；要用指令時，前面加一個斜線，例如 /n、/p、/s。")
            )
            return self._obey_typed(page, self._line("> "), count)
        if page.prompts:
            self._print(_("  每一項依序寫一個字母，沒有的寫 -，例如 BA-C。"))
        return self._obey(page, self._ask("> "), count)

    def _obey_typed(self, page: "Page", line: str, count: int) -> int:
        """Take a line as the answer, unless it is empty or a command behind a slash."""
        from quiz_bank.question import QuestionError  # noqa: PLC0415 - not for --help
        from quiz_bank.sitting import SittingError  # noqa: PLC0415

        command = unicodedata.normalize("NFKC", line).strip().upper()
        if not command:
            return page.place + 1
        if command.startswith("/"):
            return self._obey(page, command.removeprefix("/"), count)
        try:
            self._desk.answer(self._begun.id, page.number, line, by=self._actor, at=_now())
        except (QuestionError, SittingError) as refusal:
            if self._begun.over(_now()):
                raise
            self._command.say(str(refusal))
            return page.place
        return page.place + 1

    def _obey(self, page: "Page", words: str, count: int) -> int:
        response = matching_typed(page, words) if page.prompts else choice_typed(page, words)
        if response is not None:
            self._desk.answer(self._begun.id, page.number, response, by=self._actor, at=_now())
            return page.place + 1
        if words in {"", NEXT}:
            return page.place + 1
        if words == BACK:
            return max(1, page.place - 1)
        if words == SUBMIT:
            return count + 1
        if words == FLAG:
            self._desk.flag(self._begun.id, page.number, not page.flagged, by=self._actor, at=_now())
        elif words == LEAVE:
            self._left_on_purpose = True
            raise _Gone
        elif words != HELP:
            self._command.say(_("看不懂「{words}」。").format(words=words))
        if words != FLAG:
            self._print(_keys())
        return page.place

    def _summary(self, sheet: "Sheet") -> int | None:
        """List what is unanswered and ask whether to submit; None submits."""
        places = "、".join(str(place) for place in sheet.unanswered)
        flagged = "、".join(str(place) for place in sheet.flagged)
        self._print(
            _("未作答：第 {places} 題。").format(places=places) if places else _("每一題都作答了。"),
            *([_("有標記：第 {places} 題。").format(places=flagged)] if flagged else []),
            _("輸入 s 交卷，題號回到該題，p 回到最後一題，q 暫離。"),
        )
        while True:
            words = self._ask(_("交卷") + "> ")
            if words == SUBMIT:
                return None
            if words == BACK:
                return len(sheet.pages)
            if words == LEAVE:
                self._left_on_purpose = True
                raise _Gone
            if words.isdecimal() and 1 <= int(words) <= len(sheet.pages):
                return int(words)
            self._command.say(_("看不懂「{words}」。").format(words=words))

    def _result(self) -> None:
        paper = self._desk.paper(self._begun.paper_id)
        closed = self._desk.sitting(self._begun.id)
        if closed.score is None:
            self._print("", _("已交卷。簡答題要由人評分，評完以後再執行同一個指令就看得到成績。"))
            return
        self._print(
            "",
            _("成績 {score} 分，{outcome}。").format(
                score=closed.score, outcome=_("及格") if closed.passed else _("不及格")
            ),
        )
        if closed.overdue:
            self._print(_("時間已到，以截止前存好的答案計分。"))
        if paper.rules.warned(closed.score):
            self._print(_("低於 {mark} 分，請多留意下列題目。").format(mark=paper.rules.warning_below))
        for line in self._desk.review(closed.id, by=self._actor):
            if not line.correct:
                self._print(
                    "",
                    f"{line.place}. {line.question.stem}",
                    *(
                        f"   {option.letter} {option.text}"
                        for option in line.options
                        if option.text != option.letter
                    ),
                    _("   你的答案 {chosen}，正確答案 {right}（{points}／{worth} 分）").format(
                        chosen=line.chosen or _("未答"),
                        right=line.right,
                        points=line.points,
                        worth=line.worth,
                    ),
                    f"   {line.question.explanation}",
                    f"   {line.question.legal_basis}",
                )


def matching_typed(page: "Page", words: str) -> "Response | None":
    """Read a letter for each prompt (already in half width and upper case), - for none, as a matching.

    Returns:
        The options' indexes, or None when the words are no matching here.
    """
    letters = [letter for letter in words if letter not in " ,、;."]
    places = {option.letter: option.index for option in page.options} | {"-": -1}
    if len(letters) != len(page.prompts) or not all(letter in places for letter in letters):
        return None
    return tuple(places[letter] for letter in letters)


def choice_typed(page: "Page", words: str) -> "Response | None":
    """Read digits or letters (already in half width and upper case) as a choice on this page.

    Returns:
        The options' indexes, or None when the words are no choice here.
    """
    from quiz_bank.question import Kind  # noqa: PLC0415 - not for --help

    if page.kind is Kind.TRUE_FALSE:
        places = [0] if words in _RIGHT_WORDS else [1] if words in _WRONG_WORDS else []
    else:
        names = {letter: place for place, letter in enumerate(ascii_uppercase[: len(page.options)])}
        names |= {str(place + 1): place for place in range(min(9, len(page.options)))}
        letters = [letter for letter in words if letter not in " ,、;."]
        if not all(letter in names for letter in letters):
            return None
        places = sorted({names[letter] for letter in letters})
    if not places or (len(places) > 1 and page.kind is not Kind.MULTIPLE):
        return None
    return tuple(sorted(page.options[place].index for place in places))


def _keys() -> str:
    return _("輸入數字或字母作答（複選如 134 或 ACD）；Enter 下一題，p 上一題，m 標記，s 交卷，q 暫離。")
