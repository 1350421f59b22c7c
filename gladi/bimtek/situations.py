"""What the exercise "send offline" asks: steps in their order, states of a page, situations of the day.

Everything here is general knowledge of the field (sources: KPU's guides and reports of 2024 as collected in
the trainer's guide); which of it a trainee gets, and in which order, is drawn.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Situation:
    """Something that happens, the one right thing to do, wrong ones, and why."""

    says: str
    right: str
    wrong: tuple[str, ...]
    why: str


STEPS = (
    "Selagi ada sinyal, buka aplikasi dan masuk sekali, supaya akun dan data TPS sudah tersimpan di HP",
    "Setelah penghitungan selesai, foto setiap halaman C.Hasil dari dalam aplikasi, walau tanpa sinyal",
    "Periksa angka yang terbaca pada setiap halaman; perbaiki yang salah baca, lalu simpan",
    "Pergi ke tempat yang ada sinyalnya, membawa HP yang sama dan pengisi daya",
    "Nyalakan data seluler, kirim, dan tunggu sampai semua halaman bercentang",
)
"""Of sending from a TPS without signal, in their order."""


@dataclass(frozen=True, slots=True)
class State:
    """How far a page has come, as the three icons show it (camera, cloud, tick)."""

    icons: tuple[bool, bool, bool]
    means: str
    do: str


STATES = (
    State((False, False, False), "belum difoto", "Foto halaman itu dari dalam aplikasi"),
    State(
        (True, False, False),
        "sudah difoto, masih tersimpan di HP, belum sampai di server",
        "Cari sinyal dan biarkan aplikasi mengirim; jangan hapus aplikasi",
    ),
    State(
        (True, True, False),
        "sudah difoto dan sampai di server, tetapi angkanya belum dipastikan",
        "Buka halaman itu, cocokkan angka yang terbaca dengan kertas, lalu pastikan atau perbaiki",
    ),
    State(
        (True, True, True),
        "selesai: terkirim dan angkanya sudah dipastikan",
        "Tidak ada; halaman itu selesai",
    ),
)

SITUATIONS = (
    Situation(
        "TPS Anda tidak mendapat sinyal sama sekali. Penghitungan sudah selesai pukul 16.30.",
        "Foto semua halaman di aplikasi secara luring, lalu pergi ke tempat bersinyal dan kirim dari sana",
        (
            "Tunggu sampai sinyal datang; C.Hasil tidak perlu difoto dulu",
            "Foto dengan kamera biasa dan kirim lewat pesan singkat ke teman yang punya sinyal",
        ),
        "Aplikasi menyimpan foto dan angka di HP. Mengirim boleh dari tempat lain; foto tidak dapat diulang "
        "setelah plano diserahkan ke PPS.",
    ),
    Situation(
        "Listrik padam di tengah penghitungan malam hari.",
        "Lanjutkan dengan lampu cadangan; saat memotret, terangi dari samping agar kertas tidak silau",
        (
            "Hentikan penghitungan sampai listrik menyala",
            "Foto dengan lampu kilat dari depan, dekat sekali dengan kertas",
        ),
        "Penghitungan diselesaikan tanpa putus. Cahaya dari depan memantul dan menutup angka atau penanda.",
    ),
    Situation(
        "Aplikasi berkata: server sedang sibuk, aplikasi akan mencoba kembali.",
        "Biarkan kiriman menunggu di aplikasi dan coba lagi nanti; jangan hapus aplikasi atau datanya",
        (
            "Hapus aplikasi dan pasang kembali supaya bersih",
            "Tekan tombol kirim terus-menerus sampai berhasil",
        ),
        "Foto yang belum terkirim hanya ada di HP Anda: memasang ulang menghapusnya. Menekan kirim "
        "terus-menerus menambah beban server dan tidak mempercepat.",
    ),
    Situation(
        "HP petugas Sirekap 1 mati dan tidak mau menyala. Halaman 2 dan 3 belum terkirim.",
        "Petugas Sirekap 2 melanjutkan dengan akunnya sendiri, di HP-nya sendiri",
        (
            "Petugas Sirekap 2 masuk dengan akun dan kata sandi Sirekap 1",
            "Tunggu sampai HP itu diperbaiki keesokan harinya",
        ),
        "Karena itulah ada dua petugas di setiap TPS. Akun terikat pada HP-nya masing-masing.",
    ),
    Situation(
        "PPS datang mengambil kotak dan plano. Dua halaman masih belum terkirim dari aplikasi.",
        "Pastikan semua halaman sudah difoto di aplikasi, buat foto cadangan tiap halaman, baru serahkan",
        (
            "Serahkan saja; halaman itu dapat difoto lain kali",
            "Tahan kotak dan plano di TPS sampai semua halaman terkirim",
        ),
        "Setelah plano diserahkan tidak ada lagi yang dapat difoto. Yang sudah difoto di aplikasi masih "
        "dapat dikirim dari mana saja.",
    ),
    Situation(
        "Sampai larut malam aplikasi tetap tidak dapat dipakai, juga dengan sinyal yang baik.",
        "Laporkan ke PPS dan serahkan foto cadangan semua halaman kepada PPS, yang meneruskannya ke PPK",
        (
            "Tidak perlu melapor; PPK akan tahu sendiri",
            "Unggah foto C.Hasil ke media sosial supaya ada buktinya",
        ),
        "Foto cadangan naik dari KPPS ke PPS lalu PPK, supaya TPS Anda tidak kosong saat rekapitulasi. "
        "Hasil resmi tetap rekapitulasi berjenjang di atas kertas.",
    ),
    Situation(
        "Teman menawarkan foto C.Hasil yang sudah ia ambil dengan kamera HP-nya, katanya lebih jernih.",
        "Foto kembali C.Hasil dari dalam aplikasi; foto dari galeri tidak dipakai",
        (
            "Pindahkan fotonya ke galeri lalu kirim lewat aplikasi",
            "Foto layar HP teman dari dalam aplikasi",
        ),
        "Foto harus diambil di dalam aplikasi dari kertas aslinya: aplikasi memeriksa penanda dan sudut saat "
        "memotret.",
    ),
    Situation(
        "Kertas menunjukkan 57, aplikasi membaca 857.",
        "Perbaiki bacaannya di aplikasi menjadi 57 dan tulis alasannya; kertas tidak disentuh",
        (
            "Ubah angka di kertas menjadi 857 supaya sama dengan aplikasi",
            "Biarkan; nanti server yang membetulkan",
        ),
        "Kertas yang ditandatangani adalah hasil. Yang salah bacaan mesin, maka bacaannya yang diperbaiki.",
    ),
    Situation(
        "Saat akan memotret, Anda melihat jumlah di kertas memang salah dijumlahkan.",
        "Beri tahu ketua KPPS: kertas dibetulkan dan diparaf menurut aturan, disaksikan saksi dan pengawas; "
        "baru difoto",
        (
            "Betulkan hanya di aplikasi supaya cepat",
            "Foto apa adanya; PPK yang akan membetulkan",
        ),
        "Angka di aplikasi harus sama dengan kertas. Salah tulis dibetulkan di kertas, di depan saksi.",
    ),
    Situation(
        "Saksi meminta salinan, sedangkan di TPS tidak ada internet.",
        "Berikan salinan kertas, dan PDF salinan dari aplikasi lewat Bluetooth bila tersedia",
        (
            "Katakan salinan baru ada bila sudah daring",
            "Pinjamkan HP Anda kepada saksi untuk difoto layarnya",
        ),
        "Saksi dan pengawas berhak atas salinan di TPS; membaginya tidak memerlukan internet.",
    ),
)
