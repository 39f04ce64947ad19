"""When the program itself is at fault: it says so in words, and keeps the details for those who mend it."""

import traceback
from datetime import UTC, datetime
from pathlib import Path

from bureau.language import _


def note_down(error: BaseException) -> list[str]:
    """Write the details of `error` to a file, and give what to tell the person.

    The file holds places in the program, never the contents of the office.
    """
    from platformdirs import user_log_path  # noqa: PLC0415 - only when something is wrong

    lines = [
        _("程式本身出了錯（{kind}）。剛才這一步沒有完成，先前的資料都已存好。").format(
            kind=type(error).__name__
        )
    ]
    try:
        folder = user_log_path("courtesy", appauthor=False, ensure_exists=True)
        path = folder / f"mishap-{datetime.now(UTC):%Y%m%d-%H%M%S}.txt"
        frames = traceback.extract_tb(error.__traceback__)
        told = "".join(f"{Path(frame.filename).name}:{frame.lineno} {frame.name}\n" for frame in frames)
        path.write_text(f"{type(error).__module__}.{type(error).__name__}\n{told}", encoding="utf-8")
    except OSError:
        return lines
    return [*lines, _("細節記在 {path}，請交給維護的人。").format(path=path)]
