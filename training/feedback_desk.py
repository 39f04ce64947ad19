"""What can be done with feedback forms: choose the questions, enter what was filled in, sum it up."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from bureau.language import _
from bureau.office import Office
from bureau.problem import in_file
from bureau.roles import Actor, Role
from training.feedback import (
    MOST_FORMS,
    FeedbackError,
    FeedbackForm,
    FeedbackKind,
    FeedbackSummary,
    checked_words,
    filled,
    parse,
    summary,
    tallied,
)
from training.feedback_store import FeedbackStore
from training.session_desk import SessionDesk
from training.session_rules import SessionRules

DEFAULT_FORM = Path(__file__).with_name("feedback.toml")


class FeedbackDesk:
    """The acts of feedback; each is one transaction with its journal entry, in which no words stand.

    Attributes:
        office: the opened file.
    """

    def __init__(self, training: SessionDesk) -> None:
        self.training = training
        self.office: Office = training.office
        self._store = FeedbackStore(training.office.store)

    def form(self, session_id: str) -> FeedbackForm:
        """Give the form of a session: its own, else the one that comes with the program.

        Raises:
            SessionError: there is no such session.
        """
        content = self._store.form(self.training.session(session_id).id)
        return parse(DEFAULT_FORM.read_text(encoding="utf-8")) if content is None else _stored(content)

    def set_form(self, session_id: str, path: Path, *, by: Actor, at: datetime) -> FeedbackForm:
        """Take the questions of a session from a TOML file.

        Raises:
            FeedbackError: the file cannot be read or is no form, or answers are entered already.
        """
        by.require(Role.TRAINER)
        try:
            text = path.read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            raise FeedbackError(
                _("讀不到回饋表的檔案。"), place=in_file(path), remedy=_("請查對檔名；檔案要存成 UTF-8。")
            ) from error
        form = parse(text, in_file(path))
        with self.office.store.transaction():
            self._require_unanswered(session_id)
            self._keep(session_id, form, by, at)
        return form

    def add(
        self,
        session_id: str,
        steps: str,
        words: Mapping[str, str] | None = None,
        *,
        by: Actor,
        at: datetime,
    ) -> FeedbackSummary:
        """Enter one filled form: its steps in the order of the questions, and its words.

        Raises:
            FeedbackError: an answer is none, or the form is empty.
        """
        by.require(Role.TRAINER)
        with self.office.store.transaction():
            form = self.form(session_id)
            given = filled(form, steps)
            said = checked_words(form, words or {})
            if not given and not said:
                raise FeedbackError(_("這一張完全空白。"), remedy=_("空白的回饋表不必登錄。"))
            counts = self._store.counts(session_id)
            self._freeze(session_id, form, by, at)
            with self.office.act("session.feedback", by=by, at=at) as act:
                for question_id, step in given.items():
                    before = counts.get(question_id, {})
                    if sum(before.values()) >= MOST_FORMS:
                        raise FeedbackError(
                            _("份數至多 {most}。").format(most=MOST_FORMS), remedy=_("請查對人數。")
                        )
                    self._store.put_counts(session_id, question_id, {step: before.get(step, 0) + 1})
                for question_id, text in said.items():
                    self._store.add_words(session_id, question_id, text)
                # Steps that stand together would be a person's form again.
                act.record(session_id, answered=len(given), words=len(said))
        return self.summary(session_id, by=by)

    def tally(
        self, session_id: str, question_id: str, counts: str, *, by: Actor, at: datetime
    ) -> FeedbackSummary:
        """Enter how often each step of a question was chosen, in place of what was entered before.

        Raises:
            FeedbackError: there is no such question, it is answered in words, or the counts are none.
        """
        by.require(Role.TRAINER)
        with self.office.store.transaction():
            form = self.form(session_id)
            if form.question(question_id).kind is not FeedbackKind.STEPS:
                raise FeedbackError(
                    _("「{id}」是自由填寫的題目，沒有人數可填。").format(id=question_id),
                    remedy=_("請逐張登錄。"),
                )
            given = tallied(counts)
            self._freeze(session_id, form, by, at)
            with self.office.act("session.tally", by=by, at=at) as act:
                self._store.put_counts(session_id, question_id, given)
                act.record(session_id, question=question_id, counts={str(k): v for k, v in given.items()})
        return self.summary(session_id, by=by)

    def summary(self, session_id: str, *, by: Actor) -> FeedbackSummary:
        """Sum up what was entered.

        Raises:
            NotAllowed: neither trainer nor head.
        """
        by.require(Role.TRAINER, Role.HEAD)
        session = self.training.session(session_id)
        return summary(
            self.form(session_id),
            self._store.counts(session_id),
            self._store.words(session_id),
            fewest=self.office.rules(session.day).of(SessionRules).fewest,
        )

    def _freeze(self, session_id: str, form: FeedbackForm, by: Actor, at: datetime) -> None:
        """Keep the form on which the first answers stand, so that they keep their meaning."""
        if self._store.form(session_id) is None:
            self._keep(session_id, form, by, at)

    def _keep(self, session_id: str, form: FeedbackForm, by: Actor, at: datetime) -> None:
        with self.office.act("session.form", by=by, at=at) as act:
            content = form.model_dump(mode="json", by_alias=True)
            self._store.put_form(session_id, form.model_dump_json(by_alias=True))
            act.record(session_id, form=content)

    def _require_unanswered(self, session_id: str) -> None:
        self.training.session(session_id)
        if self._store.counts(session_id) or self._store.words(session_id):
            raise FeedbackError(_("已經登錄了回饋，不能再換題目。"), remedy=_("請把另一份題目用在別的場次。"))


def _stored(content: str) -> FeedbackForm:
    return FeedbackForm.model_validate_json(content)
