"""The bank's tables: questions in all their versions, papers, sittings and answers."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from pydantic import ValidationError
from sqlite_utils import Database, Migrations

from bureau.database import Row, Store, StoreError, seal, seal_parts, statements
from bureau.dates import moment_from, moment_text
from bureau.journal import canonical
from bureau.language import _
from quiz_bank.blueprint import Blueprint, Paper, PaperItem
from quiz_bank.question import Question, QuestionError
from quiz_bank.response import Response, read_back
from quiz_bank.rules import QuizRules
from quiz_bank.sitting import Result, Sitting

MIGRATIONS = Migrations("quiz_bank")

_HUNDRED = 100


@MIGRATIONS()
def m001_bank_papers_sittings(database: Database) -> None:
    """Make the tables of the question bank."""
    script = """
    CREATE TABLE question_version (
        question_id TEXT NOT NULL,
        version TEXT NOT NULL,
        content TEXT NOT NULL,
        imported_at TEXT NOT NULL,
        PRIMARY KEY (question_id, version)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE question (
        id TEXT PRIMARY KEY,
        version TEXT NOT NULL,
        FOREIGN KEY (id, version) REFERENCES question_version (question_id, version)
    ) STRICT;
    CREATE TABLE paper (
        id TEXT PRIMARY KEY,
        title TEXT NOT NULL,
        seed TEXT NOT NULL,
        opens_on TEXT NOT NULL,
        closes_on TEXT NOT NULL CHECK (closes_on >= opens_on),
        minutes INTEGER NOT NULL CHECK (minutes >= 0),
        blueprint TEXT NOT NULL,
        rules TEXT NOT NULL,
        rules_version TEXT NOT NULL,
        created_at TEXT NOT NULL,
        sealed INTEGER NOT NULL CHECK (sealed IN (0, 1))
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE paper_item (
        paper_id TEXT NOT NULL REFERENCES paper (id),
        number INTEGER NOT NULL CHECK (number >= 1),
        question_id TEXT NOT NULL,
        version TEXT NOT NULL,
        points INTEGER NOT NULL CHECK (points BETWEEN 0 AND 10000),
        PRIMARY KEY (paper_id, number),
        FOREIGN KEY (question_id, version) REFERENCES question_version (question_id, version)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE sitting (
        id TEXT PRIMARY KEY CHECK (id = paper_id || '-' || staff_no),
        paper_id TEXT NOT NULL REFERENCES paper (id),
        staff_no TEXT NOT NULL REFERENCES person (staff_no),
        section TEXT NOT NULL,
        started_at TEXT NOT NULL,
        deadline TEXT NOT NULL,
        entered_by TEXT,
        submitted_at TEXT,
        overdue INTEGER NOT NULL CHECK (overdue IN (0, 1)),
        score INTEGER CHECK (score BETWEEN 0 AND 10000),
        passed INTEGER CHECK (passed IN (0, 1)),
        rules_version TEXT NOT NULL,
        UNIQUE (paper_id, staff_no),
        CHECK ((submitted_at IS NULL) = (score IS NULL) AND (score IS NULL) = (passed IS NULL))
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX sitting_of_person ON sitting (staff_no, submitted_at);
    CREATE INDEX sitting_submitted ON sitting (submitted_at);
    CREATE TABLE answer (
        sitting_id TEXT NOT NULL REFERENCES sitting (id),
        number INTEGER NOT NULL CHECK (number >= 1),
        choice TEXT NOT NULL,
        flagged INTEGER NOT NULL CHECK (flagged IN (0, 1)),
        saved_at TEXT NOT NULL,
        PRIMARY KEY (sitting_id, number)
    ) STRICT, WITHOUT ROWID;
    """
    script += seal("question_version", sealed="1", key="question_id, version")
    script += seal("paper")
    script += seal("sitting", sealed="submitted_at IS NOT NULL")
    script += seal_parts("paper_item", "paper_id", "paper", "sealed = 1")
    script += seal_parts("answer", "sitting_id", "sitting", "submitted_at IS NOT NULL")
    for statement in statements(script):
        database.execute(statement)


@MIGRATIONS()
def m002_marks_and_extra_time(database: Database) -> None:
    """Let a sitting be handed in before its essays are marked, and let people have more time."""
    script = """
    ALTER TABLE sitting ADD COLUMN handed_in_at TEXT;
    CREATE TRIGGER sitting_handed_in BEFORE UPDATE ON sitting
        WHEN OLD.handed_in_at IS NOT NULL
         AND (NEW.handed_in_at IS NULL OR NEW.handed_in_at <> OLD.handed_in_at)
        BEGIN SELECT RAISE(ABORT, 'sealed'); END;
    CREATE TABLE essay_mark (
        sitting_id TEXT NOT NULL REFERENCES sitting (id),
        number INTEGER NOT NULL CHECK (number >= 1),
        points INTEGER NOT NULL CHECK (points BETWEEN 0 AND 10000),
        remark TEXT NOT NULL,
        marked_by TEXT NOT NULL,
        marked_at TEXT NOT NULL,
        PRIMARY KEY (sitting_id, number)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE extra_time (
        paper_id TEXT NOT NULL REFERENCES paper (id),
        staff_no TEXT NOT NULL REFERENCES person (staff_no),
        minutes INTEGER NOT NULL CHECK (minutes BETWEEN 0 AND 600),
        reason TEXT NOT NULL,
        PRIMARY KEY (paper_id, staff_no)
    ) STRICT, WITHOUT ROWID;
    DROP TRIGGER answer_sealed_update;
    DROP TRIGGER answer_sealed_delete;
    DROP TRIGGER answer_sealed_insert;
    """
    script += seal_parts(
        "answer", "sitting_id", "sitting", "(handed_in_at IS NOT NULL OR submitted_at IS NOT NULL)"
    )
    script += seal_parts("essay_mark", "sitting_id", "sitting", "submitted_at IS NOT NULL")
    for statement in statements(script):
        database.execute(statement)


@MIGRATIONS()
def m003_paper_forms(database: Database) -> None:
    """Keep with a paper what it was drawn without, which form of which it is, and what was expected of it."""
    script = """
    CREATE TABLE paper_form (
        paper_id TEXT PRIMARY KEY REFERENCES paper (id),
        family TEXT NOT NULL REFERENCES paper (id),
        name TEXT NOT NULL,
        forms INTEGER NOT NULL CHECK (forms BETWEEN 1 AND 4),
        without_last INTEGER NOT NULL CHECK (without_last >= 0),
        excluded TEXT NOT NULL,
        expected TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX paper_form_family ON paper_form (family);
    """
    script += seal("paper_form", sealed="1", key="paper_id")
    for statement in statements(script):
        database.execute(statement)


@MIGRATIONS()
def m004_corrections(database: Database) -> None:
    """Keep what was done about wrong keys, and the scores that follow, beside what is sealed."""
    script = """
    CREATE TABLE correction (
        place INTEGER PRIMARY KEY,
        id TEXT NOT NULL UNIQUE,
        paper_id TEXT NOT NULL,
        number INTEGER NOT NULL CHECK (number >= 1),
        treatment TEXT NOT NULL CHECK (treatment IN ('either', 'everyone', 'replace')),
        answer TEXT CHECK ((answer IS NULL) = (treatment = 'everyone')),
        reason TEXT NOT NULL CHECK (reason <> ''),
        decided_by TEXT NOT NULL,
        at TEXT NOT NULL,
        FOREIGN KEY (paper_id, number) REFERENCES paper_item (paper_id, number)
    ) STRICT;
    CREATE INDEX correction_of_paper ON correction (paper_id, place);
    CREATE TABLE corrected_score (
        sitting_id TEXT NOT NULL REFERENCES sitting (id),
        place INTEGER NOT NULL REFERENCES correction (place),
        score INTEGER NOT NULL CHECK (score BETWEEN 0 AND 10000),
        passed INTEGER NOT NULL CHECK (passed IN (0, 1)),
        PRIMARY KEY (sitting_id, place)
    ) STRICT, WITHOUT ROWID;
    """
    script += seal("correction", sealed="1", key="place; id")
    script += seal("corrected_score", sealed="1", key="sitting_id, place")
    for statement in statements(script):
        database.execute(statement)


@MIGRATIONS()
def m005_practice(database: Database) -> None:
    """Make the table of what people have practised."""
    script = """
    CREATE TABLE practice (
        staff_no TEXT NOT NULL REFERENCES person (staff_no),
        question_id TEXT NOT NULL REFERENCES question (id),
        cause TEXT NOT NULL CHECK (cause IN ('quiz', 'call', 'new')),
        card TEXT NOT NULL,
        due TEXT NOT NULL,
        last_at TEXT NOT NULL,
        reviews INTEGER NOT NULL CHECK (reviews >= 1),
        lapses INTEGER NOT NULL CHECK (lapses BETWEEN 0 AND reviews),
        right_last INTEGER NOT NULL CHECK (right_last IN (0, 1)),
        PRIMARY KEY (staff_no, question_id)
    ) STRICT, WITHOUT ROWID;
    """
    for statement in statements(script):
        database.execute(statement)


_PAPER = """
    SELECT id, title, seed, opens_on, closes_on, minutes, blueprint, rules, rules_version, created_at
    FROM paper
"""
_SITTING = """
    SELECT id, paper_id, staff_no, section, started_at, deadline, entered_by, handed_in_at, submitted_at,
           overdue, score, passed, rules_version
    FROM sitting
"""


class QuizStore:
    """Reads and writes the bank's tables."""

    def __init__(self, store: Store) -> None:
        self.store = store

    # The bank

    def questions(self) -> list[Question]:
        """Give every question in its current version, by identifier."""
        rows = self.store.rows(
            """SELECT question_version.content FROM question JOIN question_version
                 ON question_version.question_id = question.id
                AND question_version.version = question.version
               ORDER BY question.id"""
        )
        return [_question(row["content"]) for row in rows]

    def question(self, question_id: str) -> Question | None:
        """Give the current version of a question."""
        content = self.store.value(
            """SELECT question_version.content FROM question JOIN question_version
                 ON question_version.question_id = question.id
                AND question_version.version = question.version
               WHERE question.id = :id""",
            id=question_id,
        )
        return _question(content) if content is not None else None

    def question_in(self, question_id: str, version: str) -> Question | None:
        """Give a question as it stood in one version."""
        content = self.store.value(
            "SELECT content FROM question_version WHERE question_id = :id AND version = :version",
            id=question_id,
            version=version,
        )
        return _question(content) if content is not None else None

    def versions(self) -> dict[str, str]:
        """Give the current version of every question by identifier."""
        rows = self.store.rows("SELECT id, version FROM question")
        return {row["id"]: row["version"] for row in rows}

    def put_questions(self, questions: Iterable[Question], at: datetime) -> None:
        """Write questions as their current versions; earlier versions stay."""
        values = [
            {
                "id": question.id,
                "version": question.version,
                "content": canonical(question.model_dump(mode="json", exclude_defaults=True)),
                "at": moment_text(at),
            }
            for question in questions
        ]
        # A version that comes back after another one is in the table already.
        self.store.run_many(
            """INSERT INTO question_version (question_id, version, content, imported_at)
               SELECT :id, :version, :content, :at
               WHERE NOT EXISTS (SELECT 1 FROM question_version
                                 WHERE question_id = :id AND version = :version)""",
            values,
        )
        self.store.run_many(
            """INSERT INTO question (id, version) VALUES (:id, :version)
               ON CONFLICT (id) DO UPDATE SET version = excluded.version""",
            values,
        )

    # Papers

    def add_paper(self, paper: Paper) -> None:
        """Write a paper with its items and seal it."""
        self.store.run(
            """INSERT INTO paper (id, title, seed, opens_on, closes_on, minutes, blueprint, rules,
                                  rules_version, created_at, sealed)
               VALUES (:id, :title, :seed, :opens_on, :closes_on, :minutes, :blueprint, :rules,
                       :rules_version, :created_at, 0)""",
            id=paper.id,
            title=paper.title,
            seed=paper.seed,
            opens_on=paper.opens_on.isoformat(),
            closes_on=paper.closes_on.isoformat(),
            minutes=paper.minutes,
            blueprint=canonical(paper.blueprint.model_dump(mode="json")),
            rules=canonical(paper.rules.model_dump(mode="json")),
            rules_version=paper.rules_version,
            created_at=moment_text(paper.created_at),
        )
        self.store.run_many(
            """INSERT INTO paper_item (paper_id, number, question_id, version, points)
               VALUES (:paper_id, :number, :question_id, :version, :points)""",
            [
                {
                    "paper_id": paper.id,
                    "number": item.number,
                    "question_id": item.question.id,
                    "version": item.question.version,
                    "points": _hundredths(item.points),
                }
                for item in paper.items
            ],
        )
        self.store.run("UPDATE paper SET sealed = 1 WHERE id = :id", id=paper.id)

    def paper(self, paper_id: str) -> Paper | None:
        """Give a paper."""
        found = self._papers("WHERE id = :id", id=paper_id)
        return found[0] if found else None

    def papers(self) -> list[Paper]:
        """Give every paper, the newest first."""
        return self._papers("ORDER BY opens_on DESC, created_at DESC, id DESC")

    def open_papers(self, day: date, staff_no: str) -> list[Row]:
        """Give id, title, closes_on, begun and deadline of the papers that a person can still sit."""
        return self.store.rows(
            """SELECT paper.id, paper.title, paper.closes_on, sitting.started_at IS NOT NULL AS begun,
                      sitting.deadline
               FROM paper LEFT JOIN sitting
                 ON sitting.paper_id = paper.id AND sitting.staff_no = :staff_no
               WHERE paper.opens_on <= :day AND :day <= paper.closes_on
                 AND sitting.submitted_at IS NULL AND sitting.handed_in_at IS NULL
                 AND NOT EXISTS (
                    SELECT 1 FROM paper_form own
                    JOIN paper_form other ON other.family = own.family AND other.paper_id <> own.paper_id
                    JOIN sitting taken
                      ON taken.paper_id = other.paper_id AND taken.staff_no = :staff_no
                    WHERE own.paper_id = paper.id)
               ORDER BY paper.closes_on, paper.id""",
            day=day.isoformat(),
            staff_no=staff_no,
        )

    def _papers(self, condition: str, **values: Any) -> list[Paper]:
        rows = self.store.rows(_PAPER + condition, **values)
        try:
            return [self._paper(row) for row in rows]
        except ValidationError:
            raise _damaged(_("試卷")) from None

    def _paper(self, row: Row) -> Paper:
        items = self.store.rows(
            """SELECT paper_item.number, paper_item.points, question_version.content
               FROM paper_item JOIN question_version
                 ON question_version.question_id = paper_item.question_id
                AND question_version.version = paper_item.version
               WHERE paper_item.paper_id = :id ORDER BY paper_item.number""",
            id=row["id"],
        )
        return Paper(
            id=row["id"],
            title=row["title"],
            seed=row["seed"],
            opens_on=row["opens_on"],
            closes_on=row["closes_on"],
            minutes=row["minutes"],
            blueprint=Blueprint.model_validate_json(row["blueprint"]),
            rules=QuizRules.model_validate_json(row["rules"]),
            rules_version=row["rules_version"],
            created_at=moment_from(row["created_at"]),
            items=tuple(
                PaperItem(
                    number=item["number"],
                    question=_question(item["content"]),
                    points=_points(item["points"]),
                )
                for item in items
            ),
        )

    # Sittings

    def add_sitting(self, sitting: Sitting) -> None:
        """Write a sitting that has begun."""
        self.store.run(
            """INSERT INTO sitting (id, paper_id, staff_no, section, started_at, deadline, entered_by,
                                    overdue, rules_version)
               VALUES (:id, :paper_id, :staff_no, :section, :started_at, :deadline, :entered_by, 0, '')""",
            id=sitting.id,
            paper_id=sitting.paper_id,
            staff_no=sitting.staff_no,
            section=sitting.section,
            started_at=moment_text(sitting.started_at),
            deadline=moment_text(sitting.deadline),
            entered_by=sitting.entered_by,
        )

    def put_answer(self, sitting_id: str, number: int, choice: str, at: datetime) -> None:
        """Write the answer to one number, as `quiz_bank.response.stored` writes it."""
        self.store.run(
            """INSERT INTO answer (sitting_id, number, choice, flagged, saved_at)
               VALUES (:sitting_id, :number, :choice, 0, :at)
               ON CONFLICT (sitting_id, number)
               DO UPDATE SET choice = excluded.choice, saved_at = excluded.saved_at""",
            sitting_id=sitting_id,
            number=number,
            choice=choice,
            at=moment_text(at),
        )

    def put_flag(self, sitting_id: str, number: int, at: datetime, *, flagged: bool) -> None:
        """Write or take away the flag of one number."""
        self.store.run(
            """INSERT INTO answer (sitting_id, number, choice, flagged, saved_at)
               VALUES (:sitting_id, :number, '', :flagged, :at)
               ON CONFLICT (sitting_id, number) DO UPDATE SET flagged = excluded.flagged""",
            sitting_id=sitting_id,
            number=number,
            flagged=int(flagged),
            at=moment_text(at),
        )

    def put_deadline(self, sitting_id: str, deadline: datetime) -> None:
        """Write until when answers are taken."""
        self.store.run(
            "UPDATE sitting SET deadline = :deadline WHERE id = :id",
            id=sitting_id,
            deadline=moment_text(deadline),
        )

    def put_extra_time(self, paper_id: str, staff_no: str, minutes: int, reason: str) -> None:
        """Write how many minutes more a person has for a paper."""
        self.store.run(
            """INSERT INTO extra_time (paper_id, staff_no, minutes, reason)
               VALUES (:paper_id, :staff_no, :minutes, :reason)
               ON CONFLICT (paper_id, staff_no)
               DO UPDATE SET minutes = excluded.minutes, reason = excluded.reason""",
            paper_id=paper_id,
            staff_no=staff_no,
            minutes=minutes,
            reason=reason,
        )

    def extra_time(self, paper_id: str, staff_no: str) -> int:
        """Give how many minutes more a person has for a paper."""
        minutes = self.store.value(
            "SELECT minutes FROM extra_time WHERE paper_id = :paper_id AND staff_no = :staff_no",
            paper_id=paper_id,
            staff_no=staff_no,
        )
        return int(minutes or 0)

    def extra_times(self, paper_id: str) -> list[Row]:
        """Give staff_no, minutes and reason of everybody with more time for a paper."""
        return self.store.rows(
            """SELECT staff_no, minutes, reason FROM extra_time
               WHERE paper_id = :paper_id AND minutes > 0 ORDER BY staff_no""",
            paper_id=paper_id,
        )

    def put_mark(
        self, sitting_id: str, number: int, points: Decimal, *, remark: str, by: str, at: datetime
    ) -> None:
        """Write what a person gives for an answer; until the sitting is closed it can be written again."""
        self.store.run(
            """INSERT INTO essay_mark (sitting_id, number, points, remark, marked_by, marked_at)
               VALUES (:sitting_id, :number, :points, :remark, :by, :at)
               ON CONFLICT (sitting_id, number) DO UPDATE
               SET points = excluded.points, remark = excluded.remark, marked_by = excluded.marked_by,
                   marked_at = excluded.marked_at""",
            sitting_id=sitting_id,
            number=number,
            points=_hundredths(points),
            remark=remark,
            by=by,
            at=moment_text(at),
        )

    def marks_of(self, sitting_id: str) -> list[Row]:
        """Give number, points (hundredths), remark and marked_by of what people gave, by number."""
        return self.store.rows(
            """SELECT number, points, remark, marked_by FROM essay_mark
               WHERE sitting_id = :sitting_id ORDER BY number""",
            sitting_id=sitting_id,
        )

    def being_marked(self, paper_id: str | None = None) -> list[Sitting]:
        """Give the sittings that were handed in and are not closed, of one paper or of all."""
        condition = "handed_in_at IS NOT NULL AND submitted_at IS NULL"
        if paper_id is not None:
            condition += " AND paper_id = :paper_id"
        return self._sittings(
            f"WHERE {condition} ORDER BY paper_id, id",
            f"WHERE sitting_id IN (SELECT id FROM sitting WHERE {condition})",
            **({} if paper_id is None else {"paper_id": paper_id}),
        )

    def hand_in(self, sitting: Sitting) -> None:
        """Write that a sitting was handed in and waits for marks; from here on no answer changes."""
        assert sitting.handed_in_at is not None
        self.store.run(
            "UPDATE sitting SET handed_in_at = :handed_in_at, overdue = :overdue WHERE id = :id",
            id=sitting.id,
            handed_in_at=moment_text(sitting.handed_in_at),
            overdue=int(sitting.overdue),
        )

    def close_sitting(self, sitting: Sitting) -> None:
        """Write a submitted sitting's outcome; from here on it is sealed."""
        assert sitting.submitted_at is not None
        assert sitting.score is not None
        self.store.run(
            """UPDATE sitting SET handed_in_at = :submitted_at, submitted_at = :submitted_at,
                                  overdue = :overdue, score = :score, passed = :passed,
                                  rules_version = :rules_version
               WHERE id = :id""",
            id=sitting.id,
            submitted_at=moment_text(sitting.submitted_at),
            overdue=int(sitting.overdue),
            score=_hundredths(sitting.score),
            passed=int(bool(sitting.passed)),
            rules_version=sitting.rules_version,
        )

    def sitting(self, sitting_id: str) -> Sitting | None:
        """Give a sitting with its answers."""
        found = self._sittings("WHERE id = :id", "WHERE sitting_id = :id", id=sitting_id)
        return found[0] if found else None

    def bare_sitting(self, sitting_id: str) -> Sitting | None:
        """Give a sitting without its answers, where only its state matters."""
        rows = self.store.rows(_SITTING + "WHERE id = :id", id=sitting_id)
        return _sitting(rows[0], {}, frozenset(), {}, {}) if rows else None

    def sittings_of(self, paper_id: str) -> list[Sitting]:
        """Give every sitting of a paper with its answers, by section and 員工編號."""
        return self._sittings(
            "WHERE paper_id = :paper_id ORDER BY section, staff_no",
            "WHERE sitting_id IN (SELECT id FROM sitting WHERE paper_id = :paper_id)",
            paper_id=paper_id,
        )

    def all_submitted(self) -> list[Sitting]:
        """Give every submitted sitting with its answers."""
        return self._sittings(
            "WHERE submitted_at IS NOT NULL ORDER BY id",
            "WHERE sitting_id IN (SELECT id FROM sitting WHERE submitted_at IS NOT NULL)",
        )

    def submitted_by(self, staff_no: str) -> list[Sitting]:
        """Give a person's submitted sittings with their answers."""
        return self._sittings(
            "WHERE staff_no = :staff_no AND submitted_at IS NOT NULL ORDER BY submitted_at",
            """WHERE sitting_id IN (SELECT id FROM sitting
                                    WHERE staff_no = :staff_no AND submitted_at IS NOT NULL)""",
            staff_no=staff_no,
        )

    def overdue(self, moment: datetime) -> list[str]:
        """Give the open sittings whose deadline has passed at `moment`, by deadline."""
        rows = self.store.rows(
            """SELECT id FROM sitting
               WHERE submitted_at IS NULL AND handed_in_at IS NULL AND deadline <= :moment
               ORDER BY deadline, id""",
            moment=moment_text(moment),
        )
        return [row["id"] for row in rows]

    def who_submitted(self, paper_id: str) -> set[str]:
        """Give the 員工編號 of those who have handed in a paper, or another form of it."""
        rows = self.store.rows(
            """SELECT staff_no FROM sitting
               WHERE (paper_id = :paper_id OR paper_id IN (
                        SELECT other.paper_id FROM paper_form own
                        JOIN paper_form other ON other.family = own.family
                        WHERE own.paper_id = :paper_id))
                 AND (submitted_at IS NOT NULL OR handed_in_at IS NOT NULL)""",
            paper_id=paper_id,
        )
        return {row["staff_no"] for row in rows}

    def other_form_taken(self, paper_id: str, staff_no: str) -> str:
        """Give the title of another form of this paper that the person has begun; `""` for none."""
        title = self.store.value(
            """SELECT paper.title FROM paper_form own
               JOIN paper_form other ON other.family = own.family AND other.paper_id <> own.paper_id
               JOIN sitting ON sitting.paper_id = other.paper_id AND sitting.staff_no = :staff_no
               JOIN paper ON paper.id = other.paper_id
               WHERE own.paper_id = :paper_id""",
            paper_id=paper_id,
            staff_no=staff_no,
        )
        return str(title or "")

    def results(self, first: datetime, before: datetime) -> list[Result]:
        """Give what was submitted from `first` until just before `before`, by moment."""
        rows = self.store.rows(
            """SELECT sitting.id, sitting.paper_id, paper.title, sitting.staff_no, sitting.section,
                      sitting.submitted_at, sitting.rules_version, paper.rules,
                      coalesce(corrected_score.score, sitting.score) AS score,
                      coalesce(corrected_score.passed, sitting.passed) AS passed,
                      coalesce(correction.id, '') AS correction
               FROM sitting JOIN paper ON paper.id = sitting.paper_id
               LEFT JOIN corrected_score
                 ON corrected_score.sitting_id = sitting.id
                AND corrected_score.place = (SELECT max(place) FROM corrected_score AS later
                                             WHERE later.sitting_id = sitting.id)
               LEFT JOIN correction ON correction.place = corrected_score.place
               WHERE sitting.submitted_at >= :first AND sitting.submitted_at < :before
               ORDER BY sitting.submitted_at, sitting.id""",
            first=moment_text(first),
            before=moment_text(before),
        )
        known: dict[str, QuizRules] = {}
        results = []
        for row in rows:
            rules = known.get(row["rules"]) or QuizRules.model_validate_json(row["rules"])
            known[row["rules"]] = rules
            score = _points(row["score"])
            results.append(
                Result(
                    sitting_id=row["id"],
                    paper_id=row["paper_id"],
                    paper_title=row["title"],
                    staff_no=row["staff_no"],
                    section=row["section"],
                    submitted_at=moment_from(row["submitted_at"]),
                    score=score,
                    passed=bool(row["passed"]),
                    warned=rules.warned(score),
                    rules=row["rules_version"],
                    correction=row["correction"],
                )
            )
        return results

    def _sittings(self, condition: str, answers_condition: str, **values: Any) -> list[Sitting]:
        rows = self.store.rows(_SITTING + condition, **values)
        answers: dict[str, dict[int, Response]] = {}
        flags: dict[str, set[int]] = {}
        marks: dict[str, dict[int, Decimal]] = {}
        remarks: dict[str, dict[int, str]] = {}
        for row in self.store.rows(
            f"SELECT sitting_id, number, choice, flagged FROM answer {answers_condition}", **values
        ):
            if row["choice"]:
                answers.setdefault(row["sitting_id"], {})[row["number"]] = _response(row["choice"])
            if row["flagged"]:
                flags.setdefault(row["sitting_id"], set()).add(row["number"])
        for row in self.store.rows(
            f"SELECT sitting_id, number, points, remark FROM essay_mark {answers_condition}", **values
        ):
            marks.setdefault(row["sitting_id"], {})[row["number"]] = _points(row["points"])
            if row["remark"]:
                remarks.setdefault(row["sitting_id"], {})[row["number"]] = row["remark"]
        return [
            _sitting(
                row,
                answers.get(row["id"], {}),
                frozenset(flags.get(row["id"], ())),
                marks.get(row["id"], {}),
                remarks.get(row["id"], {}),
            )
            for row in rows
        ]


def _sitting(
    row: Row,
    answers: Mapping[int, Response],
    flags: frozenset[int],
    marks: Mapping[int, Decimal],
    remarks: Mapping[int, str],
) -> Sitting:
    return Sitting(
        id=row["id"],
        paper_id=row["paper_id"],
        staff_no=row["staff_no"],
        section=row["section"],
        started_at=moment_from(row["started_at"]),
        deadline=moment_from(row["deadline"]),
        entered_by=row["entered_by"],
        answers=answers,
        flags=flags,
        marks=marks,
        remarks=remarks,
        handed_in_at=moment_from(row["handed_in_at"]) if row["handed_in_at"] else None,
        submitted_at=moment_from(row["submitted_at"]) if row["submitted_at"] else None,
        overdue=bool(row["overdue"]),
        score=None if row["score"] is None else _points(row["score"]),
        passed=None if row["passed"] is None else bool(row["passed"]),
        rules_version=row["rules_version"],
    )


def _question(content: str) -> Question:
    try:
        return Question.model_validate_json(content)
    except ValidationError:
        raise _damaged(_("題目")) from None


def _damaged(what: str) -> StoreError:
    return StoreError(
        _("資料檔裡有{what}的內容損壞。").format(what=what),
        remedy=_("請由最近的備份還原：courtesy restore。"),
    )


def _response(text: str) -> Response:
    try:
        return read_back(text)
    except QuestionError:
        raise _damaged(_("答案")) from None


def _hundredths(points: Decimal) -> int:
    return int(points * _HUNDRED)


def _points(hundredths: int) -> Decimal:
    return Decimal(hundredths) / _HUNDRED
