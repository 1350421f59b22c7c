"""The tile map: every province once, nobody on another's place, neighbours where one looks for them."""

from reports.tiles import COLUMNS, ROWS, TILES
from scenarios.regions import province_names


def test_every_province_has_a_tile_of_its_own() -> None:
    assert set(TILES) == set(province_names())
    assert len(TILES) == 38
    assert len({(tile.column, tile.row) for tile in TILES.values()}) == 38
    assert len({tile.letters for tile in TILES.values()}) == 38


def test_the_islands_lie_as_on_a_map() -> None:
    def span(first: str) -> tuple[int, int]:
        columns = [tile.column for code, tile in TILES.items() if code[0] in first]
        return min(columns), max(columns)

    sumatra, kalimantan, sulawesi, papua = span("12"), span("6"), span("7"), span("9")
    assert sumatra[1] < kalimantan[0] <= kalimantan[1] < sulawesi[0] <= sulawesi[1] < papua[0]
    assert TILES["11"].row == 0, "Aceh is the north"
    java = [TILES[code].column for code in ("36", "31", "33", "35")]
    assert java == sorted(java), "from Banten to East Java"
    assert (COLUMNS, ROWS) == (13, 7)
