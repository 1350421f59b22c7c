"""The photos of a pack: sound ones and some with a fault that is known, and who judges which of them.

One album for all trainees, because a photo has half a megabyte; each gets six of its own choice, and nobody
one that the neighbour has. `finger` is left out: whether a fingertip at the edge spoils a photo is a matter
of opinion, and a key must not be one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gladi.bimtek.ground import Ground
from gladi.bimtek.lots import lots, sample, shuffled

SOUND = ""
EACH, SOUND_OF_EACH = 6, 2
LEAST, MOST = 24, 72

VERDICTS: Mapping[str, str] = {
    SOUND: "Layak dikirim",
    "blurred": "Buram: angka tidak terbaca jelas",
    "too-dark": "Terlalu gelap",
    "cropped-corner": "Sudut lembar terpotong: penanda sudut tidak masuk gambar",
    "covered-tag": "Penanda di kanan atas tertutup atau silau",
    "wrong-page": "Bukan halaman yang diminta",
    "wrong-form": "Formulir pemilihan lain",
    "upside-down": "Terbalik atau miring",
    "photo-of-screen": "Foto layar, bukan foto kertasnya",
    "truncated-file": "Berkas terpotong: bagian bawah gambar hilang",
}
"""What a photo can be judged to be, by the name of the camera's fault."""

WHY: Mapping[str, str] = {
    SOUND: "Tegak, terang, tajam; keempat penanda sudut dan penanda kanan atas terlihat.",
    "blurred": "Mesin dan orang sama-sama tidak dapat memastikan angkanya; tahan HP diam lalu ulangi.",
    "too-dark": "Angka tenggelam dalam gelap; tambah cahaya dari samping lalu ulangi.",
    "cropped-corner": "Tanpa keempat penanda sudut letak kotak tidak ditemukan; mundur sedikit lalu ulangi.",
    "covered-tag": "Penanda memberi tahu formulir dan halaman; singkirkan yang menutupi atau pantulannya.",
    "wrong-page": "Baca nomor halaman di kanan atas lembar sebelum memotret.",
    "wrong-form": "Baca judul formulir di kanan atas lembar sebelum memotret.",
    "upside-down": "Putar HP sehingga tulisan tegak; foto miring sering tidak terbaca.",
    "photo-of-screen": "Foto harus dari kertas aslinya; layar memberi garis dan pantulan.",
    "truncated-file": "Berkas tidak utuh, misalnya karena memori penuh atau kiriman putus; ambil foto baru.",
}


@dataclass(frozen=True, slots=True)
class Picture:
    """One photo of the album. `page` is the page that was asked for."""

    name: str  # foto-07.jpg
    index: int  # of the TPS in the population
    page: int
    fault: str  # of the camera, SOUND for none
    scene: str | None


def album(ground: Ground, trainees: int, material: Sequence[int]) -> tuple[Picture, ...]:
    """The photos for so many trainees; numbers say nothing of what is wrong."""
    draws = lots(ground.seed, ground.form, "album")
    faults = [name for name in VERDICTS if name and (name != "wrong-form" or ground.other_form)]
    if len(ground.pages) < 2:
        faults.remove("wrong-page")
    size = max(LEAST, min(MOST, EACH * trainees))
    sound = size * SOUND_OF_EACH // EACH
    kinds = [SOUND] * sound + [faults[k % len(faults)] for k in range(size - sound)]
    return tuple(
        Picture(
            f"foto-{number:02d}.jpg", draws.pick(material), draws.pick(ground.pages), fault,
            draws.pick(("siang", "neon")),
        )
        for number, fault in enumerate(shuffled(draws, kinds), 1)
    )  # fmt: skip


def chosen(
    pictures: Sequence[Picture], seed: int, trainee: str, taken: Sequence[Picture]
) -> tuple[Picture, ...]:
    """Six for one trainee: two sound, four with different faults, none that the neighbour has (`taken`)."""
    draws = lots(seed, trainee, "photos")
    free = [one for one in pictures if one not in taken]
    sound = sample(draws, [one for one in free if not one.fault], SOUND_OF_EACH)
    by_fault: dict[str, list[Picture]] = {}
    for one in free:
        if one.fault:
            by_fault.setdefault(one.fault, []).append(one)
    faults = sample(draws, sorted(by_fault), EACH - SOUND_OF_EACH)
    return tuple(shuffled(draws, [*sound, *(draws.pick(by_fault[fault]) for fault in faults)]))
