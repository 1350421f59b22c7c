"""Joins the bytes of a photo: what never changes, and for each block with numbers what is there now.

Every block knows which sites may touch it and what each of their states means to it (most mean nothing).
Bytes of a block are made when a photo first asks for that combination and then kept: a photo costs one
walk over the blocks and a copy. Where two pieces come so near in one block that they may change the same
pixels, a whole sheet is photographed once with both on it, and the block is taken from there: so every
joined photo is, pixel for pixel, the photo that the camera would have taken.
"""

from collections.abc import Iterable, Iterator
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from fakeforms.compiled import kernel
from fakeforms.splice.blocks import END, Encoder, restart
from fakeforms.splice.pieces import Pieces
from fakeforms.splice.plates import SAMPLES, Plate, Stamp, blocks_of, stamps

_POOL_BYTES = 1 << 20


class Joiner:
    """All photos of one base page. Not for several threads at once."""

    def __init__(self, pieces: Pieces, plate: Plate, quality: int, most_bytes: int | None = None) -> None:
        """`quality` of the JPEG; less, where the base alone would have more than `most_bytes`."""
        self._pieces, self._plate = pieces, plate
        self._stamps = stamps(plate, pieces.placements)
        everything = slice(0, plate.rows), slice(0, plate.columns)
        self._empty = blocks_of(plate.empty, *everything).reshape(-1, SAMPLES)
        self._out = np.empty(0, np.uint8)
        self._blocks = sorted({block for piece in self._stamps for block in piece})
        self._meaning: list[list[list[tuple[int, ...]]]] = []  # block, site of the block, effect -> pieces
        self._survey()
        self.encoder = Encoder(quality)
        scans = [self.encoder.scan(block) for block in self._empty]
        while most_bytes and sum(map(len, scans)) + 2 * len(scans) > most_bytes and quality > 30:
            quality -= 4
            self.encoder = Encoder(quality)
            scans = [self.encoder.scan(block) for block in self._empty]
        self._lay_out(scans)
        self.exact_photos = 0
        """How many whole photos were taken because pieces came too near each other."""

    def join(self, head: bytes, states: NDArray[np.int64]) -> memoryview:
        """The photo with this head and the sites in these states; it lies there until the next one."""
        end, missing = self._walk(head, states)
        if missing:
            self.anticipate((states,))
            end, missing = self._walk(head, states)
        return self._out.data[:end]

    def anticipate(self, photos: Iterable[NDArray[np.int64]]) -> None:
        """Make the bytes of all blocks that photos with these states will need.

        What has to be photographed, since pieces come too near each other, goes on as few sheets as hold it.
        """
        near: dict[int, tuple[int, NDArray[np.int64]]] = {}
        for states in photos:
            for position in self._walk(b"", states)[1]:
                entry = self._entry_of(position, states)
                if entry in near:
                    continue
                stamped = self._stamped(self._blocks[position], self._touching(position, states))
                if stamped is None:
                    near[entry] = position, states
                else:
                    self._keep(entry, self.encoder.scan(stamped))
        while near:
            shown = np.zeros(len(self._pieces.sites), np.int64)
            taken = np.zeros(len(shown), dtype=bool)
            there = []
            for entry, (position, states) in near.items():
                own = self._site[self._first_site[position] : self._first_site[position + 1]]
                if np.all(~taken[own] | (shown[own] == states[own])):
                    shown[own], taken[own] = states[own], True
                    there.append(entry)
            exact = self._plate.develop(self._pieces.held(shown.tolist()))
            self.exact_photos += 1
            for entry in there:
                row, column = divmod(self._blocks[near.pop(entry)[0]], self._plate.columns)
                block = blocks_of(exact, slice(row, row + 1), slice(column, column + 1))[0, 0]
                self._keep(entry, self.encoder.scan(block))

    def _walk(self, head: bytes, states: NDArray[np.int64]) -> tuple[int, list[int]]:
        """Put the photo together; gives where it ends, and positions of blocks that have no bytes yet."""
        start = len(head)
        room = start + len(self._fixed) + len(self._blocks) * self._longest
        if len(self._out) < room:
            self._out = np.empty(room + room // 8, np.uint8)
        self._out[:start] = np.frombuffer(head, np.uint8)
        end, missing = _join(
            self._out, start, states, self._fixed, self._fixed_first, self._first_site, self._site,
            self._first_effect, self._effects, self._effect, self._first_entry, self._entry,
            self._scan_first, self._scan_length, self._pool, self._missing,
        )  # fmt: skip
        return end, self._missing[:missing].tolist()

    def _survey(self) -> None:
        """Which sites touch which block, and what their states come to there."""
        owner = {}
        held = []
        for number, site in enumerate(self._pieces.sites):
            own = sorted({p for state in site.pieces for p in state})
            place = {p: k for k, p in enumerate(own)}
            table = np.zeros((len(site.pieces), len(own)), dtype=bool)
            for state, pieces in enumerate(site.pieces):
                table[state, [place[p] for p in pieces]] = True
            held.append((own, table))
            owner.update({p: (number, k) for p, k in place.items()})
        touching: dict[int, dict[int, list[int]]] = {block: {} for block in self._blocks}
        for piece, touched in enumerate(self._stamps):
            site_number, place_in_site = owner[piece]
            for block in touched:
                touching[block].setdefault(site_number, []).append(place_in_site)
        first_site, sites, first_effect, effects, effect, first_entry = [0], [], [], [], [], [0]
        at = 0
        for block in self._blocks:
            meanings, entries = [], 1
            for site_number, places in touching[block].items():
                own, table = held[site_number]
                kinds, which = _kinds(table[:, places])
                meanings.append([tuple(own[places[k]] for k in np.flatnonzero(kind)) for kind in kinds])
                sites.append(site_number)
                first_effect.append(at)
                effects.append(len(kinds))
                effect.append(which)
                at += len(which)
                entries *= len(kinds)
            self._meaning.append(meanings)
            first_site.append(len(sites))
            first_entry.append(first_entry[-1] + entries)
        self._first_site, self._site = np.array(first_site), np.array(sites, np.int64)
        self._first_effect, self._effects = np.array(first_effect, np.int64), np.array(effects, np.int64)
        # small numbers: all of this is walked through for every photo and should stay in the cache
        self._effect = np.concatenate([*effect, np.zeros(0, np.int64)]).astype(np.int16)
        self._first_entry = np.array(first_entry)
        self._entry = np.full(first_entry[-1], -1, np.int32)

    def _lay_out(self, scans: list[bytes]) -> None:
        """The bytes between the blocks that change, and room for those that do."""
        last = len(scans) - 1
        fixed = []
        for before, after in pairwise([-1, *self._blocks, last + 1]):
            part = [restart(before)] if 0 <= before < last else []
            for block in range(before + 1, after):
                part.append(scans[block])
                if block < last:
                    part.append(restart(block))
            fixed.append(b"".join(part))
        fixed[-1] += END
        self._fixed = np.frombuffer(b"".join(fixed), np.uint8)
        self._fixed_first = np.cumsum([0, *(len(part) for part in fixed)])
        self._pool = np.empty(_POOL_BYTES, np.uint8)
        self._scan_first = np.zeros(1024, np.int64)
        self._scan_length = np.zeros(1024, np.int64)
        self._scans = self._pool_used = self._longest = 0
        self._missing = np.zeros(len(self._blocks) + 1, np.int64)

    def _touching(self, position: int, states: NDArray[np.int64]) -> Iterator[int]:
        first = self._first_site[position]
        for k, meaning in enumerate(self._meaning[position]):
            state = states[self._site[first + k]]
            yield from meaning[self._effect[self._first_effect[first + k] + state]]

    def _stamped(self, block: int, pieces: Iterator[int]) -> NDArray[np.uint8] | None:
        """The block with these pieces on it, or None where two may change the same sample."""
        out: NDArray[np.uint8] = self._empty[block].copy()
        taken = np.zeros(SAMPLES, dtype=bool)
        for piece in pieces:
            stamp: Stamp = self._stamps[piece][block]
            if taken[stamp.reach].any():
                return None
            taken[stamp.reach] = True
            out[stamp.changed] = stamp.values
        return out

    def _entry_of(self, position: int, states: NDArray[np.int64]) -> int:
        at = 0
        for d in range(self._first_site[position], self._first_site[position + 1]):
            at = at * int(self._effects[d]) + int(self._effect[self._first_effect[d] + states[self._site[d]]])
        return int(self._first_entry[position]) + at

    def _keep(self, entry: int, scan: bytes) -> None:
        end = self._pool_used + len(scan)
        if end > len(self._pool):
            self._pool = np.concatenate([self._pool, np.empty(max(len(self._pool), len(scan)), np.uint8)])
        if self._scans == len(self._scan_first):
            self._scan_first = np.concatenate([self._scan_first, np.zeros_like(self._scan_first)])
            self._scan_length = np.concatenate([self._scan_length, np.zeros_like(self._scan_length)])
        self._pool[self._pool_used : end] = np.frombuffer(scan, np.uint8)
        self._scan_first[self._scans], self._scan_length[self._scans] = self._pool_used, len(scan)
        self._entry[entry] = self._scans
        self._scans, self._pool_used = self._scans + 1, end
        self._longest = max(self._longest, len(scan))


def _kinds(table: NDArray[np.bool_]) -> tuple[NDArray[np.bool_], NDArray[np.int64]]:
    """The different rows of a table, and for each of its rows which of them it is."""
    packed = np.packbits(table, axis=1)
    numbers: dict[bytes, int] = {}
    which = [numbers.setdefault(row.tobytes(), len(numbers)) for row in packed]
    _, first = np.unique(which, return_index=True)
    return table[first], np.array(which, np.int64)


@kernel
def _copy(to: NDArray[np.uint8], source: NDArray[np.uint8]) -> None:
    """Copy all of `source`; a loop of unsigned steps, which becomes one move of memory."""
    for k in range(len(source)):
        to[np.uint64(k)] = source[np.uint64(k)]


@kernel
def _join(
    out: NDArray[np.uint8],
    at: int,
    states: NDArray[np.int64],
    fixed: NDArray[np.uint8],
    fixed_first: NDArray[np.int64],
    first_site: NDArray[np.int64],
    site: NDArray[np.int64],
    first_effect: NDArray[np.int64],
    effects: NDArray[np.int64],
    effect: NDArray[np.int16],
    first_entry: NDArray[np.int64],
    entry: NDArray[np.int32],
    scan_first: NDArray[np.int64],
    scan_length: NDArray[np.int64],
    pool: NDArray[np.uint8],
    missing: NDArray[np.int64],
) -> tuple[int, int]:
    """Copy a photo to `out` from `at`; gives where it ends and how many blocks had no bytes yet."""
    blocks = len(first_entry) - 1
    absent = 0
    for b in range(blocks + 1):
        start, length = fixed_first[b], fixed_first[b + 1] - fixed_first[b]
        if absent == 0:
            _copy(out[at : at + length], fixed[start : start + length])
        at += length
        if b == blocks:
            break
        place = 0
        for d in range(first_site[b], first_site[b + 1]):
            place = place * effects[d] + effect[first_effect[d] + states[site[d]]]
        scan = entry[first_entry[b] + place]
        if scan < 0:
            missing[absent] = b
            absent += 1
            continue
        start, length = scan_first[scan], scan_length[scan]
        if absent == 0:
            _copy(out[at : at + length], pool[start : start + length])
        at += length
    return at, absent
