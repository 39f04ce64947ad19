"""`courtesy rules`: the thresholds, bands and quotas that the office decides by."""

import argparse
import sys
from pathlib import Path

from bureau.language import _
from tui.commands.command import DONE, Command, Parser, leaf


def add(commands: "argparse._SubParsersAction[Parser]") -> None:
    """Add `rules` to the command line."""
    help_text = _("規則：門檻、等第與名額")
    group = commands.add_parser("rules", help=help_text, description=help_text)
    inner = group.add_subparsers(title=_("指令"), metavar=_("指令"), parser_class=Parser, required=True)

    showing = leaf(inner, "show", show, _("印出有效的規則檔，可以存檔修改"), lists=True)
    showing.add_argument("--on", metavar=_("日期"), help=_("哪一天的規則，預設今天"))

    leaf(inner, "list", list_books, _("列出發布過的規則"), lists=True)

    publishing = leaf(inner, "publish", publish, _("發布規則檔；已做成的決定仍依當時的規則"))
    publishing.add_argument("file", metavar=_("規則檔"), type=Path, help=_("由 rules show 印出後修改的 TOML"))
    publishing.add_argument(
        "--from", dest="since", required=True, metavar=_("日期"), help=_("施行的第一天，例如 116/1/1")
    )


def show(command: Command) -> int:
    """Print the rules in force."""
    from bureau.calendar import parse_date  # noqa: PLC0415 - not for --help

    day = parse_date(command.given.on) if command.given.on else command.today
    with command.desks() as desks:
        book = desks.office.rules(day)
        text = desks.people.rules_text(day)
    if command.given.json:
        tables = {name: rules.model_dump(mode="json") for name, rules in book.tables.items()}
        command.document(
            {"version": book.version, "in_force_from": book.in_force_from.isoformat(), "rules": tables}
        )
    else:
        sys.stdout.write(text)
    return DONE


def list_books(command: Command) -> int:
    """List every published book."""
    with command.desks() as desks:
        now = desks.office.rules(command.today).version
        rows = [
            {"version": version, "in_force_from": since.isoformat(), "in_force": version == now}
            for version, since in desks.people.rule_books()
        ]
    if not command.given.json:
        from bureau.calendar import parse_date, roc  # noqa: PLC0415 - not for --help

        rows = [row | {"in_force_from": roc(parse_date(str(row["in_force_from"])))} for row in rows]
    command.listing(rows, {"version": _("版本"), "in_force_from": _("施行日"), "in_force": _("目前有效")})
    return DONE


def publish(command: Command) -> int:
    """Put a rule file in force."""
    from bureau.calendar import parse_date, roc  # noqa: PLC0415 - not for --help

    since = parse_date(command.given.since)
    with command.desks() as desks:
        before = len(desks.people.rule_books())
        book = desks.people.publish_rules(command.given.file, since, by=command.actor(desks), at=command.now)
        published = len(desks.people.rule_books()) > before
    message = (
        _("已發布規則 {version}，自 {since} 施行。")
        if published
        else _("{since} 有效的規則已經是 {version}，沒有再發布。")
    )
    command.say(message.format(version=book.version, since=roc(since)))
    return DONE
