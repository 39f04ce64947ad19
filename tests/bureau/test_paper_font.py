"""The font of the house: every name prints, can be copied, and nothing is an empty box."""

import filecmp
import io
import shutil
import struct
import subprocess
import sys
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont
from pypdf import PdfReader

from bureau.paper.face import Face
from bureau.paper.font import FONT_NAME, SHIPPED, ChainFont, kai, register, system_faces
from bureau.paper.problems import PaperError

RARE = (
    "堃喆峯栢邨瀞珉煊𡵆𤧟𦰡㛢㚬凃犇堉彣玹瑀珺翃禔姵畇釔鋕塭龑啓羣恒媃榳玗珅甯綉秌𠮷𤥢"
    "𥕛𣘺𠊎𨑨𤆬㴪𧿹𦤎𣇈𪨶𫝛𡒉𤊒㗎䕒𣐾"
)
UNKNOWN = "\U0010fffd"
"""A private character of the last plane: no system has it."""


@pytest.fixture(scope="module")
def font() -> ChainFont:
    return ChainFont(SHIPPED)


def drawn(font: ChainFont, text: str) -> bytes:
    """A PDF with `text` drawn by reportlab itself."""
    from reportlab.pdfgen import canvas as pdfgen

    register(font)
    file = io.BytesIO()
    make: object = pdfgen.Canvas
    assert callable(make)
    canvas = make(file, initialFontName=FONT_NAME, invariant=1)
    canvas.setFont(FONT_NAME, 12)
    canvas.drawString(50, 700, text)
    canvas.save()
    return file.getvalue()


def test_every_rare_name_is_in_the_shipped_faces(font: ChainFont) -> None:
    assert font.shown(RARE) == RARE
    assert font.lacking(RARE) == ()


def test_text_drawn_by_reportlab_is_extracted_with_rare_characters(font: ChainFont) -> None:
    page = PdfReader(io.BytesIO(drawn(font, "王" + RARE))).pages[0]
    assert "王" + RARE in page.extract_text()


def test_a_character_no_font_has_is_shown_as_its_code(font: ChainFont) -> None:
    assert font.shown(f"王{UNKNOWN}明") == "王〔U+10FFFD〕明"
    assert font.lacking(f"王{UNKNOWN}明") == (0x10FFFD,)


def test_a_character_no_font_has_is_drawn_as_its_code_by_reportlab_too(font: ChainFont) -> None:
    page = PdfReader(io.BytesIO(drawn(font, f"王{UNKNOWN}明"))).pages[0]
    assert "王〔U+10FFFD〕明" in page.extract_text()


def test_a_form_for_vertical_text_stands_as_the_ordinary_character(font: ChainFont) -> None:
    assert font.shown("\ufe32") == "–"


def test_a_lone_surrogate_is_shown_as_its_code(font: ChainFont) -> None:
    assert font.shown("\ud840") == "〔U+D840〕"


def test_a_compatibility_ideograph_becomes_the_ordinary_one(font: ChainFont) -> None:
    assert font.shown("\uf9dc") == "隆"


def test_variation_selectors_and_invisible_controls_are_left_out(font: ChainFont) -> None:
    assert font.shown("葛\U000e0100\ufe00\u200b\u202e\x07\x1b城") == "葛城"


def test_every_kind_of_line_end_is_a_newline_and_a_tab_is_a_space(font: ChainFont) -> None:
    assert font.shown("甲\r\n乙\r丙\u2028丁\t戊") == "甲\n乙\n丙\n丁 戊"


def test_spaces_of_other_widths_are_never_reported_missing(font: ChainFont) -> None:
    assert font.lacking("甲\u00a0乙\u2003丙\u202f丁\u3000戊") == ()


def test_the_width_of_a_line_is_what_the_faces_say(font: ChainFont) -> None:
    assert font.width("國𤧟", 10) == pytest.approx(20)
    assert font.width("0", 10) == pytest.approx(5)


def test_the_font_of_the_office_comes_first() -> None:
    extb = SHIPPED[1]
    chain = ChainFont((extb, SHIPPED[0]))
    page = PdfReader(io.BytesIO(drawn(chain, "𤧟"))).pages[0]
    assert [name.partition("+")[2] for name in page._get_fonts()[0]] == ["TW-Kai-ExtB-CNS-unhinted"]
    assert "𤧟" in page.extract_text()


def test_the_house_font_is_made_once() -> None:
    assert kai() is kai()


def test_a_system_font_that_cannot_be_used_is_passed_over(tmp_path: Path) -> None:
    broken = tmp_path / "HanaMinA.ttf"
    broken.write_bytes(b"not a font")
    chain = ChainFont(SHIPPED, [broken])
    assert chain.shown(UNKNOWN) == "〔U+10FFFD〕"


def test_private_characters_are_not_taken_from_system_fonts() -> None:
    plus = [path for path in system_faces() if "Plus" in path.name]
    if not plus:
        pytest.skip("TW-Kai-Plus is not installed (fonts-cns11643-kai)")
    private = next(code for code in range(0xF0000, 0x100000) if Face(plus[0]).glyph(code))
    assert ChainFont(SHIPPED, plus).shown(chr(private)) == f"〔U+{private:04X}〕"


def test_the_same_text_gives_the_same_bytes() -> None:
    assert drawn(ChainFont(SHIPPED), "王𤧟") == drawn(ChainFont(SHIPPED), "王𤧟")


# -- the reader of faces ----------------------------------------------------------------------------------


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.name)
def test_the_reader_finds_the_glyphs_and_widths_that_fonttools_finds(path: Path) -> None:
    face = Face(path)
    with TTFont(path, lazy=True) as reference:
        characters = reference.getBestCmap()
        metrics = reference["hmtx"]
        for code in [*list(characters)[::97], 0x20, 0x7FFF0]:
            glyph = reference.getGlyphID(characters[code]) if code in characters else 0
            assert face.glyph(code) == glyph
            if glyph:
                assert face.advance(glyph) == round(metrics[characters[code]][0] * 1000 / 1024, 3)


def test_a_subset_holds_the_outlines_asked_for_in_order() -> None:
    face = Face(SHIPPED[0])
    codes = [ord(character) for character in "國A堃é，"]
    subset = TTFont(io.BytesIO(face.subset([face.glyph(code) for code in codes])))
    with TTFont(SHIPPED[0], lazy=True) as reference:
        names, map_ = reference.getGlyphOrder(), reference.getBestCmap()
        assert subset["maxp"].numGlyphs >= len(codes) + 1
        for number, code in enumerate(codes, 1):
            expected = reference["glyf"][map_[code]].getCoordinates(reference["glyf"])[0]
            found = subset["glyf"][subset.getGlyphName(number)].getCoordinates(subset["glyf"])[0]
            assert list(found) == list(expected)
        assert len(names) == 39156


def with_composite(folder: Path) -> Path:
    """A small font in which é is made of e and an accent."""
    from fontTools.fontBuilder import FontBuilder
    from fontTools.pens.ttGlyphPen import TTGlyphPen

    builder = FontBuilder(1000, isTTF=True)
    builder.setupGlyphOrder([".notdef", "acute", "e", "eacute"])
    builder.setupCharacterMap({0x65: "e", 0xE9: "eacute"})
    glyphs = {}
    for name, x in ((".notdef", 10), ("acute", 20), ("e", 30)):
        pen = TTGlyphPen(None)
        pen.moveTo((x, 0))
        pen.lineTo((x, 500))
        pen.lineTo((x + 100, 500))
        pen.closePath()
        glyphs[name] = pen.glyph()
    pen = TTGlyphPen(glyphs)
    pen.addComponent("e", (1, 0, 0, 1, 0, 0))
    pen.addComponent("acute", (1, 0, 0, 1, 300, 400))
    glyphs["eacute"] = pen.glyph()
    builder.setupGlyf(glyphs)
    builder.setupHorizontalMetrics(dict.fromkeys(glyphs, (600, 0)))
    builder.setupHorizontalHeader(ascent=800, descent=-200)
    builder.setupNameTable({"familyName": "Parts", "styleName": "Regular", "psName": "Parts(Test)"})
    builder.setupOS2()
    builder.setupPost()
    path = folder / "parts.ttf"
    builder.save(path)
    return path


def test_the_parts_of_a_composite_glyph_come_along(tmp_path: Path) -> None:
    face = Face(with_composite(tmp_path))
    subset = TTFont(io.BytesIO(face.subset([face.glyph(0xE9)])))
    glyph = subset["glyf"][subset.getGlyphName(1)]
    assert [(part.x, part.y) for part in glyph.components] == [(0, 0), (300, 400)]
    assert len(glyph.getCoordinates(subset["glyf"])[0]) == 6


def test_marks_that_pdf_names_cannot_hold_are_dropped_from_a_font_name(tmp_path: Path) -> None:
    assert Face(with_composite(tmp_path)).name == "PartsTest"


def test_a_font_whose_maker_forbids_embedding_is_refused(tmp_path: Path) -> None:
    path = with_composite(tmp_path)
    font = TTFont(path)
    font["OS/2"].fsType = 2
    font.save(path)
    with pytest.raises(PaperError, match="授權"):
        Face(path)


@pytest.mark.parametrize(
    "content", [b"", b"hello", b"OTTO" + bytes(40), b"\0\1\0\0" + struct.pack(">H", 40), b"ttcf" + bytes(30)]
)
def test_a_file_that_is_no_truetype_font_is_refused_with_its_name(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "office.ttf"
    path.write_bytes(content)
    with pytest.raises(PaperError, match=r"office\.ttf"):
        Face(path)


def test_a_font_that_is_not_there_is_refused_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(PaperError, match="設定") as refusal:
        ChainFont((tmp_path / "none.ttf", *SHIPPED))
    assert refusal.value.remedy


# -- the shipped faces ------------------------------------------------------------------------------------


def test_the_notice_that_the_licence_demands_lies_beside_the_faces() -> None:
    notice = (SHIPPED[0].parent / "NOTICE").read_text(encoding="utf-8")
    for demanded in (
        "國家發展委員會",
        "2018",
        "全字庫字型",
        "政府資料開放授權條款",
        "https://data.gov.tw/license",
    ):
        assert demanded in notice


def test_the_shipped_faces_are_what_the_tool_builds(tmp_path: Path) -> None:
    if not Path("/usr/share/fonts/truetype/cns11643/TW-Kai-98_1.ttf").exists():
        pytest.skip("fonts-cns11643-kai is not installed")
    tool = Path(__file__).parents[2] / "tools" / "make_fonts.py"
    subprocess.run([sys.executable, str(tool), "--out", str(tmp_path)], capture_output=True, check=True)
    for path in SHIPPED:
        assert filecmp.cmp(tmp_path / path.name, path, shallow=False)


def test_the_shipped_faces_have_names_of_their_own() -> None:
    assert [Face(path).name for path in SHIPPED] == ["TW-Kai-BMP-unhinted", "TW-Kai-ExtB-CNS-unhinted"]


def test_every_character_of_big5_is_in_the_shipped_faces(font: ChainFont) -> None:
    codes = [
        bytes([row, cell]) for row in range(0xA1, 0xFA) for cell in (*range(0x40, 0x7F), *range(0xA1, 0xFF))
    ]
    characters = "".join(code.decode("cp950", "ignore") for code in codes)
    official = [character for character in characters if not 0xE000 <= ord(character) <= 0xF8FF]
    assert len(official) > 13_000
    assert font.lacking("".join(official)) == ()


def test_every_ideograph_of_cns_11643_is_in_the_shipped_faces(font: ChainFont) -> None:
    if not shutil.which("iconv"):
        pytest.skip("iconv is not installed")
    cells = b"\n".join(
        bytes([0x8E, 0xA0 + plane, row, column])
        for plane in (1, 2, 3, 4, 5, 6, 7, 15)
        for row in range(0xA1, 0xFF)
        for column in range(0xA1, 0xFF)
    )
    result = subprocess.run(
        ["iconv", "-c", "-f", "EUC-TW", "-t", "UTF-8"], input=cells, capture_output=True, check=False
    )
    characters = "".join(character for character in result.stdout.decode() if character.isalpha())
    if len(characters) < 40_000:
        pytest.skip("this iconv does not know EUC-TW")
    assert font.lacking(characters) == ()
