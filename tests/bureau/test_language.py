"""The languages that people read: Traditional Chinese in the source, English by the catalogue."""

import gettext
import importlib.util
import io
import re
from argparse import _SubParsersAction
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
from babel.messages.catalog import Catalog

from bureau import staff_list
from bureau.language import LANGUAGES, speak
from bureau.sheet import read_table, write_table
from tui import main as program
from tui.commands.command import Parser

ROOT = Path(__file__).parents[2]
CHINESE = re.compile("[\u2e80-\u303f\u3400-\u9fff\uf900-\ufaff\uff00-\uffef]")
ARGPARSE_WORDS = re.compile(
    r"\b(usage|options|optional arguments|positional arguments|show this help|error|required|unrecognized)\b"
)
FIELD = re.compile(r"\{[a-z_]+(?:![a-z])?(?::[^{}]*)?\}")


def _catalogue_maker() -> ModuleType:
    spec = importlib.util.spec_from_file_location("make_catalogues", ROOT / "tools" / "make_catalogues.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


MAKER = _catalogue_maker()
ENGLISH: Catalog = MAKER.read("en")
TRANSLATED = {str(each.id): str(each.string) for each in ENGLISH if each.id and each.string}


def _fields(text: str) -> list[str]:
    return sorted(FIELD.findall(text.replace("{{", "").replace("}}", "")))


def _messages(mo: bytes) -> dict[object, str]:
    catalogue: dict[object, str] = vars(gettext.GNUTranslations(io.BytesIO(mo)))["_catalog"]
    # The header names the version of the tool that compiled it.
    return {source: words for source, words in catalogue.items() if source}


def _commands() -> list[tuple[str, ...]]:
    """Give the words of the program itself, of every group and of every command."""
    speak(LANGUAGES[0])
    whole = Parser(prog="courtesy")
    words = whole.add_subparsers(parser_class=Parser)
    for module in dict.fromkeys(program.GROUPS.values()):
        importlib.import_module(module).add(words)
    return [(), *_below(words, ())]


def _below(words: "_SubParsersAction[Parser]", before: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    for word, parser in words._name_parser_map.items():
        yield (*before, word)
        for action in parser._actions:
            if isinstance(action, _SubParsersAction):
                yield from _below(action, (*before, word))


COMMANDS = _commands()


def _said(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    with pytest.raises(SystemExit):
        program.main(list(words))
    printed = capsys.readouterr()
    return printed.out + printed.err


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_compiled_catalogue_is_the_one_that_is_written(language: str) -> None:
    compiled = (MAKER.LOCALE / language / "LC_MESSAGES" / "courtesy.mo").read_bytes()
    assert _messages(compiled) == _messages(MAKER.compiled(language))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_catalogue_bears_no_date_of_its_compilation(language: str) -> None:
    header = gettext.GNUTranslations(io.BytesIO(MAKER.compiled(language))).info()
    assert header["pot-creation-date"] == header["po-revision-date"] == f"{MAKER.DATED:%Y-%m-%d %H:%M%z}"


def test_every_text_has_its_english() -> None:
    assert MAKER.missing() == []


def test_nothing_is_translated_by_guess() -> None:
    assert [each.id for each in ENGLISH if each.id and each.fuzzy] == []


def test_the_english_keeps_every_value_of_the_chinese() -> None:
    wrong = {text: english for text, english in TRANSLATED.items() if _fields(english) != _fields(text)}
    assert wrong == {}


def test_the_english_has_no_full_width_punctuation() -> None:
    # Signs that a person must recognise in a file are named as they stand there.
    named = {"｛", "｝", "＝", "～", "＃", "＊"}
    wrong = [
        english
        for english in TRANSLATED.values()
        if set(re.findall("[\u3000-\u303f\uff00-\uffef]", english)) - named
    ]
    assert wrong == []


@pytest.mark.parametrize("words", COMMANDS, ids=lambda words: " ".join(words) or "courtesy")
def test_help_in_english_has_no_chinese(words: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    said = _said(capsys, "--lang", "en", *words, "--help")
    assert said.startswith("usage: courtesy")
    assert CHINESE.findall(said) == []


@pytest.mark.parametrize("words", COMMANDS, ids=lambda words: " ".join(words) or "courtesy")
def test_help_in_chinese_has_no_words_of_argparse(
    words: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    said = _said(capsys, *words, "--help")
    assert said.startswith("用法：courtesy")
    assert ARGPARSE_WORDS.findall(said) == []


@pytest.mark.parametrize(
    "words",
    [
        ("staff", "import", "--nope"),
        ("round", "new"),
        ("round", "new", "--size", "x"),
        ("staff", "nope"),
        ("nope",),
    ],
    ids=" ".join,
)
def test_wrong_usage_is_said_in_the_readers_language(
    words: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    assert CHINESE.findall(_said(capsys, "--lang", "en", *words)) == []
    assert ARGPARSE_WORDS.findall(_said(capsys, *words)) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_empty_staff_list_made_in_any_language_can_be_filled_and_read(
    language: str, tmp_path: Path
) -> None:
    speak(language)
    headings, instructions = staff_list.template()
    person = {"員工編號": "01001", "姓名": "王小明", "科室": "企劃服務科"}
    row = [person.get(heading.strip("＊"), "") for heading in headings]
    path = tmp_path / "staff.xlsx"
    write_table(path, headings, [instructions, row])
    assert [each.values["姓名"] for each in read_table(path, staff_list.COLUMNS).rows] == ["王小明"]
