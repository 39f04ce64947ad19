"""The shared pieces of screens hold Chinese, and text that tries to be something else."""

from pathlib import Path
from typing import Any, ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from textual.app import App, ComposeResult

import tui
from bureau.paper.wrapping import NEVER_FIRST
from bureau.problem import Refused
from tui.widgets.dialog import Confirm, Field, Form, Message
from tui.widgets.listing import Column, Listing
from tui.widgets.paragraph import Paragraph, lines_of

HOSTILE = "王[/nope][@click=app.quit]小明"


@given(st.text(alphabet="稅務局，。「」（）abc 123堃𤧟", min_size=1, max_size=80), st.integers(4, 60))
def test_no_line_of_a_paragraph_is_wider_than_its_room(text: str, width: int) -> None:
    assert all(cell_len(line) <= width for line in lines_of(text, width))


@given(st.text(alphabet="稅務局，。堃", min_size=1, max_size=80), st.integers(6, 60))
def test_a_paragraph_says_all_of_its_text(text: str, width: int) -> None:
    assert "".join(lines_of(text, width)) == text


def test_a_closing_mark_never_begins_a_line() -> None:
    text = "測試員撥打電話後，依序評定各項目。若有重大缺失，必須填寫備註；封存後不能更改。"
    for width in range(8, 60):
        assert not any(line[0] in NEVER_FIRST for line in lines_of(text, width)[1:])


class Shelf(App[None]):
    """A bare program that holds one widget."""

    def __init__(self, widget: Paragraph | Listing) -> None:
        super().__init__()
        self.widget = widget

    def compose(self) -> ComposeResult:
        yield self.widget


def text_of(app: App[Any]) -> str:
    return "\n".join(
        "".join(segment.text for segment in strip) for strip in app.screen._compositor.render_strips()
    )


async def test_a_paragraph_reads_no_markup_in_its_text() -> None:
    app = Shelf(Paragraph(HOSTILE))
    async with app.run_test():
        assert HOSTILE in text_of(app)


async def test_the_scroll_bar_of_a_long_listing_covers_no_digit() -> None:
    app = Shelf(Listing([Column("姓名"), Column("分鐘", 4, right=True)]))
    async with app.run_test(size=(40, 8)) as pilot:
        app.query_one(Listing).show([["王小明", "180"]] * 30)
        await pilot.pause()
        assert "180" in text_of(app)
        assert "分鐘" in text_of(app)


async def test_a_listing_reads_no_markup_in_its_cells() -> None:
    app = Shelf(Listing([Column("姓名")]))
    async with app.run_test() as pilot:
        app.query_one(Listing).show([[HOSTILE]])
        await pilot.pause()
        assert HOSTILE in text_of(app)


async def test_a_listing_draws_ten_thousand_rows_by_drawing_one_screenful() -> None:
    listing = Listing([Column("編號", 8), Column("姓名")])
    app = Shelf(listing)
    async with app.run_test(size=(80, 24)) as pilot:
        listing.show([[str(number), "王小明"] for number in range(10_000)])
        listing.focus()
        await pilot.press("end")
        assert "9999" in text_of(app)


async def test_a_listing_keeps_its_cursor_in_sight() -> None:
    listing = Listing([Column("編號")])
    app = Shelf(listing)
    async with app.run_test(size=(40, 10)) as pilot:
        listing.show([[f"第{number}列"] for number in range(50)])
        listing.focus()
        await pilot.press("pagedown", "pagedown", "down")
        assert f"第{listing.cursor}列" in text_of(app)


async def test_a_long_cell_ends_with_an_ellipsis_and_never_splits_a_character() -> None:
    listing = Listing([Column("科室", 9), Column("姓名")])
    app = Shelf(listing)
    async with app.run_test(size=(40, 10)) as pilot:
        listing.show([["財產稅科土地稅股", "王小明"]])
        await pilot.pause()
        assert "財產稅科… " in text_of(app)


async def test_a_message_shows_hostile_text_as_it_is() -> None:
    app: App[None] = App()
    async with app.run_test(size=(80, 24)) as pilot:
        await app.push_screen(Message("沒有完成", [f"檔案 {HOSTILE} 不是名冊。"], "error"))
        await pilot.pause()
        assert HOSTILE in text_of(app)


@pytest.mark.parametrize(("key", "answer"), [("y", True), ("ｙ", True), ("n", False), ("escape", False)])
async def test_a_question_takes_yes_and_no_in_any_width(key: str, answer: bool) -> None:
    app: App[None] = App()
    answers: list[bool | None] = []
    async with app.run_test() as pilot:
        app.push_screen(Confirm("封存", ["封存後不能更改。"]), answers.append)
        await pilot.pause()
        await pilot.press(key)
        await pilot.pause()
    assert answers == [answer]


async def test_enter_alone_answers_no_question() -> None:
    app: App[None] = App()
    answers: list[bool | None] = []
    async with app.run_test() as pilot:
        app.push_screen(Confirm("封存", ["封存後不能更改。"]), answers.append)
        await pilot.pause()
        await pilot.press("enter")
        await pilot.pause()
    assert answers == []


async def test_a_form_stays_open_and_says_what_is_wrong() -> None:
    def check(value: str) -> None:
        if not value:
            raise Refused("不能空白。")

    app: App[None] = App()
    async with app.run_test(size=(80, 24)) as pilot:
        app.push_screen(Form("新場次", [Field("title", "名稱", check=check)]))
        await pilot.pause()
        await pilot.press("enter")
        await pilot.pause()
        assert isinstance(app.screen, Form)
        assert "名稱：不能空白。" in text_of(app)


class Styled(App[None]):
    """A program with the looks of this one."""

    CSS_PATH: ClassVar = [Path(tui.__file__).parent / "styles" / "app.tcss"]


@pytest.mark.parametrize("height", [16, 24])
async def test_a_form_of_many_lines_shows_its_keys_and_its_faults_in_any_terminal(height: int) -> None:
    def check(value: str) -> None:
        if not value:
            raise Refused("不能空白。")

    fields = [Field(f"f{number}", f"欄{number}", "x") for number in range(9)]
    app = Styled()
    async with app.run_test(size=(80, height)) as pilot:
        app.push_screen(Form("新場次", [*fields, Field("last", "末欄", check=check)], "說明"))
        await pilot.pause()
        await pilot.press("f2")
        await pilot.pause()
        await pilot.pause()
        shown = text_of(app)
        assert "末欄：不能空白。" in shown
        assert "F2 完成" in shown
        assert app.focused is not None
        assert app.focused.id == "field-last"
        assert app.screen.find_widget(app.focused).visible_region.height > 0
