"""Why a file cannot be opened or parsed, in the reader's language: libraries say it in English only."""

import errno
import re

from bureau.language import _

_PLACE = re.compile(r"at line (\d+), column (\d+)")


def cause_of(error: OSError, *, writing: bool = False) -> str:
    """Say why the system did not open or write a file; a cause that is not known keeps its number."""
    known = {
        errno.ENOENT: _("資料夾不存在") if writing else _("沒有這個檔案或資料夾"),
        errno.ENOTDIR: _("路徑中有一段不是資料夾"),
        errno.EISDIR: _("這是資料夾，不是檔案"),
        errno.EACCES: _("沒有權限"),
        errno.EPERM: _("系統不允許"),
        errno.EEXIST: _("已經有這個檔案"),
        errno.ENOSPC: _("磁碟已滿"),
        errno.EDQUOT: _("超過磁碟配額"),
        errno.EROFS: _("磁碟只能讀取"),
        errno.ENAMETOOLONG: _("檔名太長"),
        errno.EIO: _("磁碟讀寫失敗"),
        errno.EBUSY: _("檔案正在使用"),
        errno.ELOOP: _("捷徑繞成一圈"),
        errno.EINVAL: _("檔名不合規定"),
    }
    return known.get(error.errno or 0) or _("系統錯誤 {number}").format(number=error.errno or "?")


def toml_cause(error: Exception) -> str:
    """Say what `tomllib` found wrong, with the line and column that it names."""
    text = str(error)
    known = {
        "Unterminated string": _("引號沒有結束"),
        "Illegal character": _("引號裡有不可用的字元，或少了結尾的引號"),
        "Unclosed array": _("左方括號沒有結束"),
        "Unclosed inline table": _("左大括號沒有結束"),
        "Expected ']": _("方括號不成對"),
        "Expected '='": _("名稱之後少了等號 ="),
        "Expected newline": _("值的後面還有多餘的文字"),
        "Invalid value": _("等號右邊的值看不懂；文字要加引號"),
        "Invalid statement": _("這一列看不懂"),
        "Invalid initial": _("名稱的第一個字不合規定"),
        "Invalid date": _("沒有這個日期"),
        "Invalid hex": _("反斜線 \\ 後面的編碼不對"),
        "Unescaped": _("引號裡的反斜線 \\ 要寫兩個"),
        "Escaped character": _("反斜線 \\ 後面的編碼不對"),
        "Found invalid": _("有不可用的字元"),
        "Cannot": _("同一個名稱寫了兩次"),
        "Duplicate": _("同一個名稱寫了兩次"),
        "Exceeds the limit": _("數字太長"),
    }
    what = next((said for start, said in known.items() if text.startswith(start)), _("寫法不合規定"))
    if place := _PLACE.search(text):
        return _("第 {line} 列第 {column} 字：{what}").format(line=place[1], column=place[2], what=what)
    return _("到檔尾為止：{what}").format(what=what) if "end of document" in text else what
