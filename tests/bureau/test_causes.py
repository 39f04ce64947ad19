"""Why a file cannot be opened or parsed is said in the reader's language, never in the library's."""

import errno
import os
import re
import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bureau.causes import cause_of, toml_cause


@pytest.mark.parametrize("number", [errno.ENOENT, errno.EACCES, errno.EISDIR, errno.ENOSPC, 9999])
def test_a_cause_of_the_system_is_in_words(number: int) -> None:
    assert not re.search("[a-z]", cause_of(OSError(number, os.strerror(number))))


def test_an_error_without_a_number_is_still_said() -> None:
    assert cause_of(OSError("odd")) == "系統錯誤 ?"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('a = "x', "到檔尾為止：引號沒有結束"),
        ("a = 1 2", "第 1 列第 7 字：值的後面還有多餘的文字"),
        ("\na = x", "第 2 列第 5 字：等號右邊的值看不懂；文字要加引號"),
        ("[a]\n[a]\n", "第 2 列第 3 字：同一個名稱寫了兩次"),
        ("a b = 1", "第 1 列第 3 字：名稱之後少了等號 ="),
    ],
)
def test_a_fault_of_toml_keeps_line_and_column(text: str, said: str) -> None:
    with pytest.raises(tomllib.TOMLDecodeError) as refused:
        tomllib.loads(text)
    assert toml_cause(refused.value) == said


@given(st.text(alphabet="ab=[]{}\"\\'\n.,1#:-"))
def test_no_fault_of_toml_is_said_in_english(text: str) -> None:
    found = ""
    try:
        tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = toml_cause(error)
    assert not re.search("[a-z]", found)
