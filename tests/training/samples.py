"""Evidence, cases and sessions as the tests need them."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from training.case import Case, Evidence, Judgement, Reason, Source, State, TrainingRules
from training.session import Session, SessionKind

DAY = date(2026, 11, 2)
START = datetime(2026, 11, 2, 1, 0, tzinfo=UTC)


def rules(**changes: Any) -> TrainingRules:
    import tomllib

    text = Path(TrainingRules.DEFAULTS).read_text(encoding="utf-8")
    return TrainingRules.model_validate(tomllib.loads(text)["training"] | changes)


def judge(**changes: Any) -> Any:
    book = rules(**changes)
    return lambda _day: Judgement("v1", book)


def call(name: str = "A1", score: str | None = "52.00", *, after: int = 0, **more: Any) -> Evidence:
    """A call `after` hours after the first."""
    given = {"source": Source.CALL, "staff_no": "0012", "section": "房屋稅科", "tester": "T1"}
    at = START + timedelta(hours=after)
    return Evidence.model_validate({**given, "id": name, "at": at, "score": score, **more})


def quiz(name: str = "A9-0012", score: str = "45.00", *, after: int = 0, **more: Any) -> Evidence:
    return call(name, score, after=after, source=Source.QUIZ, tester="", title="第四季測驗", **more)


def absence(name: str = "A5-0012", *, after: int = 0, **more: Any) -> Evidence:
    given = {"source": Source.ATTENDANCE, "tester": "", "title": "講習 缺席"}
    return call(name, None, after=after, **{**given, **more})


def session(name: str = "A1", day: date = DAY, **more: Any) -> Session:
    given = {"title": "下半年講習", "start": time(14), "end": time(17), "hours": Decimal(3)}
    return Session.model_validate({**given, "id": name, "day": day, **more})


def make_up(name: str = "A8", day: date = DAY) -> Session:
    return session(name, day, title="補訓", kind=SessionKind.MAKE_UP)


def case(*reasons: Reason, state: State = State.DUE, **more: Any) -> Case:
    given = {"id": "A1", "person": "0012", "section": "房屋稅科", "opened_at": START, "due": DAY}
    return Case.model_validate({**given, "state": state, "reasons": reasons, **more})
