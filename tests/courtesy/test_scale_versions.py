"""Publishing freezes a version: the same content is one, any change another, and old calls keep theirs."""

from datetime import datetime

import pytest

from bureau.office import Office
from bureau.roles import ADMINISTRATOR, Role
from courtesy.call import Outcome
from courtesy.desk import CallDesk
from courtesy.round import Draw
from courtesy.scale import ScaleError
from courtesy.scale_file import read
from tests.courtesy.samples import OFFICIAL, OFFICIAL_TEXT, TRAINER, full_marks
from tests.courtesy.test_scale_file import FAULTS, FILES

# The same code and the same lines, but fewer points for the fast answer.
SLOWER = read(
    OFFICIAL_TEXT.replace(
        'label = "五至六聲", points = "10", max_rings = 6',
        'label = "五至六聲", points = "7.5", max_rings = 6',
    )
)


def published(office: Office) -> int:
    return sum(entry.act == "scale.publish" for entry in office.journal())


def test_the_same_content_is_published_once_however_it_is_written(
    desk: CallDesk, office: Office, at: datetime
) -> None:
    before = published(office)
    first = desk.publish_scale(FILES / "small.toml", by=ADMINISTRATOR, at=at)
    again = desk.publish_scale(FILES / "rewritten.toml", by=ADMINISTRATOR, at=at)
    assert first.version == again.version
    assert published(office) == before + 1
    assert [scale.version for scale, _at in desk.scales()].count(first.version) == 1


def test_a_file_with_faults_publishes_nothing_and_leaves_no_entry(
    desk: CallDesk, office: Office, at: datetime
) -> None:
    before = published(office), desk.scales()
    with pytest.raises(ScaleError):
        desk.publish_scale(FAULTS, by=ADMINISTRATOR, at=at)
    assert (published(office), desk.scales()) == before


def test_a_changed_scale_is_a_new_version_beside_the_old_one(desk: CallDesk, at: datetime) -> None:
    desk.publish_scale(SLOWER, by=TRAINER, at=at)
    assert desk.scale("official").version == SLOWER.version
    assert desk.scale(OFFICIAL.version) == OFFICIAL


def test_a_sealed_call_is_computed_again_by_its_own_version_after_a_new_one_is_published(
    desk: CallDesk, drawn: list[Draw], at: datetime
) -> None:
    call = desk.open_call(drawn[0].round, drawn[0].staff_no, by=ADMINISTRATOR, at=at)
    desk.set_outcome(call.id, Outcome.REACHED, by=ADMINISTRATOR, at=at)
    desk.set_timing(call.id, 5, 15, by=ADMINISTRATOR, at=at)
    for line, step in full_marks(call.parts).items():
        if not line.endswith((".ring", ".operator")):
            desk.mark(call.id, line, step, by=ADMINISTRATOR, at=at)
    done = desk.seal(call.id, by=ADMINISTRATOR, at=at)
    desk.publish_scale(SLOWER, by=TRAINER, at=at)
    result = desk.result(desk.call(done.id))
    assert result is not None
    assert result.total == done.score
    assert desk.verify() == []


def test_only_who_may_publish_does(desk: CallDesk, at: datetime) -> None:
    staff = TRAINER.model_copy(update={"roles": frozenset({Role.STAFF, Role.TESTER})})
    with pytest.raises(Exception, match="訓練承辦人"):
        desk.publish_scale(SLOWER, by=staff, at=at)
