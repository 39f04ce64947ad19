"""Moodle XML: read as Moodle means it; a broken file gives nothing, a broken question its line and name."""

import re
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quiz_bank.formats.exchange import Item, ItemType
from quiz_bank.formats.moodle_xml import parse
from quiz_bank.formats.reading import Reading, Severity, read
from quiz_bank.formats.writing import weigh
from quiz_bank.question import Kind, Question, Status

FILE = Path(__file__).parents[1] / "data" / "bank" / "moodle.xml"
TWO = '<answer fraction="100"><text>a</text></answer><answer fraction="0"><text>b</text></answer>'


def question(inner: str, kind: str = "multichoice", name: str = "甲") -> Reading:
    return parse(
        f'<quiz><question type="{kind}"><name><text>{name}</text></name>'
        f"<questiontext><text>q</text></questiontext>{inner}</question></quiz>"
    )


def only(reading: Reading) -> Item:
    assert reading.errors == ()
    [item] = reading.items
    return item


def test_an_exported_file_is_read_with_all_its_types() -> None:
    items = read(FILE).items
    assert [item.type.value for item in items] == [
        "category",
        "multichoice",
        "multichoice",
        "truefalse",
        "numerical",
        "matching",
    ]


def test_what_the_bank_has_a_kind_for_becomes_a_question() -> None:
    single, multiple, true, number, matching = read(FILE).questions
    assert (single.id, single.kind, single.topic) == ("LVT-1", Kind.SINGLE, "地價稅 > 稅率")
    assert single.stem == "自用住宅用地的地價稅稅率是千分之多少？"
    assert single.options == ("2", "6 < x", "10 & 以上")
    assert (single.difficulty, single.explanation) == (1, "土地稅法第17條。")
    assert (multiple.kind, multiple.key_text()) == (Kind.MULTIPLE, "AB")
    assert (true.kind, true.key_text()) == (Kind.TRUE_FALSE, "○")
    assert (number.kind, number.key_text()) == (Kind.NUMBER, "2 ± 0.5")
    assert matching.pairs == (("房屋稅", "地方稅"), ("營業稅", "國稅"))
    assert matching.distractors == ("規費",)


def test_a_type_that_is_not_known_is_reported_by_name_and_count() -> None:
    warned = [problem.message for problem in read(FILE).problems if problem.line is None]
    assert warned == ["題型「cloze」不能讀，略過 1 題。"]


def test_fractions_are_exact_parts_of_one() -> None:
    item = only(
        question(
            '<single>false</single><answer fraction="33.33333"><text>a</text></answer>'
            '<answer fraction="66.66667"><text>b</text></answer><answer><text>c</text></answer>'
        )
    )
    assert [answer.fraction for answer in item.answers] == [
        Decimal("0.3333333"),
        Decimal("0.6666667"),
        Decimal(0),
    ]


@pytest.mark.parametrize("flag", ["false", "0", "", " false "])
def test_several_options_can_be_chosen_where_single_is_off(flag: str) -> None:
    assert not only(question(f"<single>{flag}</single>{TWO}")).single


def test_one_option_is_chosen_where_nothing_is_said() -> None:
    assert only(question(TWO)).single


def test_white_space_between_entities_is_kept() -> None:
    item = only(question(TWO.replace(">a<", ">a &lt; &amp; b<")))
    assert item.answers[0].text == "a < & b"


def test_true_and_false_are_told_by_their_words_in_any_order() -> None:
    item = only(
        question(
            '<answer fraction="100"><text>false</text></answer>'
            '<answer fraction="0"><text>true</text></answer>',
            "truefalse",
        )
    )
    assert [(answer.text, str(answer.fraction)) for answer in item.answers] == [("true", "0"), ("false", "1")]


def test_other_words_for_true_and_false_go_by_place_and_that_is_said() -> None:
    reading = question(
        '<answer fraction="0"><text>是</text></answer><answer fraction="100"><text>否</text></answer>',
        "truefalse",
    )
    assert only(reading).answers[1].fraction == 1
    assert any(problem.severity is Severity.WARNING for problem in reading.problems)


def test_numbers_have_their_tolerance() -> None:
    item = next(item for item in read(FILE).items if item.type is ItemType.NUMERICAL)
    assert item.tolerance == Decimal("0.5")
    assert item.answers[1].tolerance is None


def test_a_right_side_alone_is_a_distractor() -> None:
    item = next(item for item in read(FILE).items if item.type is ItemType.MATCHING)
    assert [(pair.left, pair.right) for pair in item.pairs] == [
        ("房屋稅", "地方稅"),
        ("營業稅", "國稅"),
        ("", "規費"),
    ]


@pytest.mark.parametrize(
    ("inner", "kind", "expected"),
    [
        ('<answer fraction="33"><text>a</text></answer>' + TWO, "multichoice", "33%"),
        ('<answer fraction="33,3"><text>a</text></answer>' + TWO, "multichoice", "不是數字"),
        ('<answer fraction="100"><text>a</text></answer>', "multichoice", "兩個選項"),
        (TWO.replace("100", "50"), "multichoice", "滿分"),
        (TWO.replace("100", "0"), "multichoice", "沒有正確"),
        ("", "multichoice", "兩個選項"),
        (TWO, "truefalse", None),
        (TWO.replace('"0"', '"100"'), "truefalse", "恰有一個"),
        ('<answer fraction="100"><text>abc</text></answer>', "numerical", "不是數字"),
        ('<answer fraction="100"><text>３</text></answer>', "numerical", "不是數字"),
        (
            '<answer fraction="100"><text>1</text><tolerance>-1</tolerance></answer>',
            "numerical",
            "容許誤差",
        ),
        ('<answer fraction="50"><text>a</text></answer>', "shortanswer", "滿分"),
        ("<subquestion><text>a</text></subquestion>", "matching", "沒有答案"),
    ],
)
def test_a_question_without_a_sound_key_is_an_error_with_its_name(
    inner: str, kind: str, expected: str | None
) -> None:
    problems = question(inner, kind).errors
    if expected is None:
        assert problems == ()
        return
    [problem] = problems
    assert (problem.line, problem.question) == (1, "甲")
    assert expected in problem.message


def test_html_that_is_not_escaped_is_an_error_that_names_the_line() -> None:
    reading = parse(
        '<quiz>\n<question type="essay">\n<name><text>n</text></name>\n'
        "<questiontext><text>\n<p>x</p></text></questiontext></question></quiz>"
    )
    [problem] = reading.errors
    assert "第 5 列" in problem.message


def test_a_question_without_name_is_an_error() -> None:
    assert parse('<quiz><question type="essay"/></quiz>').errors


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (FILE.read_text(encoding="utf-8")[:-40], "不是完整的 XML"),
        ("<quiz>&nbsp;</quiz>", "不是完整的 XML"),
        ("", "不是完整的 XML"),
        ("這不是 XML", "不是完整的 XML"),
        ("<quiz><question></quiz>", "不是完整的 XML"),
        ("<html/>", "應為 <quiz>"),
        ("<quiz/>", "沒有題目"),
        ('<!DOCTYPE q [<!ENTITY a "b">]><quiz>&a;</quiz>', "DOCTYPE"),
        ('<!DOCTYPE q SYSTEM "file:///etc/passwd"><quiz/>', "DOCTYPE"),
        ("<a>" * 200 + "</a>" * 200, "套疊太深"),
    ],
)
def test_a_file_that_is_not_whole_or_not_safe_gives_nothing_but_its_fault(text: str, expected: str) -> None:
    reading = parse(text)
    assert reading.items == ()
    [problem] = reading.errors
    assert expected in problem.message
    assert problem.line


def test_an_old_form_of_category_is_read_too() -> None:
    reading = parse('<quiz><question type="category"><category>甲/乙</category></question></quiz>')
    assert reading.items[0].category == "甲/乙"


def test_a_file_that_names_another_encoding_but_is_utf8_is_read() -> None:
    text = FILE.read_text(encoding="utf-8").replace('encoding="UTF-8"', 'encoding="Big5"')
    assert len(parse(text).questions) == 5


PIECES = st.sampled_from(
    [
        "<quiz>",
        "</quiz>",
        '<question type="multichoice">',
        "</question>",
        "<name><text>n</text></name>",
        "<questiontext><text>q</text></questiontext>",
        '<answer fraction="100"><text>a</text></answer>',
        "<text>",
        "</text>",
        "&amp;",
        "<![CDATA[",
        "]]>",
        "x",
    ]
)


@given(st.lists(PIECES, max_size=20))
def test_any_pieces_of_a_file_are_read_or_refused_in_words(pieces: list[str]) -> None:
    reading = parse("".join(pieces))
    assert reading.items or reading.problems


RIGHT = '<answer fraction="100"><text>{text}</text>{more}</answer>'


def test_an_essay_has_its_model_answer_where_moodle_has_what_graders_read() -> None:
    inner = "<generalfeedback><text>解析</text></generalfeedback><graderinfo><text>參考</text></graderinfo>"
    [essay] = question(inner, "essay").questions
    assert (essay.kind, essay.model_answer, essay.explanation) == (Kind.ESSAY, "參考", "解析")
    [bare] = question("<generalfeedback><text>解析</text></generalfeedback>", "essay").questions
    assert (bare.model_answer, bare.explanation) == ("", "解析")


def test_the_one_unit_of_a_number_is_kept_and_others_are_said() -> None:
    unit = "<unit><multiplier>{size}</multiplier><unit_name>{name}</unit_name></unit>"
    one = unit.format(size="1.0", name="日")
    number = RIGHT.format(text="40", more="<tolerance>0</tolerance>")
    reading = question(f"{number}<units>{one}</units>", "numerical")
    assert reading.questions[0].key_text() == "40 日"
    assert not any("單位" in problem.message for problem in reading.problems)
    other = unit.format(size="24", name="時")
    reading = question(f"{number}<units>{one}{other}</units>", "numerical")
    assert reading.questions[0].unit == "日"
    assert any("其他單位" in problem.message for problem in reading.problems)
    reading = question(f"{number}<unitgradingtype>1</unitgradingtype>", "numerical")
    assert any("其他單位" in problem.message for problem in reading.problems)


def test_a_short_answer_whose_case_matters_is_said() -> None:
    reading = question(RIGHT.format(text="A", more="") + "<usecase>1</usecase>", "shortanswer")
    assert reading.questions[0].accepted == ("A",)
    assert any("大小寫" in problem.message for problem in reading.problems)


@pytest.mark.parametrize("text", ["*", "臺*"])
def test_a_wildcard_is_never_guessed(text: str) -> None:
    reading = question(RIGHT.format(text=text, more=""), "shortanswer")
    assert reading.questions == ()
    assert any("代表任何文字" in problem.message for problem in reading.problems)


def test_fields_of_our_own_come_back_and_unknown_elements_are_passed_over() -> None:
    own = "<facts>HT-1</facts><keep_last>true</keep_last><legal_basis>某法</legal_basis><new>x</new>"
    [one] = question(f"{TWO}<courtesy>{own}</courtesy>").questions
    assert (one.facts, one.keep_last, one.legal_basis) == (("HT-1",), True, "某法")


def test_fields_of_our_own_that_do_not_fit_are_an_error() -> None:
    [problem] = question(TWO + "<courtesy><facts>a b</facts></courtesy>").errors
    assert problem.question == "甲"


def test_characters_that_no_xml_may_hold_do_not_spoil_the_file() -> None:
    sound = Question(id="Q", kind=Kind.TRUE_FALSE, topic="契稅", difficulty=2, stem="甲\uffff乙", key=(0,))
    assert weigh([sound], "xml").held == ()


def test_a_question_that_moodle_hides_is_retired_and_that_is_said() -> None:
    reading = question(f"{TWO}<hidden>1</hidden>")
    assert reading.questions[0].status is Status.RETIRED
    assert any("隱藏" in problem.message for problem in reading.problems)
    assert question(f"{TWO}<hidden>0</hidden>").questions[0].status is Status.ACTIVE


def test_an_option_that_is_only_a_picture_is_named() -> None:
    picture = '<answer fraction="0"><text><![CDATA[<p><img src="a.png"/></p>]]></text></answer>'
    [problem] = question(TWO + picture).errors
    assert "選項 C 只有一張圖" in problem.message


@pytest.mark.parametrize(
    "text", ["", "<quiz>", "<quiz><question", "<quiz></x>", "<quiz>&nope;</quiz>", "<quiz/>x"]
)
def test_why_a_file_is_no_xml_is_said_without_a_word_of_the_parsers(text: str) -> None:
    [problem] = parse(text).errors
    assert not re.search(r"[a-z]{3}", problem.message.replace("</quiz>", ""))
