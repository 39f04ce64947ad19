"""Lines of Chinese text: what may stand at their ends, and that nothing gets lost or sticks out."""

from collections import defaultdict

from hypothesis import given, settings
from hypothesis import strategies as st

from bureau.paper.wrapping import NEVER_FIRST, NEVER_LAST, wrap

SIZE = 10.0
WIDTHS = defaultdict(lambda: 1000.0, dict.fromkeys(range(0x3000), 500.0))

HAN = st.text("稅捐稽徵法第條之規定一二三堃喆", min_size=1, max_size=4)
OPENING = st.sampled_from(["", "", "「", "（", "《", "(", "『"])
CLOSING = st.sampled_from(["", "", "，", "。", "」", "）。", "》、", "：", "；", "？！", "…", "!", "）"])
PHRASE = st.builds(lambda opening, han, closing: opening + han + closing, OPENING, HAN, CLOSING)
LATIN = st.text("abcXYZ0189-/.@", min_size=1, max_size=9).map(lambda token: f"a{token}z")
PROSE = st.lists(st.one_of(PHRASE, LATIN), min_size=1, max_size=30).map("".join)

ANYTHING = st.text(st.sampled_from("稅法，。「」（）()…—ab1 \u3000\n𤧟'\"$%"), max_size=60)


def width_of(line: str) -> float:
    return sum(WIDTHS[ord(character)] for character in line) * SIZE / 1000


def bare(text: str) -> str:
    return "".join(text.split())


@given(PROSE, st.floats(130, 400))
@settings(max_examples=150)
def test_no_line_begins_with_a_mark_that_may_not_begin_it(text: str, width: float) -> None:
    for line in wrap(text, width, SIZE, WIDTHS)[1:]:
        assert line[0] not in NEVER_FIRST


@given(PROSE, st.floats(130, 400))
@settings(max_examples=150)
def test_no_line_ends_with_a_mark_that_may_not_end_it(text: str, width: float) -> None:
    for line in wrap(text, width, SIZE, WIDTHS)[:-1]:
        assert line[-1] not in NEVER_LAST


def test_a_mark_behind_a_word_as_wide_as_the_line_goes_down_to_what_it_opens() -> None:
    assert wrap("a000za0000000za00000000z(一", 130.0, SIZE, WIDTHS) == ("a000za0000000za00000000z", "(一")


@given(ANYTHING, st.floats(10, 200))
@settings(max_examples=200)
def test_no_line_is_wider_than_the_column_unless_one_character_is(text: str, width: float) -> None:
    for line in wrap(text, width, SIZE, WIDTHS):
        assert width_of(line) <= width + 1e-3 or len(line) == 1


@given(ANYTHING, st.floats(1, 200))
@settings(max_examples=200)
def test_every_character_but_spaces_is_kept_in_order(text: str, width: float) -> None:
    assert bare("".join(wrap(text, width, SIZE, WIDTHS))) == bare(text)


@given(st.lists(LATIN, min_size=1, max_size=12), st.floats(60, 200))
@settings(max_examples=100)
def test_words_and_numbers_in_latin_letters_stay_whole(tokens: list[str], width: float) -> None:
    lines = wrap("稅".join(tokens), width, SIZE, WIDTHS)
    assert [token for line in lines for token in line.split("稅") if token] == tokens


@given(st.integers(1, 60), st.integers(1, 20))
@settings(max_examples=50)
def test_lines_of_plain_characters_are_filled_to_the_last(length: int, ems: int) -> None:
    lines = wrap("稅" * length, ems * SIZE, SIZE, WIDTHS)
    assert all(len(line) == ems for line in lines[:-1])
    assert len(lines) == -(-length // ems)


def test_a_closing_mark_takes_the_character_before_it_along() -> None:
    assert wrap("甲乙丙丁。", 40, SIZE, WIDTHS) == ("甲乙丙", "丁。")


def test_an_opening_mark_goes_over_to_what_it_opens() -> None:
    assert wrap("甲乙丙「丁」", 40, SIZE, WIDTHS) == ("甲乙丙", "「丁」")


def test_a_space_beside_a_mark_is_no_place_to_break() -> None:
    assert wrap("甲乙丙丁 ，戊", 40, SIZE, WIDTHS) == ("甲乙丙", "丁 ，戊")


def test_a_newline_begins_a_new_line_and_an_empty_text_is_one_line() -> None:
    assert wrap("甲\n\n乙", 40, SIZE, WIDTHS) == ("甲", "", "乙")
    assert wrap("", 40, SIZE, WIDTHS) == ("",)


def test_a_word_wider_than_the_line_is_cut_where_the_line_ends() -> None:
    assert wrap("abcdefghij", 20, SIZE, WIDTHS) == ("abcd", "efgh", "ij")


def test_an_address_wider_than_the_line_is_cut_behind_its_slashes() -> None:
    lines = wrap("見 https://a.gov.tw/evidence/11", 60, SIZE, WIDTHS)
    assert lines == ("見 https://", "a.gov.tw/", "evidence/11")


def test_an_indent_of_a_paragraph_is_kept() -> None:
    assert wrap("\u3000\u3000甲乙丙丁", 40, SIZE, WIDTHS)[0] == "\u3000\u3000甲乙"
