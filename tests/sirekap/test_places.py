"""Codes of places: what one is, what lies in what, and that registration lets in only codes that nest."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sirekap.security.nesting import (
    NotNestingError,
    refuse_misplaced_region,
    refuse_misplaced_staff,
    refuse_misplaced_station,
)
from sirekap.security.roles import HELP_DESK, LADDER, LEVEL_OF, NATION, Role, below, level_of, within

LENGTHS = {"provinsi": 2, "kab_kota": 4, "kecamatan": 6, "kel_desa": 10, "tps": 13}
LEVELS = ("nasional", *LENGTHS)


def code_at(tps: str, level: str) -> str:
    """The code of a level above a TPS (or the TPS itself)."""
    if level == "nasional":
        return NATION
    plain = tps[: LENGTHS[level]]
    return f"{plain[:2]}.{plain[2:]}" if level == "kab_kota" else plain


tps_codes = st.text("0123456789", min_size=13, max_size=13)
levels = st.sampled_from(LEVELS)
anything = st.one_of(
    st.text(max_size=20),
    st.text("0123456789.", max_size=14),
    st.text("0123456789", max_size=14),
    tps_codes.flatmap(lambda tps: levels.map(lambda level: code_at(tps, level))),
)


@given(tps_codes, levels)
def test_every_level_has_a_shape_of_its_own(tps: str, level: str) -> None:
    assert level_of(code_at(tps, level)) == level


@given(anything)
@example("1708")
@example("17.0804")
@example("17\n")
@example("17.08\n")
@example("1708042001001\n")
@example("１７")
@example("²²")
@example("")
@example("00")
@example(".17")
@example("17.")
@example("1.7")
def test_what_has_a_level_is_written_in_the_one_way(code: str) -> None:
    level = level_of(code)
    if level is not None:
        plain = code.replace(".", "")
        assert plain.isascii() and plain.isdigit()
        assert code == (NATION if level == "nasional" else code_at(plain.ljust(13, "0"), level))


@given(tps_codes, levels, levels)
def test_a_place_lies_in_all_that_stands_above_it_and_in_nothing_below(
    tps: str, upper: str, lower: str
) -> None:
    inside = within(code_at(tps, upper), code_at(tps, lower))
    assert inside == (LEVELS.index(upper) <= LEVELS.index(lower))


@given(tps_codes, tps_codes, levels)
def test_two_places_of_a_level_never_lie_in_one_another(one: str, other: str, level: str) -> None:
    a, b = code_at(one, level), code_at(other, level)
    assert within(a, b) == (a == b)


@given(anything, anything, anything)
def test_lying_in_something_is_an_order(a: str, b: str, c: str) -> None:
    assert within(a, a) == (level_of(a) is not None)
    if within(a, b) and within(b, a):
        assert a == b
    if within(a, b) and within(b, c):
        assert within(a, c)


@given(anything, anything)
def test_what_is_no_code_lies_nowhere_and_holds_nothing(region: str, place: str) -> None:
    if level_of(region) is None or level_of(place) is None:
        assert not within(region, place)


@pytest.mark.parametrize(
    ("region", "place"),
    [
        ("17", "170"),
        ("17", "1"),
        ("17.08", "1708"),
        ("1708", "1708042001003"),
        ("17.08", "17.080"),
        ("17.08", "170904"),
        ("170804", "1708042"),
        ("1708042001", "17080420010031"),
        ("1708042001001", "1708042001002"),
        ("17", "17.0.8.0.4"),
        ("0", ""),
        ("0", "0.0"),
        ("", "17"),
        (".", "17"),
        ("0", "../17"),
    ],
)
def test_traps_of_prefixes(region: str, place: str) -> None:
    assert not within(region, place)


def test_a_region_given_with_and_without_dots_still_holds_its_tps() -> None:
    assert within("17.08", "1708042001003")
    assert within("17.08", "170804")
    assert within("17", "17.08")
    assert not within("17.08", "1709042001003")


@given(tps_codes, st.sampled_from(("provinsi", "kab_kota", "kecamatan", "kel_desa")), anything)
def test_a_region_is_registered_below_the_one_its_code_begins_with_and_no_other(
    tps: str, level: str, other: str
) -> None:
    above = LEVELS[LEVELS.index(level) - 1]
    right = None if above == "nasional" else code_at(tps, above)
    refuse_misplaced_region(code_at(tps, level), level, right)
    if other != right:
        with pytest.raises(NotNestingError, match=right or "no parent"):
            refuse_misplaced_region(code_at(tps, level), level, other)


@given(tps_codes, tps_codes)
def test_a_tps_is_registered_in_the_regions_its_code_begins_with(tps: str, other: str) -> None:
    refuse_misplaced_station(tps, tps[:6], tps[:10])
    for kecamatan, kel_desa in ((other[:6], tps[:10]), (tps[:6], other[:10])):
        if (kecamatan, kel_desa) != (tps[:6], tps[:10]):
            with pytest.raises(NotNestingError, match=f"TPS {tps}"):
                refuse_misplaced_station(tps, kecamatan, kel_desa)


@given(tps_codes, st.sampled_from(sorted(Role)), levels)
def test_staff_stand_at_the_level_of_their_role(tps: str, role: Role, level: str) -> None:
    if LEVEL_OF.get(role) == level:
        refuse_misplaced_staff("akun", role, code_at(tps, level))
    else:
        with pytest.raises(NotNestingError, match="staff akun"):
            refuse_misplaced_staff("akun", role, code_at(tps, level))


@given(st.sampled_from(sorted(Role)), st.sampled_from(sorted(Role)))
def test_the_help_desk_reaches_down_the_ladder_only(role: Role, other: Role) -> None:
    may = below(role, other)
    assert not (may and below(other, role))
    assert may == (
        other in HELP_DESK and role in LADDER and list(LADDER).index(role) < list(LADDER).index(other)
    )
