"""更正: what is done on one paper when a key turns out to be wrong, and what everybody's score is then.

A correction is applied to everybody who sat the paper alike, by a rule and never by name. The sealed sitting
and the sealed paper stay as they are; the corrected score stands beside, computed from the sealed answers
and all corrections of the paper in their order.
"""

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from bureau.journal import canonical
from bureau.language import _
from bureau.problem import Refused
from bureau.text import clean_line
from quiz_bank.answer_line import printed_letters
from quiz_bank.blueprint import Paper, PaperItem
from quiz_bank.question import (
    Kind,
    Number,
    OptionText,
    Question,
    choice_from,
    choice_text,
    number_from,
    same_answer,
)
from quiz_bank.response import NOTHING, Response, response_text, response_with_texts, share
from quiz_bank.rules import Credit, Points, to_hundredths
from quiz_bank.sitting import Reviewed, Sitting, earned

_SEPARATORS = "／|｜\n"
_TOLERANCE = "±"


class CorrectionError(Refused):
    """A key cannot be corrected this way."""


class Treatment(StrEnum):
    """What is done about a wrong key."""

    EITHER = "either"
    EVERYONE = "everyone"
    REPLACE = "replace"

    @property
    def label(self) -> str:
        """The treatment as people call it."""
        return {
            Treatment.EITHER: _("兩者皆可"),
            Treatment.EVERYONE: _("一律給分"),
            Treatment.REPLACE: _("更正答案"),
        }[self]

    @property
    def meaning(self) -> str:
        """What it does to people's scores, in a sentence."""
        return {
            Treatment.EITHER: _("原答案與更正的答案都給分；沒有人會減分。"),
            Treatment.EVERYONE: _("每個人都得這一題的分數，沒作答的也是；沒有人會減分。"),
            Treatment.REPLACE: _("只有更正的答案給分；照原答案作答的人會減分。"),
        }[self]

    @property
    def needs_answer(self) -> bool:
        """Whether it says what is right instead."""
        return self is not Treatment.EVERYONE


class Answer(BaseModel):
    """What is right instead, in the field of the question's kind.

    Attributes:
        key: indexes of the bank's options; of a matching question the option of each prompt.
        accepted: the texts that answer a short question rightly.
        number: what answers a question for a number.
        tolerance: by how much a number may differ.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    key: tuple[int, ...] = ()
    accepted: tuple[OptionText, ...] = ()
    number: Number | None = None
    tolerance: Annotated[Number, Field(ge=0)] = Decimal(0)


class Correction(BaseModel):
    """One correction of one question on one paper; sealed as soon as it is made.

    Attributes:
        place: its place among all corrections of the office, from 1; a later one holds over an earlier one.
        paper: the paper's identifier.
        number: the question's number on it.
        answer: what is right instead; None where everybody gets the points.
        reason: why, in the words of who decided.
        by: 員工編號; `""` for the administrator at the computer.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    place: int
    paper: str
    number: int = Field(ge=1)
    treatment: Treatment
    answer: Answer | None = None
    reason: str
    by: str
    at: datetime

    def digest(self) -> str:
        """Hash all of it, so that the journal can prove it."""
        content = self.model_dump(mode="json", exclude={"at"})
        return hashlib.sha256(canonical(content).encode()).hexdigest()

    def said(self, question: Question, letters: Sequence[str] | None = None, *, texts: bool = False) -> str:
        """Say it in words.

        Args:
            question: as it stands on the paper.
            letters: the letter under which each option was shown; None: as in the bank.
            texts: whether each option's text stands behind its letter.
        """
        if self.answer is None:
            return self.treatment.label
        right = right_text(amended(question, self.answer), letters, texts=texts)
        if self.treatment is Treatment.EITHER:
            return _("兩者皆可：也接受 {answer}").format(answer=right)
        return _("更正答案為 {answer}").format(answer=right)


@dataclass(frozen=True)
class Ruled:
    """How one question of a paper is scored, all corrections considered.

    Attributes:
        versions: the question with each of the keys that earn points; the best of them counts.
        everyone: whether everybody gets the points.
    """

    # No model: that would check the questions anew, and one for scoring need not be one for the bank.
    versions: tuple[Question, ...]
    everyone: bool = False

    def after(self, correction: Correction) -> "Ruled":
        """Give how it is scored after one more correction.

        兩者皆可 adds to what earns points so far; 更正答案 takes the place of all of it.
        """
        if correction.answer is None:
            return replace(self, everyone=True)
        new = amended(self.versions[0], correction.answer)
        if correction.treatment is Treatment.EITHER:
            return replace(self, versions=(*self.versions, new))
        return Ruled(versions=(new,))

    def right(self, letters: Sequence[str] | None = None, *, texts: bool = False) -> str:
        """Write what earns the points; see `right_text`."""
        if self.everyone:
            return Treatment.EVERYONE.label
        return _(" 或 ").join(
            dict.fromkeys(right_text(version, letters, texts=texts) for version in self.versions)
        )

    def takes(self, response: Response) -> bool:
        """Say whether a response earns all points by one of the keys."""
        return any(share(version, response, Credit.ALL) == 1 for version in self.versions)

    def earned(
        self, item: PaperItem, response: Response, credit: Credit, mark: Decimal | None = None
    ) -> Decimal:
        """Give the points of one answer; see `quiz_bank.sitting.earned`."""
        if self.everyone:
            return to_hundredths(item.points)
        return max(
            earned(item.model_copy(update={"question": version}), response, credit, mark)
            for version in self.versions
        )


class Standing(BaseModel):
    """A score that a correction has changed.

    Attributes:
        place: of the correction.
        score: 0 to 100, two decimals.
    """

    model_config = ConfigDict(frozen=True)

    place: int
    score: Points
    passed: bool


class Regraded(BaseModel):
    """One person whose score a correction changes.

    Attributes:
        before: the score that counts so far.
        after: the score that counts then.
    """

    model_config = ConfigDict(frozen=True)

    sitting_id: str
    staff_no: str
    section: str
    before: Points
    after: Points
    passed_before: bool
    passed_after: bool

    @property
    def fails(self) -> bool:
        """Whether the person would not have passed any more."""
        return self.passed_before and not self.passed_after

    @property
    def passes(self) -> bool:
        """Whether the person would have passed after all."""
        return self.passed_after and not self.passed_before

    @property
    def outcome(self) -> str:
        """What changes for the person beside the score, in words."""
        if self.fails:
            return _("變成不及格")
        if self.passes:
            return _("變成及格")
        return _("仍及格") if self.passed_after else _("仍不及格")


class Preview(BaseModel):
    """What a correction would do; nothing is written for it.

    Attributes:
        was: what earns points so far, in words: letters of the printed paper, with the options' texts.
        would: what would earn them then.
        was_bank: the same in the bank's letters.
        would_bank: the same in the bank's letters.
        changes: everybody whose score changes: first who would not pass any more, then other scores that
            fall, then who would pass after all, then the rest.
        same: submitted sittings whose score stays.
        waiting: sittings that are handed in and have yet to be marked; they are scored by it when they are.
        open: sittings that are still answered; the same.
    """

    model_config = ConfigDict(frozen=True)

    paper_id: str
    paper_title: str
    number: int
    question: Question
    treatment: Treatment
    answer: Answer | None
    was: str
    would: str
    was_bank: str
    would_bank: str
    changes: tuple[Regraded, ...]
    same: int
    waiting: int
    open: int

    @property
    def falling(self) -> int:
        """How many scores would fall."""
        return sum(each.after < each.before for each in self.changes)

    @property
    def rising(self) -> int:
        """How many scores would rise."""
        return sum(each.after > each.before for each in self.changes)

    @property
    def failing(self) -> int:
        """How many would not pass any more."""
        return sum(each.fails for each in self.changes)

    @property
    def passing(self) -> int:
        """How many would pass after all."""
        return sum(each.passes for each in self.changes)

    @property
    def summary(self) -> str:
        """Say in a sentence how many people it concerns, and how."""
        text = _(
            "{rising} 人加分、{falling} 人減分、{same} 人不變；{passing} 人變成及格、{failing} 人變成不及格。"
        ).format(
            rising=self.rising,
            falling=self.falling,
            same=self.same,
            passing=self.passing,
            failing=self.failing,
        )
        if self.waiting or self.open:
            text += _("另有 {count} 份還沒有成績，之後照同樣的規則計分。").format(
                count=self.waiting + self.open
            )
        return text


def answer_from(question: Question, text: str, letters: Sequence[str] | None = None) -> Answer:
    """Read what is right instead, as a clerk writes it.

    A choice by its letters (B, ABD) or ○ ×, a matching by 1-B 2-A or BA in the order of its prompts, short
    answers parted by ／, a number with its tolerance as 40±0.5.

    Args:
        question: as it stands on the paper.
        text: as it was typed.
        letters: the letter under which the text knows each of the bank's options; None: as in the bank.

    Raises:
        CorrectionError: an essay, an option that is not there, or a text that says nothing.
        QuestionError: a text that cannot be read.
    """
    plain = clean_line(text) if question.kind is not Kind.SHORT else text
    if not plain.strip():
        raise CorrectionError(_("沒有寫更正的答案。"), remedy=_("請寫正確的答案，或改用「一律給分」。"))
    if question.kind is Kind.ESSAY:
        raise CorrectionError(
            _("簡答題由人評分，沒有可以更正的答案。"), remedy=_("題目有問題時，請用「一律給分」。")
        )
    if question.kind is Kind.SHORT:
        return Answer(accepted=_texts(plain))
    if question.kind is Kind.NUMBER:
        number, _sign, width = plain.replace("+-", _TOLERANCE).partition(_TOLERANCE)
        tolerance = abs(number_from(width, question.unit)) if width.strip() else Decimal(0)
        return Answer(number=number_from(number, question.unit), tolerance=tolerance)
    key = _matches(question, plain) if question.kind is Kind.MATCHING else choice_from(question.kind, plain)
    if key and max(key) >= len(question.options):
        raise CorrectionError(
            _("這一題沒有選項「{letter}」。").format(letter=choice_text(Kind.SINGLE, (max(key),))),
            remedy=_("選項到 {last} 為止。").format(
                last=choice_text(Kind.SINGLE, (len(question.options) - 1,))
            ),
        )
    if question.kind in {Kind.SINGLE, Kind.TRUE_FALSE} and len(key) > 1:
        raise CorrectionError(
            _("這一題只能有一個正確選項。"),
            remedy=_("有兩個選項都對時，請用「兩者皆可」加上另一個。"),
        )
    return Answer(key=_in_bank(question, key, letters))


def _in_bank(question: Question, places: Iterable[int], letters: Sequence[str] | None) -> tuple[int, ...]:
    """Give the bank's options for places in the alphabet, which are those of another order of options."""
    if letters is None or question.kind is Kind.TRUE_FALSE:
        return tuple(places)
    order = sorted(range(len(question.options)), key=lambda index: letters[index])
    key = [order[place] for place in places]
    return tuple(key) if question.kind is Kind.MATCHING else tuple(sorted(key))


def _texts(text: str) -> tuple[str, ...]:
    for mark in _SEPARATORS:
        text = text.replace(mark, _SEPARATORS[0])
    found: list[str] = []
    for each in (clean_line(part) for part in text.split(_SEPARATORS[0])):
        if each and not any(same_answer(each, known) for known in found):
            found.append(each)
    if not found:
        raise CorrectionError(_("沒有寫更正的答案。"), remedy=_("請寫正確的答案，或改用「一律給分」。"))
    return tuple(found)


def _matches(question: Question, text: str) -> tuple[int, ...]:
    letters = [letter for letter in text.upper() if letter.isalpha()]
    key = tuple(choice_from(Kind.SINGLE, letter)[0] for letter in letters)
    numbers = [int(each) for each in re.findall(r"\d+", text)]
    if len(key) != len(question.prompts) or numbers not in ([], list(range(1, len(key) + 1))):
        raise CorrectionError(
            _("左邊有 {count} 項，答案寫了 {given} 個。").format(count=len(question.prompts), given=len(key)),
            remedy=_("請照左邊的順序，每項寫一個字母，如 BAC。"),
        )
    return key


def amended(question: Question, answer: Answer) -> Question:
    """Give the question with another answer, for scoring only: it is not checked as one for the bank is."""
    if question.kind is Kind.SHORT:
        return question.model_copy(update={"accepted": answer.accepted})
    if question.kind is Kind.NUMBER:
        return question.model_copy(update={"number": answer.number, "tolerance": answer.tolerance})
    return question.model_copy(update={"key": answer.key})


def right_text(question: Question, letters: Sequence[str] | None = None, *, texts: bool = False) -> str:
    """Write what is right as a person reads it.

    Args:
        question: what was asked.
        letters: the letter under which each option is shown; None: as in the bank.
        texts: whether each option's text stands behind its letter.
    """
    if question.kind.typed:
        return question.key_text()
    written = response_with_texts if texts else response_text
    return written(question, question.key, letters)


def ruled(paper: Paper, corrections: Iterable[Correction]) -> dict[int, Ruled]:
    """Give how the corrected questions of a paper are scored, by number; the others are not in it."""
    found: dict[int, Ruled] = {}
    for each in sorted(corrections, key=lambda one: one.place):
        before = found.get(each.number) or Ruled(versions=(paper.item(each.number).question,))
        found[each.number] = before.after(each)
    return found


def points_of(paper: Paper, sitting: Sitting, rulings: Mapping[int, Ruled]) -> list[Decimal]:
    """Give the points that count for each question of a sitting, in the order of the paper."""
    credit = paper.rules.multiple_credit
    return [
        rulings[item.number].earned(
            item, sitting.answers.get(item.number, NOTHING), credit, sitting.marks.get(item.number)
        )
        if item.number in rulings
        else earned(item, sitting.answers.get(item.number, NOTHING), credit, sitting.marks.get(item.number))
        for item in paper.items
    ]


def corrected_score(paper: Paper, sitting: Sitting, corrections: Iterable[Correction]) -> Decimal:
    """Give the score that counts, from the sealed answers and all corrections of the paper."""
    return to_hundredths(sum(points_of(paper, sitting, ruled(paper, corrections)), Decimal()))


def standings(paper: Paper, sitting: Sitting, corrections: Iterable[Correction]) -> list[Standing]:
    """Give the scores that stand beside a submitted sitting's own: one for each correction that changed it.

    The last of them counts. For a sitting that is submitted after a correction was made they are the same as
    for one that was there before.
    """
    in_order = sorted(corrections, key=lambda one: one.place)
    sealed = points_of(paper, sitting, {})
    own = {item.number: points for item, points in zip(paper.items, sealed, strict=True)}
    credit = paper.rules.multiple_credit
    rulings: dict[int, Ruled] = {}
    found = []
    score = sum(own.values(), Decimal())
    for each in in_order:
        item = paper.item(each.number)
        before = rulings.get(each.number) or Ruled(versions=(item.question,))
        rulings[each.number] = before.after(each)
        points = rulings[each.number].earned(
            item, sitting.answers.get(each.number, NOTHING), credit, sitting.marks.get(each.number)
        )
        if points != own[each.number]:
            score += points - own[each.number]
            own[each.number] = points
            found.append(Standing(place=each.place, score=score, passed=paper.rules.passed(score)))
    return found


def previewed(
    paper: Paper,
    sittings: Iterable[Sitting],
    corrections: Sequence[Correction],
    number: int,
    treatment: Treatment,
    answer: Answer | None,
) -> Preview:
    """Say what one more correction would do.

    Args:
        paper: the paper.
        sittings: every sitting of it, open ones included.
        corrections: those of the paper so far.
        number: the question's number on it.
        treatment: what is done.
        answer: what is right instead, where the treatment needs one.

    Raises:
        CorrectionError: an answer is missing, or nothing would be different.
        BlueprintError: the paper has no such number.
    """
    item = paper.item(number)
    _check(item.question, treatment, answer)
    letters = printed_letters(paper, item)
    before = ruled(paper, corrections).get(number) or Ruled(versions=(item.question,))
    next_one = Correction(
        id="",
        place=max((each.place for each in corrections), default=0) + 1,
        paper=paper.id,
        number=number,
        treatment=treatment,
        answer=answer,
        reason="",
        by="",
        at=paper.created_at,
    )
    after = before.after(next_one)
    if before.everyone == after.everyone and (before.everyone or _same_keys(before, after)):
        raise CorrectionError(
            _("這樣更正和現在的計分完全一樣。"),
            remedy=_("請查對題號與答案；現在給分的是 {right}。").format(
                right=before.right(letters, texts=True)
            ),
        )
    changes, counts = [], {"same": 0, "waiting": 0, "open": 0}
    for sitting in sittings:
        if not sitting.submitted:
            counts["waiting" if sitting.being_marked else "open"] += 1
        elif change := _change(paper, sitting, corrections, next_one):
            changes.append(change)
        else:
            counts["same"] += 1
    return Preview(
        paper_id=paper.id,
        paper_title=paper.title,
        number=number,
        question=item.question,
        treatment=treatment,
        answer=answer,
        was=before.right(letters, texts=True),
        would=after.right(letters, texts=True),
        was_bank=before.right(),
        would_bank=after.right(),
        changes=tuple(sorted(changes, key=_gravity)),
        **counts,
    )


def _check(question: Question, treatment: Treatment, answer: Answer | None) -> None:
    if treatment.needs_answer and question.kind is Kind.ESSAY:
        raise CorrectionError(
            _("簡答題由人評分，沒有可以更正的答案。"), remedy=_("題目有問題時，請用「一律給分」。")
        )
    if treatment.needs_answer != (answer is not None):
        raise CorrectionError(
            _("「{treatment}」要寫更正的答案。").format(treatment=treatment.label)
            if answer is None
            else _("「{treatment}」不寫答案。").format(treatment=treatment.label)
        )


def _same_keys(one: Ruled, other: Ruled) -> bool:
    return {_key_of(version) for version in one.versions} == {_key_of(version) for version in other.versions}


def _key_of(question: Question) -> object:
    return question.key, question.accepted, question.number, question.tolerance


def _change(
    paper: Paper, sitting: Sitting, corrections: Sequence[Correction], next_one: Correction
) -> Regraded | None:
    assert sitting.score is not None
    found = standings(paper, sitting, [*corrections, next_one])
    if not found or found[-1].place != next_one.place:
        return None
    before = found[-2] if len(found) > 1 else None
    return Regraded(
        sitting_id=sitting.id,
        staff_no=sitting.staff_no,
        section=sitting.section,
        before=before.score if before else sitting.score,
        after=found[-1].score,
        passed_before=before.passed if before else bool(sitting.passed),
        passed_after=found[-1].passed,
    )


def _gravity(one: Regraded) -> tuple[int, str, str]:
    falls = one.after < one.before
    order = 0 if one.fails else 1 if falls else 2 if one.passes else 3
    return order, one.section, one.staff_no


def reviewed(
    paper: Paper, sitting: Sitting, corrections: Sequence[Correction], shown: Iterable[Reviewed]
) -> tuple[Reviewed, ...]:
    """Show corrected questions of a review with what is right now, and with the points that count."""
    rulings = ruled(paper, corrections)
    return tuple(
        _reviewed(paper, sitting, rulings[one.number], corrections, one) if one.number in rulings else one
        for one in shown
    )


def _reviewed(
    paper: Paper, sitting: Sitting, ruling: Ruled, corrections: Sequence[Correction], one: Reviewed
) -> Reviewed:
    letter = {option.index: option.letter for option in one.options}
    letters = [letter[index] for index in range(len(one.options))]
    response = sitting.answers.get(one.number, NOTHING)
    points = ruling.earned(
        paper.item(one.number), response, paper.rules.multiple_credit, sitting.marks.get(one.number)
    )
    own = [each for each in corrections if each.number == one.number]
    last = max(own, key=lambda each: each.place)
    return one.model_copy(
        update={
            "right": one.right if ruling.everyone else ruling.right(letters),
            "correct": ruling.everyone
            or (points == one.worth if one.question.kind is Kind.ESSAY else ruling.takes(response)),
            "points": points,
            "points_before": one.points,
            "corrected": _("答案已更正（{said}）；原答案 {was}，原得 {points:.2f} 分。").format(
                said=last.said(one.question, letters), was=one.right, points=one.points
            ),
        }
    )


def for_the_bank(question: Question, treatment: Treatment, answer: Answer | None) -> Question | None:
    """Give the question as it should stand in the bank from now on; None where the bank has no form for it.

    A bank's question has one key: what is 兩者皆可 on a paper can only be kept where several texts can be
    accepted, and 一律給分 says nothing about what is right.

    Raises:
        CorrectionError: the bank does not take such a question.
    """
    if answer is None or (treatment is Treatment.EITHER and question.kind is not Kind.SHORT):
        return None
    content = question.model_dump(mode="json", exclude_defaults=True)
    if question.kind is Kind.MATCHING:
        pairs = [
            [prompt, question.options[index]]
            for prompt, index in zip(question.prompts, answer.key, strict=True)
        ]
        used = {right for _left, right in pairs}
        for field in ("prompts", "options", "key"):
            content.pop(field, None)
        content |= {"pairs": pairs, "distractors": [text for text in question.options if text not in used]}
    elif question.kind is Kind.SHORT:
        texts = [*question.accepted, *answer.accepted] if treatment is Treatment.EITHER else answer.accepted
        content["accepted"] = list(_texts(_SEPARATORS[0].join(texts)))
    else:
        content |= amended(question, answer).model_dump(
            mode="json", include={"key", "number", "tolerance"}, exclude_defaults=True
        )
        if question.kind is Kind.NUMBER and not answer.tolerance:
            content.pop("tolerance", None)
    try:
        return Question.model_validate(content)
    except ValueError as error:
        raise CorrectionError(
            _("更正後的題目不能放進題庫。"), remedy=_("請另以匯入更正題庫；這次只更正試卷。")
        ) from error
