"""The `courtesy` command: the terminal program, and one command for every job.

The arguments are looked at before anything else is imported, so that each job loads only what it needs.
"""

import gc
import os
import sys
from importlib import import_module

from bureau.language import LANGUAGES, _, speak

GROUPS = {
    "demo": "tui.commands.demo",
    "init": "tui.commands.office",
    "verify": "tui.commands.office",
    "backup": "tui.commands.office",
    "restore": "tui.commands.office",
    "calendar": "tui.commands.calendar",
    "rules": "tui.commands.rules",
    "staff": "tui.commands.staff",
    "scale": "tui.commands.scale",
    "score": "tui.commands.scale",
    "round": "tui.commands.round",
    "call": "tui.commands.call",
    "bulletin": "tui.commands.bulletin",
    "what-if": "tui.commands.what_if",
    "objection": "tui.commands.objection",
    "standing": "tui.commands.standing",
    "exercise": "tui.commands.exercise",
    "bank": "tui.commands.bank",
    "paper": "tui.commands.paper",
    "quiz": "tui.commands.quiz",
    "practice": "tui.commands.practice",
    "session": "tui.commands.session",
    "case": "tui.commands.case",
    "duty": "tui.commands.duty",
    "effect": "tui.commands.effect",
    "honours": "tui.commands.honours",
    "report": "tui.commands.report",
    "summary": "tui.commands.report",
    "analyse": "tui.commands.analyse",
}
"""The module of each word that may follow `courtesy`; its `add(commands)` adds the word."""

_VALUED = ("--office", "--as", "--lang")


def main(arguments: list[str] | None = None) -> int:
    """Run `courtesy` with `arguments` (the process's own by default); give the exit code."""
    words = sys.argv[1:] if arguments is None else arguments
    speak(_option(words, "--lang") or _system_language())
    word = _first_word(words)
    if word is None and not {"-h", "--help", "--version"} & set(words):
        return _terminal(words)
    return _command(word, words)


def _terminal(words: list[str]) -> int:
    office, staff_no = _option(words, "--office"), _option(words, "--as")
    if not _sound(words):
        return _command(None, words)
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        sys.stderr.write(_("這裡不是終端機。各項工作另有指令，請看 courtesy --help。") + "\n")
        return 2
    # What is imported before the first frame stays: looking through it for garbage only delays the frame.
    gc.disable()
    from tui.app import CourtesyApp  # noqa: PLC0415 - see the module's docstring
    from tui.office_file import office_file  # noqa: PLC0415

    return CourtesyApp(office_file(office), staff_no or "").run() or 0


def _sound(words: list[str]) -> bool:
    """Say whether the words are nothing but options with their values."""
    rest = list(words)
    while rest:
        name, equals, _value = rest.pop(0).partition("=")
        if name not in _VALUED or (not equals and not rest):
            return False
        if not equals:
            rest.pop(0)
    return True


def _command(word: str | None, words: list[str]) -> int:
    from importlib.metadata import version  # noqa: PLC0415

    from tui.commands.command import Parser, carry_out, common  # noqa: PLC0415

    parser = Parser(
        prog="courtesy",
        description=_("電話禮貌測試、租稅常識測驗、為民服務訓練講習與補訓名冊。"),
        epilog=_("不加指令就開啟終端機畫面。每個指令都可加 --help。"),
    )
    common(parser)
    parser.add_argument(
        "--version", action="version", version=f"courtesy {version('courtesy')}", help=_("印出版本")
    )
    commands = parser.add_subparsers(title=_("指令"), metavar=_("指令"), parser_class=Parser, required=True)
    modules = [GROUPS[word]] if word in GROUPS else list(dict.fromkeys(GROUPS.values()))
    for module in modules:
        import_module(module).add(commands)
    # Global options may stand before the word; argparse would let the word's own defaults hide them.
    before = words[: words.index(word)] if word in words else []
    given = parser.parse_args(words)
    for option, name in (("--office", "office"), ("--as", "acting_as"), ("--lang", "lang")):
        if getattr(given, name) is None:
            setattr(given, name, _option(before, option))
    return carry_out(given)


def _first_word(words: list[str]) -> str | None:
    skip = False
    for word in words:
        if skip:
            skip = False
        elif word in _VALUED:
            skip = True
        elif not word.startswith("-"):
            return word
    return None


def _option(words: list[str], name: str) -> str | None:
    for place, word in enumerate(words):
        if word == name and place + 1 < len(words):
            return words[place + 1]
        if word.startswith(f"{name}="):
            return word.partition("=")[2]
    return None


def _system_language() -> str:
    wanted = os.environ.get("COURTESY_LANG", "")
    return wanted if wanted in LANGUAGES else LANGUAGES[0]


if __name__ == "__main__":
    sys.exit(main())
