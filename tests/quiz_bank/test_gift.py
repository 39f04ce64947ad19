"""GIFT: as Moodle reads it; and where Moodle silently does the wrong thing, a word about it."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quiz_bank.formats.exchange import Item
from quiz_bank.formats.gift import parse
from quiz_bank.formats.reading import Severity
from quiz_bank.question import Kind, Question, Status


def only(text: str) -> Item:
    reading = parse(text)
    assert reading.errors == ()
    [item] = reading.items
    return item


def answers(text: str) -> list[tuple[str, str, str]]:
    return [(answer.text, str(answer.fraction), answer.feedback) for answer in only(text).answers]


@pytest.mark.parametrize(
    ("block", "expected"),
    [
        ("q", "description"),
        ("q {}", "essay"),
        ("q {#5}", "numerical"),
        ("q {=a ~b}", "multichoice"),
        ("q {=a -> 1 =b -> 2}", "matching"),
        ("q {T}", "truefalse"),
        ("q {FALSE#x}", "truefalse"),
        ("q {abc}", "shortanswer"),
        ("q {true}", "shortanswer"),
        ("q {=T}", "shortanswer"),
        ("q {=a =b}", "shortanswer"),
    ],
)
def test_the_type_is_decided_as_moodle_decides(block: str, expected: str) -> None:
    assert only(block).type == expected


def test_name_format_id_tags_and_feedback_are_kept() -> None:
    item = only(
        "// [id: S-1 ] [tag:牌照] [tag:難度3]\n::稅\\:率::[html]<b>幾%?</b> {=4#對 ~[plain]1 ####因為}"
    )
    assert (item.name, item.format, item.stem) == ("稅:率", "html", "<b>幾%?</b>")
    assert (item.id, item.tags, item.general_feedback) == ("S-1", ("牌照", "難度3"), "因為")
    assert [answer.text for answer in item.answers] == ["4", "1"]


def test_escapes_are_undone_once_and_moodles_placeholders_are_plain_text() -> None:
    assert only("a\\{b\\}\\\\n \\x &&058; {=\\=\\~\\# ~\\n1}").stem == "a{b}\\n \\x &&058;"
    assert answers("q {=\\=\\~\\# ~x\\ny}")[1][0] == "x\ny"


def test_weights_are_exact() -> None:
    assert [weight for _text, weight, _feedback in answers("q {~%33.33333%a ~%66.66667%b ~%-100%c}")] == [
        "0.3333333",
        "0.6666667",
        "-1",
    ]


def test_the_first_feedback_of_true_or_false_is_for_the_wrong_choice() -> None:
    assert answers("q {T#錯#對}") == [("true", "1", "對"), ("false", "0", "錯")]
    assert answers("q {F#錯#對}") == [("true", "0", "錯"), ("false", "1", "對")]


def test_numbers_have_their_tolerance() -> None:
    item = only("q {#=3.5:0.1#好 =%50%3.5:1 ~#不對}")
    assert [(answer.text, answer.fraction, answer.tolerance) for answer in item.answers] == [
        ("3.5", 1, Decimal("0.1")),
        ("3.5", Decimal("0.5"), Decimal(1)),
        ("*", 0, None),
    ]
    assert only("q {#1..5}").tolerance == 2


def test_an_answer_in_the_middle_leaves_a_blank() -> None:
    assert only("台灣在 {=亞洲 ~歐洲} 東部。").stem == "台灣在 _____ 東部。"


def test_a_category_holds_until_the_next_and_becomes_the_topic() -> None:
    reading = parse("$CATEGORY: $course$/top/印花稅/稅率\n\na {T}\n\n$CATEGORY: 契稅\n\nb {F}\n")
    assert [item.type for item in reading.items] == ["category", "truefalse", "category", "truefalse"]
    assert [question.topic for question in reading.questions] == ["印花稅 > 稅率", "契稅"]


def test_what_the_bank_has_a_kind_for_becomes_a_question() -> None:
    single, multiple, true = parse("a {=甲 ~乙}\n\nb {~%50%甲 ~%50%乙 ~%-50%丙}\n\nc {T}").questions
    assert (single.kind, single.key) == (Kind.SINGLE, (0,))
    assert (multiple.kind, multiple.key) == (Kind.MULTIPLE, (0, 1))
    assert (true.kind, true.key) == (Kind.TRUE_FALSE, (0,))


def test_the_same_text_has_the_same_name_so_a_file_read_twice_brings_nothing_new() -> None:
    [one] = parse("下列何者正確? {=甲 ~乙}").questions
    [other] = parse("下列何者正確？{ = 甲 ~ 乙 }").questions
    assert one.id == other.id


@pytest.mark.parametrize(
    ("text", "line", "expected"),
    [
        ("q {=a ~b", 1, "沒有結束"),
        ("a {T}\n\nq }{", 3, "不成對"),
        ("q {~a ~b}", 1, "沒有正確的選項"),
        ("q {=a ~}", 1, "兩個選項"),
        ("q {~%33%a ~%67%b}", 1, "33.33333"),
        ("q {#abc}", 1, "不是數字"),
        ("q {#3,14}", 1, "不是數字"),
        ("q {#３}", 1, "不是數字"),
        ("q {#5..1}", 1, "前大後小"),
        ("q {=a -> 1 =b}", 1, "沒有 ->"),
        ("q {=%50%a}", 1, "沒有滿分"),
    ],
)
def test_what_moodle_takes_silently_or_breaks_on_is_an_error(text: str, line: int, expected: str) -> None:
    [problem] = parse(text).errors
    assert problem.line == line
    assert problem.question
    assert expected in problem.message


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("q ｛T｝", "全形"),
        ("q {true}", "是非題請寫"),
        ("$CATEGORY: c\nq {T}", "沒有空一行"),
        ("q {=%50%a ~b}", "不是配分"),
        ('q {=a ~b} ";', "填空題"),
        ("q {=a ~b} {x}", "第二組"),
        ("::q {T}", "題名沒有"),
        ("// [id:X]\n\nq {T}", "不屬於任何題目"),
        ("a {T}\n\u3000\nb {F}", "全形空白"),
        ("q {~%50%a ~%90%b ~c}", "合計不是 100%"),
        ("q {=a#f ~b}", "各選項的回饋"),
    ],
)
def test_what_is_probably_not_meant_is_a_warning(text: str, expected: str) -> None:
    reading = parse(text)
    assert reading.errors == ()
    warned = [problem.message for problem in reading.problems if problem.severity is Severity.WARNING]
    assert any(expected in message for message in warned)


def test_a_zero_on_a_line_of_its_own_separates_nothing() -> None:
    assert only("q\n0\n{=a ~b}").stem == "q\n0"


def test_any_line_end_and_a_comment_within_a_question_are_taken() -> None:
    for end in ("\n", "\r\n", "\r"):
        assert answers(end.join(["q {", "=a", "// c", "~b", "}"])) == [("a", "1", ""), ("b", "0", "")]


@pytest.mark.parametrize(
    "text",
    [
        "{" * 50_000,
        "~=" * 50_000,
        "::" * 50_000,
        "\\" * 50_001,
        "[id:" * 20_000,
        "//[tag:" * 20_000,
        "<" * 50_000,
    ],
)
def test_repetition_without_end_takes_no_time_without_end(text: str) -> None:
    parse(f"{text}\n\nq {{{text}}}\n\n::{text}::q {{T}}")


MARKS: Any = st.text(st.sampled_from(list("{}=~#:%\\->T1.5 甲\n/[]$*")), max_size=60)


@given(text=MARKS)
@settings(max_examples=300)
def test_no_text_makes_the_reader_fail(text: str) -> None:
    reading = parse(text)
    for item in reading.items:
        item.document()


def only_question(text: str) -> Question:
    reading = parse(text)
    assert reading.errors == ()
    [question] = reading.questions
    return question


def test_each_type_becomes_its_kind() -> None:
    short = only_question("首府？{=臺北市 =台北市 =北市}")
    assert (short.kind, short.accepted) == (Kind.SHORT, ("臺北市", "北市"))
    number = only_question("// [tag:單位：日]\n幾日？{#40:0.5}")
    assert (number.kind, number.key_text()) == (Kind.NUMBER, "40 ± 0.5 日")
    between = only_question("幾？{#1..2}")
    assert between.key_text() == "1.5 ± 0.5"
    matching = only_question("配對。{=甲 -> 一 =乙 -> 二 = -> 三}")
    assert matching.pairs == (("甲", "一"), ("乙", "二"))
    assert matching.distractors == ("三",)
    essay = only_question("說明。{####參考答案。}")
    assert (essay.kind, essay.model_answer, essay.explanation) == (Kind.ESSAY, "參考答案。", "")
    assert only_question("說明。{}").model_answer == ""


def test_fields_that_gift_has_no_place_for_are_read_from_tags() -> None:
    question = only_question(
        "// [tag:難度3] [tag:法源：契稅條例第2條] [tag:生效：2024-07-01] [tag:狀態：草稿]"
        " [tag:複查：2027-01-01] [tag:生效：明年] [tag:其他]\n契稅。{T}"
    )
    assert (question.difficulty, question.legal_basis) == (3, "契稅條例第2條")
    assert (question.in_force_from, question.review_on) == (date(2024, 7, 1), date(2027, 1, 1))
    assert question.status is Status.DRAFT
    assert question.tags == ("生效：明年", "其他")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("q {=臺北*}", "代表任何文字"),
        ("q {=*}", "代表任何文字"),
        ("q {#=1 =2}", "好幾個滿分"),
        ("q {#*}", "任何答案"),
        ("q {=a =b ~c}", "好幾個滿分"),
        ("說明文字", "沒有這種題型"),
    ],
)
def test_what_the_bank_cannot_keep_as_it_is_meant_is_left_out_with_a_word(text: str, expected: str) -> None:
    reading = parse(text)
    assert reading.questions == ()
    assert len(reading.items) == 1
    [problem] = reading.problems
    assert (problem.severity, problem.line) == (Severity.WARNING, 1)
    assert expected in problem.message
    assert "不匯入這一題" in problem.message


def test_an_asterisk_that_is_marked_is_an_asterisk() -> None:
    assert only_question("q {=5\\*3}").accepted == ("5*3",)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("q {=a =%50%b}", "部分給分的答案"),
        ("q {#=1 =%50%2}", "部分給分的答案"),
        ("q {=a#好}", "回饋"),
        ("q {#1 ~#不對}", "回饋"),
        ("q {=a ~%-50%b}", "扣分"),
        ("::第一章第一題::q {T}", "題目的名稱"),
    ],
)
def test_what_is_not_kept_of_a_question_is_said(text: str, expected: str) -> None:
    reading = parse(text)
    assert len(reading.questions) == 1
    assert any(expected in problem.message for problem in reading.problems)


@pytest.mark.parametrize("text", ["q {#" + "9" * 60 + "}", "q {#1e99}", "q {#1:-1}", "q {=a -> =b -> 2}"])
def test_numbers_beyond_all_measure_and_pairs_without_a_right_side_are_errors(text: str) -> None:
    [problem] = parse(text).errors
    assert problem.line == 1


def test_a_category_below_a_comment_as_moodle_writes_it_is_a_category() -> None:
    text = (
        "// question: 0  name: Switch category to $course$/top/契稅\n"
        "$CATEGORY: $course$/top/契稅\n\n\n"
        "// question: 1  name: 稅率\n::稅率::契稅有稅率。{T}\n\n"
        "// 說明\n// 又一列\n$CATEGORY: $course$/top/印花稅\n印花稅有稅率。{T}\n"
    )
    reading = parse(text)
    assert [question.topic for question in reading.questions] == ["契稅", "印花稅"]
    assert [problem.line for problem in reading.problems if "沒有空一行" in problem.message] == [11]


def test_names_that_are_not_kept_are_said_once_a_file() -> None:
    reading = parse("::一::契稅 {T}\n\n::二::印花稅 {T}\n\n// [id:A]\n::A::娛樂稅 {T}\n")
    assert [problem.question for problem in reading.problems if "名稱" in problem.message] == ["一"]
    assert not parse("// [id:A]\n::A::娛樂稅 {T}\n\n::契稅::契稅 {T}\n").problems


@pytest.mark.parametrize("text", ["", "// 只有註解\n", "$CATEGORY: 契稅\n"])
def test_a_file_without_a_question_is_an_error(text: str) -> None:
    [problem] = parse(text).errors
    assert "沒有題目" in problem.message
