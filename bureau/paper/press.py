"""One PDF while it is being printed: text and lines on pages, page numbers at the end, one safe write.

Each page is compressed as soon as it is full, so a long list costs no more memory than its finished file.
Its footer is a second, small content stream that is added when the number of pages is known: 頁次 3/48 is
then ordinary text in one piece, which readers can extract, and rows are laid out once only.
"""

from __future__ import annotations

import contextlib
import errno
import os
import threading
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from bureau.language import _
from bureau.paper.font import ChainFont, register
from bureau.paper.problems import PaperError
from bureau.problem import in_file

_DATABASE = b"SQLite format 3\x00"

Align = Literal["left", "center", "right"]

_REMEMBERED = 8192
_BOLD_STROKE = 0.028  # of the size; Kai has no bold face, so strokes are thickened
_FINE = 0.5
_SHRINK_STEP = 0.5


def mm(length: float) -> float:
    """Millimetres in points."""
    return length * 72 / 25.4


@dataclass(frozen=True)
class MissingCharacter:
    """A character that no font has; it was printed as its code.

    Attributes:
        code_point: such as 0x2B81D.
        where: the place on the paper, in words.
    """

    code_point: int
    where: str

    def __str__(self) -> str:
        return f"U+{self.code_point:04X} {self.where}"


@dataclass(frozen=True)
class PrintReport:
    """What was printed.

    Attributes:
        path: the file.
        pages: how many.
        rows: of the list, without headings and totals; 0 for other papers.
        missing: characters that were printed as their codes, each place once.
    """

    path: Path
    pages: int
    rows: int
    missing: tuple[MissingCharacter, ...]


class Press:
    """A PDF in the making.

    Coordinates are points from the lower left corner of the page.

    Attributes:
        width: of the page.
        height: of the page.
        font: of all text.
        canvas: reportlab's canvas, for what this class does not offer (charts, barcodes).
    """

    def __init__(self, font: ChainFont, width: float, height: float) -> None:
        from reportlab.pdfgen.canvas import Canvas  # noqa: PLC0415 -- only printing pays for reportlab

        register(font)
        self.font, self.width, self.height = font, width, height
        # The types of reportlab take every setting for a number, and do not know the document.
        canvas: Any = Canvas
        # Canvas's own default font is Helvetica, which would stay in the file unembedded.
        self.canvas: Any = canvas(
            "",
            pagesize=(width, height),
            pageCompression=1,
            pdfVersion=(1, 7),
            invariant=1,
            initialFontName=font.fontName,
            lang="zh-TW",
        )
        self.document: Any = vars(self.canvas)["_doc"]
        self.shown = lru_cache(_REMEMBERED)(font.shown)
        self._missing: dict[MissingCharacter, None] = {}
        self._numbered = 0
        self._operators = lru_cache(_REMEMBERED)(self._make_operators)

    def describe(self, *, title: str, author: str, day: date | None) -> None:
        """Set what readers show as properties of the document.

        The time of printing is never read from the clock, so that the same paper gives the same bytes.
        """
        if day:
            self.document.__dict__["_timeStamp"].YMDhms = (day.year, day.month, day.day, 0, 0, 0)
        self.canvas.setTitle(self.shown(title))
        self.canvas.setAuthor(self.shown(author))
        self.canvas.setSubject(self.shown(title))
        self.canvas.setCreator("courtesy")

    # -- text ------------------------------------------------------------------------------------------

    def note_missing(self, text: str, where: str) -> None:
        """Remember, for the report, the characters of `text` that no font has."""
        for code in self.font.lacking(text):
            self._missing[MissingCharacter(code, where)] = None

    def fitted(self, text: str, width: float, size: float, smallest: float) -> tuple[float, str]:
        """Make `text` fit one line of `width` points: the size to set it in and the text as shown.

        The size goes down by half points to `smallest`; what is still too long is cut with an ellipsis.
        """
        line = self.shown(text).replace("\n", " ")
        while self.font.width(line, size) > width and size > smallest:
            size = max(smallest, size - _SHRINK_STEP)
        if self.font.width(line, size) > width:
            while line and self.font.width(line + "…", size) > width:
                line = line[:-1]
            line += "…"
        return size, line

    def operators(self, line: str, size: float, block_size: float) -> str:
        """PDF operators that show a line in `size` inside a `block` of `block_size`."""
        return self._operators(line, size, block_size)

    def _make_operators(self, line: str, size: float, block_size: float) -> str:
        return self.font.operators(line, size, self.document, block_size)

    def text_operators(
        self, x: float, y: float, line: str, size: float, *, align: Align = "left", bold: bool = False
    ) -> str:
        """PDF operators for one line of shown text; see `text`."""
        if align != "left":
            width = self.font.width(line, size)
            x -= width / 2 if align == "center" else width
        return self.block_operators(
            [f"1 0 0 1 {x:.2f} {y:.2f} Tm {self.operators(line, size, size)}"], size, bold=bold
        )

    def block_operators(self, placed: Iterable[str], size: float, *, bold: bool = False) -> str:
        """PDF operators for many lines, each with its `Tm`."""
        font = f"{self.font.getSubsetInternalName(0, self.document)} {size:g} Tf"
        weight = f"2 Tr {size * _BOLD_STROKE:.2f} w " if bold else ""
        return "q BT {}{}\n{}\nET Q".format(weight, font, "\n".join(placed))

    def text(
        self, x: float, y: float, line: str, size: float, *, align: Align = "left", bold: bool = False
    ) -> None:
        """Draw one line of shown text with its baseline at `y`; `x` is its left, middle or right."""
        self.canvas.addLiteral(self.text_operators(x, y, line, size, align=align, bold=bold))

    def block(self, placed: Iterable[str], size: float, *, bold: bool = False) -> None:
        """Draw many lines at once; each begins with its own `Tm`."""
        self.canvas.addLiteral(self.block_operators(placed, size, bold=bold))

    # -- lines -----------------------------------------------------------------------------------------

    def lines(self, ends: Sequence[tuple[float, float, float, float]], thickness: float = _FINE) -> None:
        """Draw straight lines given as (x1, y1, x2, y2)."""
        path = "\n".join(f"{a:.2f} {b:.2f} m {c:.2f} {d:.2f} l" for a, b, c, d in ends)
        self.canvas.addLiteral(f"q {thickness:g} w\n{path}\nS Q")

    def rectangle(
        self, x: float, y: float, width: float, height: float, *, line: float = 0, fill: float | None = None
    ) -> None:
        """Draw a rectangle: `line` points thick (0 for no border), filled with a grey (1 is white)."""
        box = f"{x:.2f} {y:.2f} {width:.2f} {height:.2f} re"
        if fill is not None:
            self.canvas.addLiteral(f"q {fill:g} g {box} f Q")
        if line:
            self.canvas.addLiteral(f"q {line:g} w {box} S Q")

    # -- pages -----------------------------------------------------------------------------------------

    @property
    def pages(self) -> int:
        """How many pages are finished."""
        return len(self.document.Pages.pages)

    def end_page(self) -> None:
        """Finish the current page, all but its footer."""
        self.canvas.showPage()
        page = self.document.Pages.pages[-1]
        page.Contents = self._packed(page.stream.encode("ascii"))
        page.stream = None

    def unnumbered(self) -> Iterator[tuple[int, int]]:
        """Give (number, total) of each page without a footer; `add_footer` must follow each."""
        done = self._numbered
        total = self.pages - done
        for number in range(1, total + 1):
            yield number, total

    def add_footer(self, operators: str) -> None:
        """Add the footer to the first page that has none."""
        from reportlab.pdfbase.pdfdoc import PDFArray  # noqa: PLC0415 -- only printing pays for reportlab

        page = self.document.Pages.pages[self._numbered]
        self._numbered += 1
        footer = self._packed(operators.encode("ascii"))
        page.Contents = PDFArray([self.document.Reference(page.Contents), self.document.Reference(footer)])

    @staticmethod
    def _packed(content: bytes) -> Any:
        from reportlab.pdfbase.pdfdoc import PDFDictionary, PDFStream  # noqa: PLC0415 -- as above

        return PDFStream(PDFDictionary({"Filter": "/FlateDecode"}), zlib.compress(content))

    def save(self, path: Path, rows: int = 0) -> PrintReport:
        """Write the file: whole, or not at all.

        Raises:
            PaperError: the folder is missing or read-only, the disk is full.
            ValueError: something was drawn in a font other than that of the house.
        """
        pages = self.pages
        strangers = set(self.document.fontMapping) - {self.font.fontName}
        if strangers:
            raise ValueError(f"a picture asks for fonts that are not embedded: {sorted(strangers)}")
        content: bytes = self.canvas.getpdfdata()
        write_whole(path, content)
        return PrintReport(path=path, pages=pages, rows=rows, missing=tuple(self._missing))


_PDF = b"%PDF"


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that its name never stands for a half: into a neighbour first, then replace.

    Raises:
        PaperError: the folder is missing or read-only, the disk is full, the old file is held open, or the
            name is that of a database: no paper is worth an office's file.
    """
    if _is_database(path):
        raise PaperError(
            _("這是資料檔，不能印在上面。"), place=in_file(path), remedy=_("請另取檔名，例如 補訓名冊.pdf。")
        )
    if not _is_paper(path):
        raise PaperError(
            _("這裡已經有一個檔案，而且不是 PDF，沒有覆寫。"),
            place=in_file(path),
            remedy=_("請另取檔名，例如 補訓名冊.pdf。"),
        )
    part = path.parent / f".paper-{os.getpid()}-{threading.get_ident()}.part"
    try:
        with part.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except OSError as error:
        with contextlib.suppress(OSError):
            part.unlink()
        raise _refusal(path, error) from error


def _is_paper(path: Path) -> bool:
    """Say whether nothing stands there, or a paper that may make room for a newer one."""
    try:
        with path.open("rb") as file:
            beginning = file.read(len(_PDF))
    except OSError:
        return True
    return not beginning or beginning == _PDF


def _is_database(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return file.read(len(_DATABASE)) == _DATABASE
    except OSError:
        # What stands in the way of reading will stand in the way of writing, where it is said in words.
        return False


def _refusal(path: Path, error: OSError) -> PaperError:
    folder = str(path.parent)
    if not path.parent.is_dir():
        what, remedy = _("資料夾「{folder}」不存在。"), _("請先建立資料夾，或改存到別處。")
    elif path.is_dir():
        what, remedy = _("這是資料夾，不是檔案。"), _("請給完整的檔名，例如 補訓名冊.pdf。")
    elif error.errno in {errno.ENOSPC, errno.EDQUOT}:
        what, remedy = _("磁碟空間不足，沒有寫出檔案。"), _("請清出空間，或改存到別的磁碟。")
    elif error.errno in {errno.EACCES, errno.EPERM, errno.EROFS}:
        what = _("不能寫入「{folder}」。")
        remedy = _("請關閉正在開啟這份檔案的程式，或改存到可以寫入的資料夾。")
    else:
        what, remedy = _("檔案沒有寫成（{reason}）。"), _("請改存到別處再試。")
    return PaperError(
        what.format(folder=folder, reason=error.strerror or error), place=in_file(path), remedy=remedy
    )
