"""The spot checks' tables: scales in all their versions, rounds, draws, calls and their marks."""

import json
from collections.abc import Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from pydantic import TypeAdapter
from sqlite_utils import Database, Migrations

from bureau.calendar import moment_from, moment_text
from bureau.database import Row, Store, StoreError, seal, seal_parts, statements
from bureau.journal import canonical
from bureau.language import _
from courtesy.asked import Asked, Use
from courtesy.call import Attempt, Call, Outcome
from courtesy.draw import Candidate, DrawRules
from courtesy.occasion import Occasion
from courtesy.round import Draw, Round, RoundState
from courtesy.scale import Scale

MIGRATIONS = Migrations("courtesy")

_HUNDRED = 100


@MIGRATIONS()
def m001_scales_rounds_calls(database: Database) -> None:
    """Make the tables of the spot checks."""
    script = """
    CREATE TABLE scale (
        place INTEGER PRIMARY KEY,
        version TEXT NOT NULL UNIQUE,
        code TEXT NOT NULL,
        title TEXT NOT NULL,
        content TEXT NOT NULL,
        published_at TEXT NOT NULL
    ) STRICT;
    CREATE TABLE round (
        place INTEGER PRIMARY KEY,
        id TEXT NOT NULL UNIQUE,
        period TEXT NOT NULL,
        first_day TEXT NOT NULL,
        last_day TEXT NOT NULL CHECK (last_day >= first_day),
        state TEXT NOT NULL CHECK (state IN ('committed', 'drawn', 'closed')),
        scale TEXT NOT NULL REFERENCES scale (version),
        commitment TEXT NOT NULL,
        salt TEXT NOT NULL,
        public_number TEXT NOT NULL,
        frame TEXT NOT NULL,
        rules TEXT NOT NULL,
        rules_version TEXT NOT NULL,
        created_at TEXT NOT NULL,
        drawn_at TEXT,
        closed_at TEXT
    ) STRICT;
    CREATE TABLE draw (
        round_id TEXT NOT NULL REFERENCES round (id),
        staff_no TEXT NOT NULL REFERENCES person (staff_no),
        place INTEGER NOT NULL CHECK (place >= 1),
        ticket TEXT NOT NULL,
        tester TEXT NOT NULL REFERENCES person (staff_no),
        day TEXT NOT NULL,
        half_hour TEXT NOT NULL,
        excluded TEXT NOT NULL,
        occasion TEXT NOT NULL DEFAULT 'drawn' CHECK (occasion IN ('drawn', 'confirming')),
        PRIMARY KEY (round_id, staff_no, occasion)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX draw_of_tester ON draw (tester, round_id);
    CREATE TABLE call (
        place INTEGER PRIMARY KEY,
        id TEXT NOT NULL UNIQUE,
        round_id TEXT NOT NULL REFERENCES round (id),
        person TEXT NOT NULL REFERENCES person (staff_no),
        section TEXT NOT NULL,
        extension TEXT NOT NULL,
        tester TEXT NOT NULL REFERENCES person (staff_no),
        answered_by TEXT NOT NULL,
        parts TEXT NOT NULL,
        scale TEXT NOT NULL REFERENCES scale (version),
        rules TEXT NOT NULL,
        opened_at TEXT NOT NULL,
        dialled_at TEXT,
        picked_up_at TEXT,
        outcome TEXT,
        rings INTEGER CHECK (rings BETWEEN 1 AND 99),
        seconds INTEGER CHECK (seconds BETWEEN 0 AND 600),
        hung_up_at TEXT,
        handling_seconds INTEGER CHECK (handling_seconds >= 0),
        keys INTEGER NOT NULL DEFAULT 0 CHECK (keys >= 0),
        remark TEXT NOT NULL,
        score INTEGER CHECK (score BETWEEN 0 AND 10000),
        band TEXT,
        critical INTEGER NOT NULL CHECK (critical IN (0, 1)),
        sealed_at TEXT,
        occasion TEXT NOT NULL DEFAULT 'drawn' CHECK (occasion IN ('drawn', 'confirming')),
        UNIQUE (round_id, person, occasion),
        CHECK ((score IS NULL) = (band IS NULL))
    ) STRICT;
    CREATE INDEX call_of_person ON call (person, sealed_at);
    CREATE INDEX call_of_section ON call (section, sealed_at, person, score, occasion);
    CREATE INDEX call_by_seal ON call (sealed_at);
    CREATE TABLE mark (
        call_id TEXT NOT NULL REFERENCES call (id),
        line TEXT NOT NULL,
        step TEXT NOT NULL,
        cause TEXT NOT NULL DEFAULT '',
        PRIMARY KEY (call_id, line)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE keystroke (
        call_id TEXT NOT NULL REFERENCES call (id),
        place INTEGER NOT NULL CHECK (place >= 1),
        before TEXT NOT NULL,
        at TEXT NOT NULL,
        words INTEGER NOT NULL CHECK (words IN (0, 1)),
        undone INTEGER NOT NULL CHECK (undone IN (0, 1)),
        PRIMARY KEY (call_id, place)
    ) STRICT, WITHOUT ROWID;
    """
    # Every unique key is named, and no rowid is hidden: a replacement by any other would slip through.
    script += seal("scale", sealed="1", key="version; place")
    script += seal("round", sealed="state = 'closed'", key="id; place")
    script += _seal_committed()
    script += seal("call", sealed="sealed_at IS NOT NULL", key="id; place; round_id, person, occasion")
    for table in ("mark", "keystroke"):
        script += seal_parts(table, "call_id", "call", "sealed_at IS NOT NULL")
    for statement in statements(script):
        database.execute(statement)


@MIGRATIONS()
def m002_rota(database: Database) -> None:
    """Make the table of the testers' days of duty."""
    script = """
    CREATE TABLE duty (
        staff_no TEXT NOT NULL REFERENCES person (staff_no),
        first_day TEXT NOT NULL,
        last_day TEXT NOT NULL CHECK (last_day >= first_day),
        PRIMARY KEY (staff_no, first_day)
    ) STRICT, WITHOUT ROWID;
    """
    for statement in statements(script):
        database.execute(statement)


@MIGRATIONS()
def m003_cockpit(database: Database) -> None:
    """Make the tables of what a call holds beside its marks: tries that reached nobody, and the question."""
    script = """
    CREATE TABLE attempt (
        call_id TEXT NOT NULL REFERENCES call (id),
        number INTEGER NOT NULL CHECK (number >= 1),
        at TEXT NOT NULL,
        outcome TEXT NOT NULL
            CHECK (outcome IN ('busy', 'no_answer', 'lost_in_menu', 'cut_off_in_transfer')),
        rings INTEGER CHECK (rings BETWEEN 1 AND 99),
        seconds INTEGER CHECK (seconds BETWEEN 0 AND 600),
        PRIMARY KEY (call_id, number)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE call_question (
        call_id TEXT PRIMARY KEY REFERENCES call (id),
        question_id TEXT NOT NULL,
        version TEXT NOT NULL,
        points TEXT NOT NULL,
        FOREIGN KEY (question_id, version) REFERENCES question_version (question_id, version)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX call_question_asked ON call_question (question_id);
    """
    for table in ("attempt", "call_question"):
        script += seal_parts(table, "call_id", "call", "sealed_at IS NOT NULL")
    for statement in statements(script):
        database.execute(statement)


@MIGRATIONS()
def m004_objections(database: Database) -> None:
    """Make the tables of objections and the rulings on them."""
    script = """
    CREATE TABLE objection (
        place INTEGER PRIMARY KEY,
        id TEXT NOT NULL UNIQUE,
        call_id TEXT NOT NULL REFERENCES call (id),
        person TEXT NOT NULL REFERENCES person (staff_no),
        filed_by TEXT NOT NULL,
        filed_at TEXT NOT NULL,
        tester TEXT NOT NULL,
        decided_at TEXT
    ) STRICT;
    CREATE UNIQUE INDEX objection_open ON objection (call_id) WHERE decided_at IS NULL;
    CREATE INDEX objection_call ON objection (call_id);
    CREATE INDEX objection_tester ON objection (tester, decided_at);
    CREATE TABLE objection_line (
        objection_id TEXT NOT NULL REFERENCES objection (id),
        line TEXT NOT NULL,
        place INTEGER NOT NULL CHECK (place >= 1),
        expected TEXT NOT NULL,
        reason TEXT NOT NULL CHECK (reason <> ''),
        rescored TEXT,
        note TEXT NOT NULL,
        PRIMARY KEY (objection_id, line)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE ruling (
        place INTEGER PRIMARY KEY,
        id TEXT NOT NULL UNIQUE,
        objection_id TEXT NOT NULL UNIQUE REFERENCES objection (id),
        call_id TEXT NOT NULL REFERENCES call (id),
        verdict TEXT NOT NULL CHECK (verdict IN ('upheld', 'changed')),
        score INTEGER NOT NULL CHECK (score BETWEEN 0 AND 10000),
        band TEXT NOT NULL,
        content TEXT NOT NULL,
        at TEXT NOT NULL
    ) STRICT;
    CREATE INDEX ruling_call ON ruling (call_id, place);
    """
    script += seal("objection", sealed="decided_at IS NOT NULL", key="id; place")
    script += _seal_filed()
    script += seal_parts("objection_line", "objection_id", "objection", "decided_at IS NOT NULL")
    script += seal("ruling", sealed="1", key="id; place; objection_id")
    for statement in statements(script):
        database.execute(statement)


@MIGRATIONS()
def m005_ratings(database: Database) -> None:
    """Make the tables of the exercises and of the ratings that are compared."""
    opened = "id, place, period, sheet, scale, parts, raters, opened_by, opened_at"
    closed = "EXISTS (SELECT 1 FROM exercise WHERE id = {row}.exercise_id AND closed_at IS NOT NULL)"
    script = """
    CREATE TABLE exercise (
        place INTEGER PRIMARY KEY,
        id TEXT NOT NULL UNIQUE,
        period TEXT NOT NULL,
        sheet TEXT NOT NULL,
        scale TEXT NOT NULL REFERENCES scale (version),
        parts TEXT NOT NULL,
        raters TEXT NOT NULL,
        opened_by TEXT NOT NULL,
        opened_at TEXT NOT NULL,
        closed_at TEXT CHECK (closed_at >= opened_at)
    ) STRICT;
    CREATE TABLE rating (
        place INTEGER PRIMARY KEY,
        id TEXT NOT NULL UNIQUE,
        exercise_id TEXT REFERENCES exercise (id),
        call_id TEXT UNIQUE REFERENCES call (id),
        rater TEXT NOT NULL REFERENCES person (staff_no),
        scale TEXT NOT NULL REFERENCES scale (version),
        parts TEXT NOT NULL,
        rules TEXT NOT NULL,
        marks TEXT NOT NULL,
        score INTEGER CHECK (score BETWEEN 0 AND 10000),
        critical INTEGER NOT NULL CHECK (critical IN (0, 1)),
        opened_at TEXT NOT NULL,
        sealed_at TEXT,
        UNIQUE (exercise_id, rater),
        CHECK ((exercise_id IS NULL) <> (call_id IS NULL)),
        CHECK ((sealed_at IS NULL) = (score IS NULL))
    ) STRICT;
    CREATE INDEX rating_of_rater ON rating (rater, sealed_at);
    """
    script += seal("exercise", sealed="closed_at IS NOT NULL", key="id; place")
    script += seal("rating", sealed="sealed_at IS NOT NULL", key="id; place; exercise_id, rater; call_id")
    # What testers are asked to judge stays as it was when the first of them began; after the end, when all
    # may see how the others judged, nobody judges any more.
    script += f"""
    CREATE TRIGGER exercise_opened_update BEFORE UPDATE OF {opened} ON exercise {_ABORT}
    CREATE TRIGGER exercise_opened_delete BEFORE DELETE ON exercise {_ABORT}
    CREATE TRIGGER exercise_opened_insert BEFORE INSERT ON exercise
        WHEN EXISTS (SELECT 1 FROM exercise WHERE id = NEW.id OR place = NEW.place) {_ABORT}
    CREATE TRIGGER rating_whose_update BEFORE UPDATE OF id, place, exercise_id, call_id, rater, scale, parts
        ON rating {_ABORT}
    CREATE TRIGGER rating_closed_update BEFORE UPDATE ON rating WHEN {closed.format(row="OLD")} {_ABORT}
    CREATE TRIGGER rating_closed_delete BEFORE DELETE ON rating WHEN {closed.format(row="OLD")} {_ABORT}
    CREATE TRIGGER rating_closed_insert BEFORE INSERT ON rating WHEN {closed.format(row="NEW")} {_ABORT}
    """
    for statement in statements(script):
        database.execute(statement)


@MIGRATIONS()
def m006_standing(database: Database) -> None:
    """Let the forms of one tester be found without reading everybody's."""
    database.execute("CREATE INDEX call_of_tester ON call (tester, sealed_at)")


_ABORT = "BEGIN SELECT RAISE(ABORT, 'sealed'); END;\n"


def _seal_committed() -> str:
    """Write the triggers that hold a round to its commitment, and the drawn to their tickets.

    Of a committed round only the public number is still open, once; of somebody drawn only who calls when,
    and why not after all, until the round is closed. A confirming call outlives its round: it is
    open until it is begun.
    """
    settled = "scale, commitment, salt, frame, rules, rules_version, created_at"
    committed = f"id, place, period, first_day, last_day, {settled}"
    closed = "EXISTS (SELECT 1 FROM round WHERE id = {row}.round_id AND state = 'closed')"
    return f"""
    CREATE TRIGGER round_committed_update BEFORE UPDATE OF {committed} ON round {_ABORT}
    CREATE TRIGGER round_committed_delete BEFORE DELETE ON round {_ABORT}
    CREATE TRIGGER round_committed_insert BEFORE INSERT ON round
        WHEN EXISTS (SELECT 1 FROM round WHERE id = NEW.id OR place = NEW.place) {_ABORT}
    CREATE TRIGGER round_drawn_update BEFORE UPDATE OF public_number, drawn_at ON round
        WHEN OLD.state <> 'committed' {_ABORT}
    CREATE TRIGGER round_state_update BEFORE UPDATE OF state ON round
        WHEN NOT (OLD.state = 'committed' AND NEW.state = 'drawn'
                  OR OLD.state = 'drawn' AND NEW.state = 'closed') {_ABORT}
    CREATE TRIGGER draw_ticket_update BEFORE UPDATE OF round_id, staff_no, place, ticket, occasion ON draw
        {_ABORT}
    CREATE TRIGGER draw_ticket_delete BEFORE DELETE ON draw {_ABORT}
    CREATE TRIGGER draw_ticket_insert BEFORE INSERT ON draw
        WHEN EXISTS (SELECT 1 FROM draw WHERE round_id = NEW.round_id AND staff_no = NEW.staff_no
                                          AND occasion = NEW.occasion) {_ABORT}
    CREATE TRIGGER draw_closed_update BEFORE UPDATE ON draw
        WHEN OLD.occasion = 'drawn' AND {closed.format(row="OLD")} {_ABORT}
    CREATE TRIGGER draw_closed_insert BEFORE INSERT ON draw
        WHEN NEW.occasion = 'drawn' AND {closed.format(row="NEW")} {_ABORT}
    CREATE TRIGGER draw_confirmed_update BEFORE UPDATE ON draw
        WHEN OLD.occasion = 'confirming'
             AND EXISTS (SELECT 1 FROM call WHERE round_id = OLD.round_id AND person = OLD.staff_no
                                              AND occasion = 'confirming') {_ABORT}
    """


def _seal_filed() -> str:
    """Write the triggers that keep what was filed: only who rescores, and how, is open until the ruling."""
    return f"""
    CREATE TRIGGER objection_filed_update BEFORE UPDATE OF place, id, call_id, person, filed_by, filed_at
        ON objection {_ABORT}
    CREATE TRIGGER objection_filed_delete BEFORE DELETE ON objection {_ABORT}
    CREATE TRIGGER objection_filed_insert BEFORE INSERT ON objection
        WHEN EXISTS (SELECT 1 FROM objection WHERE id = NEW.id OR place = NEW.place
                     OR call_id = NEW.call_id AND decided_at IS NULL) {_ABORT}
    CREATE TRIGGER objection_line_filed_update BEFORE UPDATE OF objection_id, line, place, expected, reason
        ON objection_line {_ABORT}
    CREATE TRIGGER objection_line_filed_delete BEFORE DELETE ON objection_line {_ABORT}
    CREATE TRIGGER objection_line_filed_insert BEFORE INSERT ON objection_line
        WHEN EXISTS (SELECT 1 FROM objection_line
                     WHERE objection_id = NEW.objection_id AND line = NEW.line) {_ABORT}
    """


class CourtesyStore:
    """Reads and writes the spot checks' tables."""

    def __init__(self, store: Store) -> None:
        self.store = store

    # Scales

    def add_scale(self, scale: Scale, at: datetime) -> None:
        """Add a version of a scale."""
        self.store.run(
            """INSERT INTO scale (version, code, title, content, published_at, place)
               SELECT :version, :code, :title, :content, :at, coalesce(max(place), 0) + 1 FROM scale""",
            version=scale.version,
            code=scale.code,
            title=scale.title,
            content=scale.content(),
            at=moment_text(at),
        )

    def scales(self) -> list[tuple[Scale, datetime]]:
        """Give every published version with its moment, oldest first."""
        rows = self.store.rows("SELECT version, content, published_at FROM scale ORDER BY place")
        return [(_scale(row), moment_from(row["published_at"])) for row in rows]

    def scale(self, name: str) -> Scale | None:
        """Give a version by its name, or the newest version of a code."""
        row = self.store.row(
            """SELECT version, content FROM scale WHERE version = :name OR code = :name
               ORDER BY CASE WHEN version = :name THEN 0 ELSE 1 END, place DESC LIMIT 1""",
            name=name,
        )
        return _scale(row) if row else None

    # Rounds

    def add_round(self, one: Round) -> None:
        """Add a round."""
        self.store.run(
            """INSERT INTO round (id, place, period, first_day, last_day, state, scale, commitment, salt,
                                  public_number, frame, rules, rules_version, created_at)
               SELECT :id, coalesce(max(place), 0) + 1, :period, :first, :last, :state, :scale,
                      :commitment, :salt, :public_number, :frame, :rules, :rules_version, :created_at
               FROM round""",
            id=one.id,
            period=one.period,
            first=one.first.isoformat(),
            last=one.last.isoformat(),
            state=one.state.value,
            scale=one.scale,
            commitment=one.commitment,
            salt=one.salt,
            public_number=one.public_number,
            frame=canonical([candidate.model_dump() for candidate in one.frame]),
            rules=canonical(one.rules.model_dump()),
            rules_version=one.rules_version,
            created_at=moment_text(one.created_at),
        )

    def set_drawn(self, round_id: str, public_number: str, at: datetime) -> None:
        """Write the public number into a round."""
        self.store.run(
            """UPDATE round SET state = 'drawn', public_number = :public_number, drawn_at = :at
               WHERE id = :id""",
            id=round_id,
            public_number=public_number,
            at=moment_text(at),
        )

    def scale_texts(self) -> list[tuple[str, str]]:
        """Give version and stored content of every published scale."""
        return [
            (row["version"], row["content"])
            for row in self.store.rows("SELECT version, content FROM scale ORDER BY place")
        ]

    def set_closed(self, round_id: str, at: datetime) -> None:
        """Close a round."""
        self.store.run(
            "UPDATE round SET state = 'closed', closed_at = :at WHERE id = :id",
            id=round_id,
            at=moment_text(at),
        )

    def rounds(self) -> list[Round]:
        """Give every round, the newest first."""
        return [_round(row) for row in self.store.rows("SELECT * FROM round ORDER BY place DESC")]

    def round(self, round_id: str) -> Round | None:
        """Give a round."""
        row = self.store.row("SELECT * FROM round WHERE id = :id", id=round_id)
        return _round(row) if row else None

    def times_drawn(self, first: date, last: date) -> dict[str, int]:
        """Count how often each person was drawn in rounds that begin in these days, the excluded apart."""
        rows = self.store.rows(
            """SELECT draw.staff_no, count(*) AS times FROM draw JOIN round ON round.id = draw.round_id
               WHERE round.first_day BETWEEN :first AND :last AND draw.excluded = ''
                 AND draw.occasion = 'drawn'
               GROUP BY draw.staff_no""",
            first=first.isoformat(),
            last=last.isoformat(),
        )
        return {row["staff_no"]: row["times"] for row in rows}

    def times_drawn_in(self, period: str) -> dict[str, int]:
        """Count how often each person was drawn in rounds of a period, the excluded apart."""
        rows = self.store.rows(
            """SELECT draw.staff_no, count(*) AS times FROM draw JOIN round ON round.id = draw.round_id
               WHERE round.period = :period AND draw.excluded = '' AND draw.occasion = 'drawn'
               GROUP BY draw.staff_no""",
            period=period,
        )
        return {row["staff_no"]: row["times"] for row in rows}

    # Draws

    def add_draws(self, draws: Sequence[Draw]) -> None:
        """Add drawn people."""
        self.store.run_many(
            """INSERT INTO draw (round_id, staff_no, place, ticket, tester, day, half_hour, excluded,
                                 occasion)
               VALUES (:round, :staff_no, :order, :ticket, :tester, :day, :window, :excluded, :occasion)""",
            [
                {
                    "round": one.round,
                    "staff_no": one.staff_no,
                    "order": one.order,
                    "ticket": one.ticket,
                    "tester": one.tester,
                    "day": one.day.isoformat(),
                    "window": one.window.isoformat("minutes"),
                    "excluded": one.excluded,
                    "occasion": one.occasion.value,
                }
                for one in draws
            ],
        )

    def set_excluded(
        self, round_id: str, staff_no: str, reason: str, occasion: Occasion = Occasion.DRAWN
    ) -> None:
        """Write why a drawn person cannot be called after all."""
        self.store.run(
            """UPDATE draw SET excluded = :reason
               WHERE round_id = :round AND staff_no = :staff_no AND occasion = :occasion""",
            round=round_id,
            staff_no=staff_no,
            reason=reason,
            occasion=occasion.value,
        )

    def set_assigned(self, draw: Draw) -> None:
        """Write who makes a call after all, and when."""
        self.store.run(
            """UPDATE draw SET tester = :tester, day = :day, half_hour = :window
               WHERE round_id = :round AND staff_no = :staff_no AND occasion = :occasion""",
            round=draw.round,
            staff_no=draw.staff_no,
            occasion=draw.occasion.value,
            tester=draw.tester,
            day=draw.day.isoformat(),
            window=draw.window.isoformat("minutes"),
        )

    def draws(self, round_id: str) -> list[Draw]:
        """Give a round's drawn people in the order of the draw, the excluded included."""
        rows = self.store.rows(
            """SELECT * FROM draw WHERE round_id = :round AND occasion = 'drawn' ORDER BY place, ticket""",
            round=round_id,
        )
        return [_draw(row) for row in rows]

    def confirming(self, round_id: str | None = None) -> list[Draw]:
        """Give the confirming calls of a round, or all, by day, the excluded included."""
        rows = self.store.rows(
            """SELECT * FROM draw WHERE occasion = 'confirming' AND (:round IS NULL OR round_id = :round)
               ORDER BY day, half_hour, round_id, staff_no""",
            round=round_id,
        )
        return [_draw(row) for row in rows]

    def drawn_one(self, round_id: str, staff_no: str, occasion: Occasion) -> Draw | None:
        """Give one person's place in a round."""
        row = self.store.row(
            """SELECT * FROM draw
               WHERE round_id = :round AND staff_no = :staff_no AND occasion = :occasion""",
            round=round_id,
            staff_no=staff_no,
            occasion=occasion.value,
        )
        return _draw(row) if row else None

    def unconfirmed(self, since: datetime, below: Decimal) -> list[Call]:
        """Give the drawn calls sealed since then, low or critical, for which no confirming call is queued."""
        return self._calls(
            """WHERE call.sealed_at >= :since AND call.occasion = 'drawn'
                 AND (call.score < :below OR call.critical = 1)
                 AND NOT EXISTS (SELECT 1 FROM draw WHERE draw.round_id = call.round_id
                                 AND draw.staff_no = call.person AND draw.occasion = 'confirming')
               ORDER BY call.place""",
            since=moment_text(since),
            below=int(below * _HUNDRED),
        )

    def waiting(self, tester: str | None) -> list[Draw]:
        """Give the draws whose call is not sealed, by day; of one tester or of all.

        Drawn calls are those of open rounds; a confirming call is still made when its round is closed.
        """
        rows = self.store.rows(
            """SELECT draw.* FROM draw JOIN round ON round.id = draw.round_id
               LEFT JOIN call ON call.round_id = draw.round_id AND call.person = draw.staff_no
                             AND call.occasion = draw.occasion
               WHERE (round.state = 'drawn' OR draw.occasion = 'confirming')
                 AND draw.excluded = '' AND call.sealed_at IS NULL
                 AND (:tester IS NULL OR draw.tester = :tester)
               ORDER BY draw.day, draw.half_hour, draw.place""",
            tester=tester,
        )
        return [_draw(row) for row in rows]

    def last_testers(self) -> dict[str, str]:
        """Give who called each person the last time."""
        rows = self.store.rows(
            """SELECT call.person, call.tester FROM call
               WHERE call.sealed_at IS NOT NULL AND call.place =
                   (SELECT max(later.place) FROM call AS later
                    WHERE later.person = call.person AND later.sealed_at IS NOT NULL)"""
        )
        return {row["person"]: row["tester"] for row in rows}

    # Calls

    def add_call(self, call: Call) -> None:
        """Add a draft."""
        self.store.run(
            """INSERT INTO call (id, place, round_id, person, section, extension, tester, answered_by, parts,
                                 scale, rules, opened_at, remark, critical, occasion)
               SELECT :id, coalesce(max(place), 0) + 1, :round, :person, :section, :extension, :tester,
                      '', :parts, :scale, '', :opened_at, '', 0, :occasion FROM call""",
            id=call.id,
            round=call.round,
            person=call.person,
            section=call.section,
            extension=call.extension,
            tester=call.tester,
            parts=canonical(list(call.parts)),
            scale=call.scale,
            opened_at=moment_text(call.opened_at),
            occasion=call.occasion.value,
        )
        self._put_question(None, call)

    def put_call(self, before: Call, after: Call) -> None:
        """Write what of a draft has changed, marks included."""
        for line in before.marks.keys() - after.marks.keys():
            self.store.run(
                "DELETE FROM mark WHERE call_id = :call AND line = :line", call=after.id, line=line
            )
        for line, step in after.marks.items():
            cause = after.causes.get(line, "")
            if (before.marks.get(line), before.causes.get(line, "")) != (step, cause):
                self.store.run(
                    """INSERT INTO mark (call_id, line, step, cause) VALUES (:call, :line, :step, :cause)
                       ON CONFLICT (call_id, line)
                       DO UPDATE SET step = excluded.step, cause = excluded.cause""",
                    call=after.id,
                    line=line,
                    step=step,
                    cause=cause,
                )
        self._put_attempts(before, after)
        self._put_question(before.question, after)
        self.store.run(
            """UPDATE call SET answered_by = :answered_by, dialled_at = :dialled_at,
                   picked_up_at = :picked_up_at, outcome = :outcome, rings = :rings, seconds = :seconds,
                   hung_up_at = :hung_up_at, handling_seconds = :handling_seconds, keys = :keys,
                   remark = :remark, rules = :rules, score = :score, band = :band, critical = :critical,
                   sealed_at = :sealed_at
               WHERE id = :id""",
            id=after.id,
            answered_by=after.answered_by,
            dialled_at=_text(after.dialled_at),
            picked_up_at=_text(after.picked_up_at),
            outcome=after.outcome.value if after.outcome else None,
            rings=after.rings,
            seconds=after.seconds,
            hung_up_at=_text(after.hung_up_at),
            handling_seconds=after.handling_seconds,
            keys=after.keys,
            remark=after.remark,
            rules=after.rules,
            score=int(after.score * _HUNDRED) if after.score is not None else None,
            band=after.band,
            critical=int(after.critical),
            sealed_at=_text(after.sealed_at),
        )

    def _put_attempts(self, before: Call, after: Call) -> None:
        if before.attempts == after.attempts:
            return
        self.store.run("DELETE FROM attempt WHERE call_id = :call", call=after.id)
        self.store.run_many(
            """INSERT INTO attempt (call_id, number, at, outcome, rings, seconds)
               VALUES (:call, :number, :at, :outcome, :rings, :seconds)""",
            [
                {
                    "call": after.id,
                    "number": number,
                    "at": moment_text(one.at),
                    "outcome": one.outcome.value,
                    "rings": one.rings,
                    "seconds": one.seconds,
                }
                for number, one in enumerate(after.attempts, 1)
            ],
        )

    def _put_question(self, before: Asked | None, after: Call) -> None:
        asked = after.question
        if before == asked:
            return
        if asked is None:
            self.store.run("DELETE FROM call_question WHERE call_id = :call", call=after.id)
            return
        self.store.run(
            """INSERT INTO call_question (call_id, question_id, version, points)
               VALUES (:call, :question, :version, :points)
               ON CONFLICT (call_id) DO UPDATE SET question_id = excluded.question_id,
                   version = excluded.version, points = excluded.points""",
            call=after.id,
            question=asked.question_id,
            version=asked.version,
            points=canonical(list(asked.points)),
        )

    def add_keystroke(self, call: Call, at: datetime, *, words: bool = False) -> None:
        """Remember a draft as it stood before a key, for undoing it.

        Args:
            call: the draft.
            at: the moment of the key.
            words: whether the key is a letter of words, which is not counted as work.
        """
        self.store.run(
            """INSERT INTO keystroke (call_id, place, before, at, words, undone)
               SELECT :call, coalesce(max(place), 0) + 1, :before, :at, :words, 0 FROM keystroke
               WHERE call_id = :call""",
            call=call.id,
            # A remark is typed, not chosen: undoing a choice must not take words away.
            before=call.model_dump_json(include=_UNDOABLE),
            at=moment_text(at),
            words=int(words),
        )

    def take_keystroke(self, call_id: str) -> dict[str, Any] | None:
        """Give what the draft was before its last key, and note that this key was undone."""
        row = self.store.row(
            """SELECT place, before FROM keystroke WHERE call_id = :call AND undone = 0
               ORDER BY place DESC LIMIT 1""",
            call=call_id,
        )
        if row is None:
            return None
        self.store.run(
            "UPDATE keystroke SET undone = 1 WHERE call_id = :call AND place = :place",
            call=call_id,
            place=row["place"],
        )
        before: dict[str, Any] = json.loads(row["before"])
        return before

    def keys_pressed(self, call_id: str) -> int:
        """Count the keys that chose something, each undoing once more; letters of words apart."""
        return int(
            self.store.value(
                """SELECT count(*) + coalesce(sum(undone), 0) FROM keystroke
                   WHERE call_id = :call AND words = 0""",
                call=call_id,
            )
            or 0
        )

    def keystrokes(self, call_id: str) -> int:
        """Count the keys that can be undone."""
        return int(
            self.store.value(
                "SELECT count(*) FROM keystroke WHERE call_id = :call AND undone = 0", call=call_id
            )
            or 0
        )

    def questions_used(self, round_id: str, since: datetime) -> dict[str, Use]:
        """Give the questions of this round's calls and of those opened from `since` on, with the last use."""
        rows = self.store.rows(
            """SELECT call_question.question_id, max(call.opened_at) AS at,
                      max(CASE WHEN call.round_id = :round THEN 1 ELSE 0 END) AS same_round
               FROM call_question JOIN call ON call.id = call_question.call_id
               WHERE call.round_id = :round OR call.opened_at >= :since
               GROUP BY call_question.question_id""",
            round=round_id,
            since=moment_text(since),
        )
        return {
            row["question_id"]: Use(at=moment_from(row["at"]), same_round=bool(row["same_round"]))
            for row in rows
        }

    def asked(self) -> list[Asked]:
        """Give the question of every sealed call that was reached, in the order of the calls."""
        rows = self.store.rows(
            """SELECT call_question.question_id, call_question.version, call_question.points
               FROM call_question JOIN call ON call.id = call_question.call_id
               WHERE call.sealed_at IS NOT NULL AND call.outcome = 'reached' ORDER BY call.place"""
        )
        return [
            Asked(question_id=row["question_id"], version=row["version"], points=json.loads(row["points"]))
            for row in rows
        ]

    def missed_questions(self, staff_no: str, day: date) -> list[tuple[str, datetime]]:
        """Give the question and moment of a person's sealed calls in which it was not wholly answered.

        Only of rounds that are over on `day`: before, nobody is told what was noted in a call.
        """
        rows = self.store.rows(
            """SELECT call_question.question_id, call_question.points, call.opened_at
               FROM call_question JOIN call ON call.id = call_question.call_id
               JOIN round ON round.id = call.round_id
               WHERE call.person = :staff_no AND call.sealed_at IS NOT NULL AND call.outcome = 'reached'
                 AND round.last_day < :day
               ORDER BY call.place""",
            staff_no=staff_no,
            day=day.isoformat(),
        )
        return [
            (row["question_id"], moment_from(row["opened_at"]))
            for row in rows
            if (points := json.loads(row["points"]))
            and any(point is not None for point in points)
            and not all(point is True for point in points)
        ]

    def efforts(self, tester: str | None) -> list[tuple[int | None, int]]:
        """Give handling seconds and keys of the sealed forms that were scored; of one tester or of all."""
        rows = self.store.rows(
            """SELECT handling_seconds, keys FROM call
               WHERE sealed_at IS NOT NULL AND outcome = 'reached' AND (:tester IS NULL OR tester = :tester)
               ORDER BY place""",
            tester=tester,
        )
        return [(row["handling_seconds"], row["keys"]) for row in rows]

    def call(self, call_id: str) -> Call | None:
        """Give a call."""
        return next(iter(self._calls("WHERE call.id = :id", id=call_id)), None)

    def call_of(self, round_id: str, staff_no: str, occasion: Occasion = Occasion.DRAWN) -> Call | None:
        """Give the call to a person in a round."""
        found = self._calls(
            "WHERE call.round_id = :round AND call.person = :person AND call.occasion = :occasion",
            round=round_id,
            person=staff_no,
            occasion=occasion.value,
        )
        return next(iter(found), None)

    def calls(self, round_id: str | None) -> list[Call]:
        """Give the calls of a round, or all, oldest first."""
        return self._calls(
            "WHERE (:round IS NULL OR call.round_id = :round) ORDER BY call.place", round=round_id
        )

    def calls_of(self, staff_no: str) -> list[Call]:
        """Give a person's sealed calls, oldest first."""
        return self._calls(
            "WHERE call.person = :person AND call.sealed_at IS NOT NULL ORDER BY call.place",
            person=staff_no,
        )

    def sealed(self, since: datetime, before: datetime) -> list[Call]:
        """Give the calls sealed from `since` until before `before`, in the order of sealing."""
        return self._calls(
            "WHERE call.sealed_at >= :since AND call.sealed_at < :before ORDER BY call.sealed_at, call.place",
            since=moment_text(since),
            before=moment_text(before),
        )

    def counts(self) -> dict[str, dict[str, int]]:
        """Count by round: drawn, begun, reached and sealed."""
        rows = self.store.rows(
            """SELECT draw.round_id, count(*) AS drawn, count(call.id) AS begun,
                      sum(CASE WHEN call.sealed_at IS NOT NULL THEN 1 ELSE 0 END) AS sealed,
                      sum(CASE WHEN call.sealed_at IS NOT NULL AND call.outcome = 'reached'
                               THEN 1 ELSE 0 END) AS reached
               FROM draw LEFT JOIN call ON call.round_id = draw.round_id AND call.person = draw.staff_no
                                       AND call.occasion = 'drawn'
               WHERE draw.occasion = 'drawn' AND draw.excluded = '' GROUP BY draw.round_id"""
        )
        return {row.pop("round_id"): row for row in rows}

    def _calls(self, condition: str, **values: Any) -> list[Call]:
        rows = self.store.rows(
            """SELECT call.*, (SELECT json_group_object(mark.line, mark.step) FROM mark
                               WHERE mark.call_id = call.id) AS marks,
                      (SELECT json_group_object(mark.line, mark.cause) FROM mark
                       WHERE mark.call_id = call.id AND mark.cause <> '') AS causes,
                      (SELECT json_group_array(json_array(attempt.number, attempt.at, attempt.outcome,
                                                          attempt.rings, attempt.seconds))
                       FROM attempt WHERE attempt.call_id = call.id) AS attempts,
                      (SELECT json_array(call_question.question_id, call_question.version,
                                         json(call_question.points))
                       FROM call_question WHERE call_question.call_id = call.id) AS question
               FROM call """
            + condition,
            **values,
        )
        return [_call(row) for row in rows]


def _text(moment: datetime | None) -> str | None:
    return moment_text(moment) if moment else None


def _moment(text: str | None) -> datetime | None:
    return moment_from(text) if text else None


_UNDOABLE = {
    "answered_by",
    "attempts",
    "causes",
    "dialled_at",
    "hung_up_at",
    "marks",
    "outcome",
    "picked_up_at",
    "question",
    "rings",
    "seconds",
}
"""What a key may change in a draft."""

_FRAME = TypeAdapter(tuple[Candidate, ...])
"""Reads a frame of thousands in one go."""

_UNREADABLE = (ValueError, TypeError)
"""What pydantic, json and the dates raise where a stored text is not what was once written."""


def _damaged(what: str) -> StoreError:
    return StoreError(
        _("資料檔裡有{what}的內容損壞。").format(what=what),
        remedy=_("請由最近的備份還原：courtesy restore。"),
    )


def _scale(row: Row) -> Scale:
    try:
        return Scale.model_validate_json(row["content"])
    except _UNREADABLE as error:
        raise _damaged(_("量表 {version}").format(version=row["version"])) from error


def _round(row: Row) -> Round:
    try:
        return Round(
            id=row["id"],
            period=row["period"],
            first=date.fromisoformat(row["first_day"]),
            last=date.fromisoformat(row["last_day"]),
            state=RoundState(row["state"]),
            scale=row["scale"],
            commitment=row["commitment"],
            salt=row["salt"],
            public_number=row["public_number"],
            frame=_FRAME.validate_json(row["frame"]),
            rules=DrawRules.model_validate_json(row["rules"]),
            rules_version=row["rules_version"],
            created_at=moment_from(row["created_at"]),
            drawn_at=_moment(row["drawn_at"]),
            closed_at=_moment(row["closed_at"]),
        )
    except _UNREADABLE as error:
        raise _damaged(_("回合 {id}").format(id=row["id"])) from error


def _draw(row: Row) -> Draw:
    try:
        return Draw(
            round=row["round_id"],
            order=row["place"],
            staff_no=row["staff_no"],
            ticket=row["ticket"],
            tester=row["tester"],
            day=date.fromisoformat(row["day"]),
            window=time.fromisoformat(row["half_hour"]),
            excluded=row["excluded"],
            occasion=Occasion(row["occasion"]),
        )
    except _UNREADABLE as error:
        raise _damaged(_("回合 {id} 的名單").format(id=row["round_id"])) from error


def _asked(text: str | None) -> Asked | None:
    if text is None:
        return None
    question_id, version, points = json.loads(text)
    return Asked(question_id=question_id, version=version, points=points)


def _call(row: Row) -> Call:
    try:
        return Call(
            id=row["id"],
            round=row["round_id"],
            person=row["person"],
            section=row["section"],
            extension=row["extension"],
            tester=row["tester"],
            answered_by=row["answered_by"],
            parts=tuple(json.loads(row["parts"])),
            scale=row["scale"],
            rules=row["rules"],
            opened_at=moment_from(row["opened_at"]),
            dialled_at=_moment(row["dialled_at"]),
            picked_up_at=_moment(row["picked_up_at"]),
            outcome=Outcome(row["outcome"]) if row["outcome"] else None,
            rings=row["rings"],
            seconds=row["seconds"],
            marks=json.loads(row["marks"]),
            attempts=tuple(
                Attempt(at=moment_from(at), outcome=outcome, rings=rings, seconds=seconds)
                for _number, at, outcome, rings, seconds in sorted(json.loads(row["attempts"]))
            ),
            causes=json.loads(row["causes"]),
            question=_asked(row["question"]),
            hung_up_at=_moment(row["hung_up_at"]),
            handling_seconds=row["handling_seconds"],
            keys=row["keys"],
            remark=row["remark"],
            score=Decimal(row["score"]).scaleb(-2) if row["score"] is not None else None,
            band=row["band"],
            critical=bool(row["critical"]),
            sealed_at=_moment(row["sealed_at"]),
            occasion=Occasion(row["occasion"]),
        )
    except _UNREADABLE as error:
        raise _damaged(_("通話紀錄 {id}").format(id=row["id"])) from error
