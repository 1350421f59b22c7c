"""Indonesia as tiles: one square a province, about where it lies, all of the same size.

On a true map Java, with more than half of the TPS, is a sliver. Columns count from Aceh eastwards, rows from
the north; the layout is ours (no authority publishes one) and keeps neighbours near, not distances true.
Codes are those of Kemendagri for the 38 provinces of 2024, letters those of ISO 3166-2:ID.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Tile:
    """Where a province stands, from 0, and its two letters."""

    column: int
    row: int
    letters: str


TILES: dict[str, Tile] = {
    "11": Tile(0, 0, "AC"),
    "12": Tile(1, 1, "SU"),
    "13": Tile(1, 2, "SB"),
    "14": Tile(2, 1, "RI"),
    "15": Tile(2, 2, "JA"),
    "16": Tile(2, 3, "SS"),
    "17": Tile(1, 3, "BE"),
    "18": Tile(2, 4, "LA"),
    "19": Tile(3, 2, "BB"),
    "21": Tile(3, 1, "KR"),
    "31": Tile(3, 5, "JK"),
    "32": Tile(3, 6, "JB"),
    "33": Tile(4, 5, "JT"),
    "34": Tile(4, 6, "YO"),
    "35": Tile(5, 5, "JI"),
    "36": Tile(2, 5, "BT"),
    "51": Tile(6, 6, "BA"),
    "52": Tile(7, 6, "NB"),
    "53": Tile(8, 6, "NT"),
    "61": Tile(4, 2, "KB"),
    "62": Tile(4, 3, "KT"),
    "63": Tile(5, 3, "KS"),
    "64": Tile(5, 2, "KI"),
    "65": Tile(5, 1, "KU"),
    "71": Tile(8, 1, "SA"),
    "72": Tile(7, 2, "ST"),
    "73": Tile(7, 4, "SN"),
    "74": Tile(8, 3, "SG"),
    "75": Tile(7, 1, "GO"),
    "76": Tile(7, 3, "SR"),
    "81": Tile(9, 4, "MA"),
    "82": Tile(9, 2, "MU"),
    "91": Tile(12, 2, "PA"),
    "92": Tile(11, 2, "PB"),
    "93": Tile(12, 4, "PS"),
    "94": Tile(11, 3, "PT"),
    "95": Tile(12, 3, "PE"),
    "96": Tile(10, 2, "PD"),
}
"""By code of the province."""

ABROAD = "99"
ABROAD_TILE = Tile(12, 6, "LN")
"""Voters abroad (luar negeri) are counted as a province of their own, and stand apart."""

COLUMNS = 1 + max(tile.column for tile in TILES.values())
ROWS = 1 + max(tile.row for tile in TILES.values())
