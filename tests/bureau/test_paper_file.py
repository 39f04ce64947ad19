"""Writing the printed file: whole or not at all, and a plain word when it cannot be."""

import errno
import os
from pathlib import Path

import pytest

from bureau.paper import Column, ListPaper, PaperError
from bureau.problem import Refused

PAPER = ListPaper(title="名冊", columns=(Column("姓名"),))


def test_a_file_of_the_same_name_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "名冊.pdf"
    path.write_bytes(b"%PDF-1.4 old")
    PAPER.print([("王小明",)], path)
    assert path.read_bytes().startswith(b"%PDF-1.")
    assert list(tmp_path.iterdir()) == [path]


def test_no_paper_is_printed_over_a_database(tmp_path: Path) -> None:
    path = tmp_path / "office.db"
    path.write_bytes(b"SQLite format 3\x00" + b"data")
    with pytest.raises(PaperError, match="資料檔"):
        PAPER.print([("王小明",)], path)
    assert path.read_bytes().endswith(b"data")
    assert list(tmp_path.iterdir()) == [path]


def test_nothing_but_a_paper_makes_room_for_a_paper(tmp_path: Path) -> None:
    path = tmp_path / "題庫.csv"
    path.write_text("題目", encoding="utf-8")
    with pytest.raises(PaperError, match="不是 PDF"):
        PAPER.print([("王小明",)], path)
    assert path.read_text(encoding="utf-8") == "題目"


def test_a_folder_that_does_not_exist_is_named(tmp_path: Path) -> None:
    with pytest.raises(PaperError, match="不存在") as refusal:
        PAPER.print([], tmp_path / "沒有" / "名冊.pdf")
    assert refusal.value.remedy
    assert isinstance(refusal.value, Refused)


def test_a_folder_in_place_of_a_file_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "名冊.pdf"
    folder.mkdir()
    with pytest.raises(PaperError, match="資料夾"):
        PAPER.print([], folder)
    assert list(tmp_path.iterdir()) == [folder]


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write everywhere")
def test_a_read_only_folder_is_refused(tmp_path: Path) -> None:
    tmp_path.chmod(0o555)
    try:
        with pytest.raises(PaperError, match="不能寫入"):
            PAPER.print([], tmp_path / "名冊.pdf")
    finally:
        tmp_path.chmod(0o755)


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        (errno.ENOSPC, "磁碟空間不足"),
        (errno.EROFS, "不能寫入"),
        (errno.EACCES, "不能寫入"),
        (errno.EIO, "沒有寫成"),
    ],
)
def test_a_disk_that_fails_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, reason: int, said: str
) -> None:
    path = tmp_path / "名冊.pdf"
    path.write_bytes(b"%PDF-1.4 old")

    def fail(_file: int) -> None:
        raise OSError(reason, os.strerror(reason))

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(PaperError, match=said):
        PAPER.print([("王小明",)], path)
    assert path.read_bytes() == b"%PDF-1.4 old"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such rights")
def test_the_file_has_the_rights_of_any_new_file(tmp_path: Path) -> None:
    usual = tmp_path / "usual"
    usual.touch()
    PAPER.print([], tmp_path / "名冊.pdf")
    assert (tmp_path / "名冊.pdf").stat().st_mode == usual.stat().st_mode
