"""Expected difficulty: what share of its points people will earn on a question, and how we come to say so.

What people did on a question is drawn towards the mean of its difficulty class by so many answers as the
prior is worth; that mean is drawn in the same way towards the office's prior. This is the mean of a beta
distribution after so many answers (beta-binomial shrinkage; Gelman et al., Bayesian Data Analysis, ch. 2;
the same form as Kelley's regressed score). The figures balance papers and warn; nobody is scored by them.
"""

from collections.abc import Iterable, Mapping
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from quiz_bank.blueprint import PaperItem
from quiz_bank.paper_rules import Facility, PaperRules
from quiz_bank.question import Question
from quiz_bank.rules import FULL_MARKS, to_hundredths

_FOUR_PLACES = Decimal("0.0001")


class Observed(BaseModel):
    """What people did on one question.

    Attributes:
        difficulty: the class in which the bank keeps it.
        n: how many sittings.
        earned: the sum of the shares that they earned, 0 to n.
    """

    model_config = ConfigDict(frozen=True, arbitrary_types_allowed=True)

    difficulty: Annotated[int, Field(ge=1, le=3)]
    n: Annotated[int, Field(ge=0)]
    earned: Fraction


class Expected(BaseModel):
    """What is expected of one question.

    Attributes:
        facility: 0 (nobody earns anything) to 1 (everybody earns all).
        n: the sittings that it rests on; 0: on the difficulty class alone.
    """

    model_config = ConfigDict(frozen=True)

    facility: Facility
    n: Annotated[int, Field(ge=0)] = 0


def expectations(
    questions: Iterable[Question], observed: Mapping[str, Observed], rules: PaperRules
) -> dict[str, Expected]:
    """Give what is expected of each question, by identifier.

    Args:
        questions: those to speak of.
        observed: what people did, by identifier; what rests on fewer than `observed_from` sittings is left
            out, of the question and of its class.
        rules: the priors.
    """
    enough = {name: one for name, one in observed.items() if one.n >= rules.observed_from}
    means = {difficulty: _class_mean(difficulty, enough.values(), rules) for difficulty in (1, 2, 3)}
    found = {}
    for question in questions:
        one = enough.get(question.id)
        earned, n = (one.earned, one.n) if one else (Fraction(0), 0)
        mean = _drawn(earned, n, means[question.difficulty], rules.prior_answers)
        found[question.id] = Expected(facility=_rounded(mean), n=n)
    return found


def expected_score(items: Iterable[PaperItem], expected: Mapping[str, Expected]) -> Decimal:
    """Give the mean score to be expected of a paper, 0.00 to 100.00, rounded half up."""
    total = sum((item.points * expected[item.question.id].facility for item in items), Decimal())
    return min(to_hundredths(total), FULL_MARKS)


def _class_mean(difficulty: int, observed: Iterable[Observed], rules: PaperRules) -> Fraction:
    of_class = [one for one in observed if one.difficulty == difficulty]
    prior = Fraction(rules.expected_facility[difficulty - 1])
    earned = sum((one.earned for one in of_class), Fraction(0))
    return _drawn(earned, sum(one.n for one in of_class), prior, rules.prior_answers)


def _drawn(earned: Fraction, n: int, towards: Fraction, weight: int) -> Fraction:
    return (earned + weight * towards) / (n + weight)


def _rounded(share: Fraction) -> Decimal:
    return (Decimal(share.numerator) / Decimal(share.denominator)).quantize(_FOUR_PLACES, ROUND_HALF_UP)
