"""`courtesy practice`: the day's questions line by line, with the answer at once; never a score."""

import argparse
import unicodedata
from typing import TYPE_CHECKING

from bureau.language import _
from tui.commands.command import DONE, Command, Parser, leaf
from tui.commands.quiz import choice_typed, matching_typed

if TYPE_CHECKING:
    from bureau.roles import Actor
    from quiz_bank.practice_desk import PracticeDesk
    from quiz_bank.question import Question
    from quiz_bank.response import Response
    from quiz_bank.sitting import Page

_LEAVE = "/Q"
_UNKNOWN = "?"


def add(commands: "argparse._SubParsersAction[Parser]") -> None:
    """Add `practice` to the command line."""
    parser = leaf(
        commands,
        "practice",
        practise,
        _("練習今天的題目（以 --as 說明是誰）：馬上看到對錯與說明，不計分"),
        lists=True,
    )
    parser.add_argument(
        "--count", type=int, metavar=_("題數"), help=_("最多練習幾題；不寫：今天還沒練的題數")
    )
    parser.add_argument("--wrong", action="store_true", help=_("只練答錯過的題目"))


def practise(command: Command) -> int:
    """Go through the day's questions, or list them."""
    given = command.given
    with command.desks() as desks:
        by = command.actor(desks)
        found = desks.practice.questions(by=by, day=command.today, wrong_only=given.wrong)
        day = desks.practice.day(by=by, day=command.today)
        count = given.count if given.count is not None else day.left or day.wanted
        chosen = found[: max(count, 0)]
        if given.json:
            command.document(
                {
                    "done": day.done,
                    "wanted": day.wanted,
                    "wrong": day.wrong,
                    "ready": day.ready,
                    "questions": [
                        {
                            "id": question.id,
                            "kind": question.kind.value,
                            "topic": question.topic,
                            "cause": cause.value,
                        }
                        for question, cause in chosen
                    ],
                }
            )
            return DONE
        if not chosen:
            command.say(_("今天沒有題目要練習。"))
        for place, (question, cause) in enumerate(chosen, start=1):
            print(f"{place}/{len(chosen)}〔{question.kind.label}・{cause.label}〕{question.stem}", flush=True)
            if not _one(command, desks.practice, question, by):
                break
    return DONE


def _one(command: Command, desk: "PracticeDesk", question: "Question", by: "Actor") -> bool:
    """Ask one question and explain it; False when the person leaves."""
    from bureau.dates import roc  # noqa: PLC0415 - not for --help

    page = desk.page(question, by=by, day=command.today)
    for place, prompt in enumerate(page.prompts, start=1):
        print(f"  {place}. {prompt}")
    for number, option in enumerate(page.options, start=1):
        text = "" if option.text == option.letter else f" {option.text}"
        print(f"   {option.letter}{text}" if page.prompts else f"  {number}. {option.letter}{text}")
    while True:
        try:
            line = input("> ")
        except EOFError:
            return False
        if unicodedata.normalize("NFKC", line).strip().upper() == _LEAVE:
            return False
        response = _response(page, line)
        if response is not None:
            break
        command.say(_("看不懂。請寫選項的數字或字母；不知道請寫 ?，離開請寫 /q。"))
    outcome = desk.answer(question.id, response, by=by, at=command.now)
    print(
        _("答對了。正確答案：{key}").format(key=outcome.key)
        if outcome.right
        else _("答錯了。你的答案：{chosen}　正確答案：{key}").format(
            chosen=outcome.chosen or _("沒有作答"), key=outcome.key
        )
    )
    for text in (question.explanation, question.legal_basis):
        if text:
            print(f"  {text}")
    print(_("下次複習：{day}").format(day=roc(outcome.due)), flush=True)
    print()
    return True


def _response(page: "Page", line: str) -> "Response | None":
    """Read a line as an answer; a question mark is the answer of somebody who does not know."""
    from quiz_bank.question import Kind, QuestionError, number_from  # noqa: PLC0415 - not for --help

    words = unicodedata.normalize("NFKC", line).strip().upper()
    if words == _UNKNOWN:
        return ()
    if page.kind.typed:
        if page.kind is Kind.NUMBER:
            try:
                number_from(line, page.unit)
            except QuestionError:
                return None
        return line if words else None
    return matching_typed(page, words) if page.prompts else choice_typed(page, words)
