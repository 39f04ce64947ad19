"""What a person can do who makes papers: see what a wish comes to, draw it, and draw a paper once more."""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

from bureau.database import StoreError
from bureau.dates import day_of, roc
from bureau.language import _
from bureau.problem import Problem, Refused, in_file
from bureau.roles import Actor, Role
from bureau.text import clean_line
from quiz_bank.blueprint import (
    DEFAULT_BLUEPRINT,
    Blueprint,
    BlueprintError,
    Cell,
    Paper,
    PaperItem,
    available,
    draw,
)
from quiz_bank.desk import QuizDesk
from quiz_bank.expected import Expected, Observed, expectations, expected_score
from quiz_bank.paper_rules import PaperRules
from quiz_bank.paper_store import DrawnForm, PaperStore
from quiz_bank.parallel import FORM_NAMES, MOST_FORMS, draw_forms, shared
from quiz_bank.proof import NEW_PAPER
from quiz_bank.question import Question
from quiz_bank.response import NOTHING, share
from quiz_bank.rules import QuizRules
from quiz_bank.sitting import Sitting, earned
from quiz_bank.store import QuizStore

MOST_LEFT_OUT = 50
"""The questions of so many papers at most are left out."""

_NAMES_SHOWN = 5


@dataclass(frozen=True)
class Wish:
    """What a new paper shall be.

    Attributes:
        opens_on: the first day on which it can be sat; its rules are those of this day.
        closes_on: the last day; None: as many days as the rules say.
        blueprint: what each form must contain.
        forms: how many parallel forms, 1 to 4.
        without_last: the questions of so many of the newest papers are not drawn.
        seed: makes the drawing and every shuffle.
    """

    opens_on: date
    seed: str
    closes_on: date | None = None
    blueprint: Blueprint = DEFAULT_BLUEPRINT
    forms: int = 1
    without_last: int = 0


@dataclass(frozen=True)
class FormPlan:
    """One form before it is made.

    Attributes:
        name: A, B …; `""` where there is only one.
        score: the mean score to be expected.
        observed: of how many of its questions people's answers are known well enough.
    """

    name: str
    items: tuple[PaperItem, ...]
    expected: Mapping[str, Expected]

    @property
    def score(self) -> Decimal:
        """The mean score to be expected, 0.00 to 100.00."""
        return expected_score(self.items, self.expected)

    @property
    def observed(self) -> int:
        """Of how many of its questions people's answers are known well enough."""
        return sum(self.expected[item.question.id].n > 0 for item in self.items)


@dataclass(frozen=True)
class Plan:
    """What a wish comes to.

    Attributes:
        closes_on: the last day.
        forms: each form.
        excluded: identifiers of the questions that were left out.
        shared: how many questions stand in more than one form.
    """

    wish: Wish
    closes_on: date
    forms: tuple[FormPlan, ...]
    excluded: frozenset[str]
    shared: int

    @property
    def apart(self) -> Decimal:
        """How many points the expected scores of the forms lie apart."""
        scores = [form.score for form in self.forms]
        return max(scores) - min(scores)


@dataclass(frozen=True)
class Rebuilt:
    """What came of drawing a paper again.

    Attributes:
        same: whether the same questions came out, in the same versions, order and points.
        reasons: why not, in words.
    """

    paper_id: str
    same: bool
    reasons: tuple[str, ...] = ()


class PaperDesk:
    """The acts of making papers.

    Attributes:
        quiz: whose bank and papers these are.
    """

    def __init__(self, quiz: QuizDesk) -> None:
        self.quiz = quiz
        self.office = quiz.office
        self._store = PaperStore(quiz.office.store)
        self._quiz_store = QuizStore(quiz.office.store)

    # Drawing

    def available(self, cells: Sequence[Cell], wish: Wish) -> tuple[int, ...]:
        """Give how many questions each cell by itself could take on the days of `wish`."""
        pool = self._pool(wish.opens_on, self._last_day(wish))
        excluded = self.quiz.used_in_last(wish.without_last)
        return available(pool, cells, day=wish.opens_on, excluded=excluded)

    def plan(self, wish: Wish, *, by: Actor) -> Plan:
        """Draw a paper without making it; `create` with the same wish makes what is seen here.

        Raises:
            NotAllowed: neither trainer nor administrator.
            BlueprintError: the bank cannot fill the blueprint, or days and numbers do not fit.
        """
        by.require(Role.TRAINER)
        if not 1 <= wish.forms <= MOST_FORMS:
            raise BlueprintError(
                _("平行卷 {count} 份超出範圍。").format(count=wish.forms),
                remedy=_("可以是 1 到 {most} 份。").format(most=MOST_FORMS),
            )
        if not 0 <= wish.without_last <= MOST_LEFT_OUT:
            raise BlueprintError(
                _("不抽最近 {count} 份試卷的題目，超出範圍。").format(count=wish.without_last),
                remedy=_("可以是 0 到 {most} 份。").format(most=MOST_LEFT_OUT),
            )
        last = self._last_day(wish)
        if last < wish.opens_on:
            raise BlueprintError(
                _("截止日 {last} 早於開放日 {day}。").format(last=roc(last), day=roc(wish.opens_on)),
                remedy=_("請改截止日。"),
            )
        pool = self._pool(wish.opens_on, last)
        excluded = self.quiz.used_in_last(wish.without_last)
        rules = self.office.rules(wish.opens_on).of(PaperRules)
        expected = expectations(pool, self.observed(), rules)
        forms = draw_forms(
            pool,
            wish.blueprint,
            expected,
            day=wish.opens_on,
            seed=wish.seed,
            forms=wish.forms,
            excluded=excluded,
        )
        return Plan(
            wish=wish,
            closes_on=last,
            forms=tuple(
                FormPlan(
                    name=FORM_NAMES[place] if wish.forms > 1 else "",
                    items=items,
                    expected={item.question.id: expected[item.question.id] for item in items},
                )
                for place, items in enumerate(forms)
            ),
            excluded=excluded,
            shared=shared(forms),
        )

    def create(
        self, wish: Wish, *, title: str, by: Actor, at: datetime, minutes: int | None = None
    ) -> tuple[Paper, ...]:
        """Make the papers of a wish, one for each form, all or none.

        Args:
            wish: what they shall be.
            title: what people call it; of several forms each gets its letter behind it.
            by: a trainer or administrator.
            at: the moment.
            minutes: time to answer, 0 for no limit; None: as the rules say.

        Raises:
            NotAllowed: neither trainer nor administrator.
            BlueprintError: see `plan`, or the title is empty or too long.
        """
        by.require(Role.TRAINER)
        _require_title(title)
        book = self.office.rules(wish.opens_on)
        rules = book.of(QuizRules)
        papers: list[Paper] = []
        with self.office.store.transaction():
            plan = self.plan(wish, by=by)
            for form in plan.forms:
                paper = Paper(
                    id=self.office.new_id("paper"),
                    title=_("{title}（{form} 卷）").format(title=title, form=form.name)
                    if form.name
                    else title,
                    seed=wish.seed,
                    opens_on=wish.opens_on,
                    closes_on=plan.closes_on,
                    minutes=rules.minutes if minutes is None else minutes,
                    blueprint=wish.blueprint,
                    rules=rules,
                    rules_version=book.version,
                    created_at=at,
                    items=form.items,
                )
                papers.append(paper)
                drawn = DrawnForm(
                    paper_id=paper.id,
                    family=papers[0].id,
                    name=form.name,
                    forms=wish.forms,
                    without_last=wish.without_last,
                    excluded=tuple(sorted(plan.excluded)),
                    expected=form.expected,
                )
                with self.office.act(NEW_PAPER, by=by, at=at) as act:
                    self._quiz_store.add_paper(paper)
                    self._store.add_form(drawn)
                    act.record(
                        paper.id,
                        title=paper.title,
                        seed=paper.seed,
                        digest=paper.digest(),
                        form=drawn.proof(),
                    )
        return tuple(papers)

    def form(self, paper_id: str) -> DrawnForm | None:
        """Give how a paper came to be; None for papers of which that was not kept."""
        return self._store.form(paper_id)

    def forms(self) -> dict[str, DrawnForm]:
        """Give how papers came to be, by the paper's identifier."""
        return {form.paper_id: form for form in self._store.forms()}

    def observed(self) -> dict[str, Observed]:
        """Give what people did on each question of the bank, in its present version, by identifier.

        Every submitted sitting counts, what was not answered as 0.
        """
        versions = self._quiz_store.versions()
        papers = {paper.id: paper for paper in self.quiz.papers()}
        counts: dict[str, int] = defaultdict(int)
        sums: dict[str, Fraction] = defaultdict(Fraction)
        difficulties: dict[str, int] = {}
        current = {
            paper.id: [
                item for item in paper.items if versions.get(item.question.id) == item.question.version
            ]
            for paper in papers.values()
        }
        for sitting in self._quiz_store.all_submitted():
            paper = papers[sitting.paper_id]
            for item in current[paper.id]:
                name = item.question.id
                counts[name] += 1
                sums[name] += _share(paper, item, sitting)
                difficulties[name] = item.question.difficulty
        return {
            name: Observed(difficulty=difficulties[name], n=count, earned=sums[name])
            for name, count in counts.items()
        }

    def _pool(self, first: date, last: date) -> list[Question]:
        # A question that goes out of force while the paper is open would be wrong for some.
        return [question for question in self.quiz.questions(last) if question.usable_on(first)]

    def _last_day(self, wish: Wish) -> date:
        rules = self.office.rules(wish.opens_on).of(QuizRules)
        return wish.closes_on or wish.opens_on + timedelta(days=rules.open_days - 1)

    # Rebuilding

    def rebuild(self, paper_id: str) -> Rebuilt:
        """Draw a paper again from its seed, its blueprint and the bank as it stood then, and compare.

        The bank of that moment comes from the journal's imports, what was left out and expected from what was
        kept with the paper.

        Raises:
            BlueprintError: there is no such paper.
        """
        paper = self.quiz.paper(paper_id)
        bank, reasons = self._bank_before(paper)
        form = self._store.form(paper_id)
        pool = [
            question
            for question in bank
            if question.usable_on(paper.closes_on) and question.usable_on(paper.opens_on)
        ]
        try:
            drawn = self._drawn_again(paper, form, pool)
        except Refused as refusal:
            return Rebuilt(paper_id, same=False, reasons=(*reasons, *refusal.lines()))
        if drawn == paper.items:
            return Rebuilt(paper_id, same=True)
        return Rebuilt(paper_id, same=False, reasons=(*reasons, *_differences(paper, drawn, bank)))

    def _drawn_again(
        self, paper: Paper, form: DrawnForm | None, pool: Sequence[Question]
    ) -> tuple[PaperItem, ...]:
        def once(excluded: frozenset[str]) -> tuple[PaperItem, ...]:
            return draw(pool, paper.blueprint, day=paper.opens_on, seed=paper.seed, excluded=excluded)

        if form is None:
            return self._drawn_without_some(paper, pool)
        if form.forms == 1:
            return once(frozenset(form.excluded))
        family = [one for one in self._store.forms() if one.family == form.family]
        expected = {name: figure for one in family for name, figure in one.expected.items()}
        # Only what was drawn has figures; the drawing itself does not look at them.
        known = {question.id: expected.get(question.id, Expected(facility=Decimal(0))) for question in pool}
        forms = draw_forms(
            pool,
            paper.blueprint,
            known,
            day=paper.opens_on,
            seed=paper.seed,
            forms=form.forms,
            excluded=frozenset(form.excluded),
        )
        return forms[FORM_NAMES.index(form.name)]

    def _drawn_without_some(self, paper: Paper, pool: Sequence[Question]) -> tuple[PaperItem, ...]:
        """Draw a paper of which was not kept how many papers' questions were left out: try each number."""
        earlier = [one for one in self.quiz.papers() if one.created_at < paper.created_at]
        first: tuple[PaperItem, ...] | None = None
        for count in range(min(len(earlier), MOST_LEFT_OUT) + 1):
            excluded = frozenset(item.question.id for one in earlier[:count] for item in one.items)
            try:
                drawn = draw(pool, paper.blueprint, day=paper.opens_on, seed=paper.seed, excluded=excluded)
            except BlueprintError:
                if first is None:
                    raise
                break
            if drawn == paper.items:
                return drawn
            first = first or drawn
        assert first is not None, "the loop draws at least once or is refused"
        return first

    def _bank_before(self, paper: Paper) -> tuple[list[Question], list[str]]:
        """Give the bank as it stood when a paper was made, and what the journal cannot say of it."""
        versions: dict[str, str] = {}
        reasons: list[str] = []
        for entry in self.office.journal():
            if entry.act == NEW_PAPER and entry.subject == paper.id:
                break
            if not entry.act.startswith("bank."):
                continue
            if entry.payload is None:
                reasons.append(
                    _("{at} 的題庫異動，內容已依保存期限清除，無法重現當時的題庫。").format(
                        at=roc(day_of(entry.at))
                    )
                )
                continue
            given = json.loads(entry.payload).get("versions")
            versions |= given if isinstance(given, dict) else {}
        else:
            reasons.append(_("試卷 {id} 不在日誌裡。").format(id=paper.id))
        found = [(name, version, self.quiz.question_in(name, version)) for name, version in versions.items()]
        gone = [name for name, _version, question in found if question is None]
        if gone:
            reasons.append(_("題庫缺少當時的版本：{ids}。").format(ids=_some(gone)))
        bank = sorted((one for _name, _version, one in found if one is not None), key=lambda one: one.id)
        return bank, reasons

    # Proof

    def verify(self) -> list[Problem]:
        """Compare what is kept about the making of papers with the journal."""
        place = in_file(self.office.store.path)
        try:
            kept = self.forms()
        except (StoreError, ValueError):
            return [Problem(_("試卷的卷別與抽題紀錄損壞。"), place, _("請由備份比對這一筆。"))]
        return [Problem(what, place, _("請由備份比對這一筆。")) for what in self._faults(kept)]

    def _faults(self, kept: Mapping[str, DrawnForm]) -> Iterator[str]:
        for entry in self.office.journal():
            if entry.act != NEW_PAPER or entry.payload is None:
                continue
            proof = json.loads(entry.payload).get("form")
            form = kept.get(entry.subject)
            if proof is None:
                if form is not None:
                    yield _("試卷 {id} 的卷別與日誌不符。").format(id=entry.subject)
                continue
            if form is None or proof != form.proof():
                yield _("試卷 {id} 的卷別與日誌不符。").format(id=entry.subject)


def _share(paper: Paper, item: PaperItem, sitting: Sitting) -> Fraction:
    response = sitting.answers.get(item.number, NOTHING)
    credit = paper.rules.multiple_credit
    part = share(item.question, response, credit)
    if part is not None:
        return part
    given = earned(item, response, credit, sitting.marks.get(item.number))
    return Fraction(given) / Fraction(item.points)


def _differences(paper: Paper, drawn: Sequence[PaperItem], bank: Sequence[Question]) -> list[str]:
    """Say where a paper drawn again differs, the likeliest cause first."""
    versions = {question.id: question.version for question in bank}
    said: list[str] = []
    for item in paper.items:
        question = item.question
        if question.id not in versions:
            said.append(_("第 {number} 題 {id} 當時不在題庫裡。").format(number=item.number, id=question.id))
        elif versions[question.id] != question.version:
            said.append(
                _("第 {number} 題 {id} 在試卷上是版本 {kept}，當時題庫是版本 {then}。").format(
                    number=item.number, id=question.id, kept=question.version, then=versions[question.id]
                )
            )
    if said:
        return said
    said = [
        _("第 {number} 題：重建得 {again}，試卷是 {kept}。").format(
            number=item.number, again=other.question.id, kept=item.question.id
        )
        for item, other in zip(paper.items, drawn, strict=False)
        if item != other
    ]
    return [_("題庫與種子相符，抽出的題目卻不同：種子、藍圖或試卷的內容被改過。"), *said[:_NAMES_SHOWN]]


def _some(names: Sequence[str]) -> str:
    shown = "、".join(names[:_NAMES_SHOWN])
    return (
        shown
        if len(names) <= _NAMES_SHOWN
        else _("{names} 等 {count} 項").format(names=shown, count=len(names))
    )


def _require_title(title: str) -> None:
    longest = 90
    if not 1 <= len(clean_line(title)) <= longest:
        raise BlueprintError(
            _("試卷名稱要有 1 到 {most} 個字。").format(most=longest),
            remedy=_("例如 115 年第 4 季租稅常識測驗。"),
        )
