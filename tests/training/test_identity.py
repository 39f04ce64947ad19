"""The numbers of persons: which are right, and that none is ever shown whole."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.identity import IdentityError, IdNumber, id_number, mask

CITIZENS = ["A123456789", "A100000001", "M115187864", "Z256783650"]
SINCE_110 = ["A800000014", "A900207177", "A823456783", "A923456785"]
BEFORE = ["AA00000009", "AB00207171", "AC03095424", "BD01300667", "CC00151114", "HD02717288", "TD00251124"]
RIGHT = [*CITIZENS, *SINCE_110, *BEFORE]
"""Numbers published as examples by the authorities and in the tests of independent programs."""


@pytest.mark.parametrize("text", RIGHT)
def test_published_numbers_are_right(text: str) -> None:
    assert id_number(text).plain == text


@pytest.mark.parametrize("text", ["A234567890", "A123456788", "F131104091", "AA00000000", "A800000013"])
def test_a_wrong_check_digit_is_found(text: str) -> None:
    with pytest.raises(IdentityError, match="檢查碼"):
        id_number(text)


@pytest.mark.parametrize(
    "text", ["", "A12345678", "A1234567890", "1123456789", "A323456789", "AE00000009", "王"]
)
def test_another_shape_is_no_number(text: str) -> None:
    with pytest.raises(IdentityError, match="格式"):
        id_number(text)


def test_width_case_and_spaces_make_no_difference() -> None:
    assert id_number(" ａ１２３４５６７８９ ") == IdNumber("A123456789")


@given(text=st.sampled_from(RIGHT), place=st.sampled_from([2, 6, 8, 9]), change=st.integers(1, 9))
def test_one_wrong_digit_is_found_where_its_weight_has_no_factor_in_common_with_ten(
    text: str, place: int, change: int
) -> None:
    wrong = text[:place] + str((int(text[place]) + change) % 10) + text[place + 1 :]
    with pytest.raises(IdentityError):
        id_number(wrong)


def test_a_number_is_shown_behind_a_mask_only() -> None:
    number = id_number("A123456789")
    assert f"{number} {number!r} {[number]}" == "A12*****89 IdNumber(A12*****89) [IdNumber(A12*****89)]"


@pytest.mark.parametrize("text", ["A123456788", "A12345678", "身分證 A123456789"])
def test_a_refusal_never_repeats_what_was_given(text: str) -> None:
    with pytest.raises(IdentityError) as refusal:
        id_number(text)
    assert text not in str(refusal.value)
    assert "3456" not in str(refusal.value)
    assert mask("A123") == "****"
