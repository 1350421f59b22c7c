"""Everything that can be refused, as one catalogue: code -> what a phone shows the official, in Indonesian.

An error answer is a problem document (RFC 9457, ``application/problem+json``):

    {"type": "/problems/too_large", "title": "Foto terlalu besar ...", "status": 413, "code": "too_large",
     "detail": "a photo may have at most 8000000 bytes"}

`title` is for people and always the same for a code, `detail` is for developers and names what was wrong.
"""

from typing import Any

from starlette.responses import JSONResponse, Response

MEDIA_TYPE = "application/problem+json"

TITLES = {
    # who are you
    "not_authenticated": "Anda belum masuk. Silakan masuk terlebih dahulu.",
    "session_unknown": "Sesi Anda sudah berakhir. Silakan masuk kembali.",
    "wrong_password": "Nama akun atau kata sandi salah.",
    "account_unknown": "Akun ini tidak terdaftar. Hubungi PPS atau PPK Anda.",
    "not_activated": "Akun ini belum diaktifkan. Buka tautan aktivasi Anda.",
    "wrong_activation_code": "Kode aktivasi salah. Periksa pesan aktivasi Anda.",
    "already_activated": "Akun ini sudah aktif. Masuk dengan kata sandi Anda.",
    "weak_password": "Kata sandi terlalu pendek.",
    "too_many_tries": "Terlalu banyak percobaan. Tunggu sebentar, lalu coba kembali.",
    "device_differs": "Akun ini terikat pada perangkat lain. Hubungi PPK untuk mengganti perangkat.",
    "not_initialised": "Perangkat ini belum diinisialisasi.",
    # may you
    "not_your_role": "Akun Anda tidak berwenang untuk tindakan ini.",
    "not_your_tps": "Akun Anda bukan untuk TPS ini.",
    "not_your_region": "Wilayah ini di luar kewenangan akun Anda.",
    "not_below_you": "Hanya akun di bawah tingkat Anda yang dapat diatur ulang.",
    "token_refused": "Tindakan ini hanya untuk petugas pusat.",
    # is there such a thing
    "no_such_endpoint": "Alamat tidak dikenal. Perbarui aplikasi Anda.",
    "tps_unknown": "TPS ini tidak terdaftar.",
    "region_unknown": "Wilayah ini tidak terdaftar.",
    "form_unknown": "Formulir ini tidak dikenal.",
    "page_unknown": "Formulir ini tidak memiliki halaman tersebut.",
    "photo_unknown": "Foto ini tidak ada.",
    # what came
    "broken_off": "Sambungan terputus. Kirim kembali.",
    "too_slow": "Kiriman terlalu lama. Kirim kembali saat sinyal lebih baik.",
    "too_large": "Kiriman terlalu besar.",
    "not_json": "Kiriman rusak. Kirim kembali.",
    "not_an_object": "Kiriman rusak. Kirim kembali.",
    "wrong_field": "Isian tidak benar. Periksa kembali.",
    "wrong_parameter": "Permintaan tidak benar.",
    "wrong_multipart": "Kiriman rusak. Kirim kembali.",
    "wrong_numbers": "Angka tidak benar. Periksa kembali isian Anda.",
    "wrong_key": "Kiriman tidak bernomor. Perbarui aplikasi Anda.",
    "wrong_digest": "Sidik foto tidak benar. Kirim kembali.",
    "wrong_time": "Waktu pengambilan foto tidak terbaca. Periksa jam ponsel Anda.",
    "impossible_value": "Kiriman memuat huruf yang tidak dapat disimpan.",
    "not_consistent": "Data pendaftaran tidak saling cocok.",
    "photo_not_jpeg": "Berkas ini bukan foto JPEG. Ambil foto kembali.",
    "photo_too_large": "Ukuran gambar foto terlalu besar. Ambil foto kembali.",
    "photo_incomplete": "Foto tidak utuh. Kirim kembali.",
    "digest_differs": "Foto berubah di perjalanan. Kirim kembali.",
    "wrong_protocol": "Aplikasi ini terlalu lama. Perbarui aplikasi Anda.",
    "wrong_content_type": "Kiriman rusak. Kirim kembali.",
    "wrong_length": "Ukuran foto tidak benar. Kirim kembali.",
    "wrong_metadata": "Keterangan foto tidak lengkap. Perbarui aplikasi Anda.",
    "wrong_checksum": "Kiriman rusak. Kirim kembali.",
    "checksum_differs": "Bagian foto berubah di perjalanan. Kirim bagian itu kembali.",
    # how it stands
    "upload_unknown": "Kiriman ini tidak ada. Mulai kembali.",
    "upload_expired": "Kiriman ini sudah terlalu lama. Mulai kembali.",
    "offset_differs": "Sebagian foto sudah sampai. Lanjutkan dari sana.",
    "too_many_uploads": "Terlalu banyak kiriman yang belum selesai. Selesaikan dahulu.",
    "page_exists": "Halaman ini sudah dikirim. Gunakan perbaikan untuk mengubah angka.",
    "pleno_final": "D.Hasil kecamatan sudah ditetapkan. Perubahan hanya melalui pleno.",
    "page_missing": "Halaman ini belum dikirim.",
    "pages_missing": "Masih ada halaman yang belum dikirim.",
    "key_reused": "Nomor kiriman sudah dipakai untuk kiriman lain.",
    "contended": "Halaman ini sedang diubah orang lain. Lihat dan coba kembali.",
    # the recap
    "not_your_level": "Pleno ini dipegang tingkat lain.",
    "d_hasil_unknown": "D.Hasil ini tidak ada.",
    "decision_misfit": "Keputusan tidak sesuai dengan data TPS ini. Periksa kembali.",
    "reason_needed": "Tuliskan alasan atau catatan kejadian khusus.",
    "pleno_not_open": "Rapat pleno belum dibuka.",
    "pleno_not_final": "D.Hasil formulir ini belum final.",
    "not_decided": "Masih ada TPS yang belum diputuskan.",
    "lower_not_final": "Masih ada wilayah di bawah yang belum final.",
    "not_addable": "D.Hasil wilayah di bawah tidak dapat dijumlahkan.",
    "changed_meanwhile": "Data TPS ini baru saja berubah. Bandingkan kembali.",
    # not now
    "overloaded": "Server sedang sibuk. Aplikasi akan mencoba kembali.",
    "not_published": "Hasil belum dihitung. Coba kembali sebentar lagi.",
    "database_away": "Server belum dapat menyimpan. Aplikasi akan mencoba kembali.",
    "store_unable": "Server belum dapat menyimpan foto. Aplikasi akan mencoba kembali.",
    "not_ready": "Server belum siap. Aplikasi akan mencoba kembali.",
    "stopping": "Server sedang dimulai ulang. Aplikasi akan mencoba kembali.",
    "internal": "Terjadi kesalahan di server. Sudah dicatat.",
}


def problem(
    status: int, code: str, detail: str, more: dict[str, Any] | None = None, retry_after_s: int | None = None
) -> Response:
    """The answer for one refusal; `more` stands beside the usual members."""
    content = {"type": f"/problems/{code}", "title": TITLES[code], "status": status, "code": code}
    headers = {} if retry_after_s is None else {"Retry-After": str(retry_after_s)}
    return JSONResponse({**content, "detail": detail, **(more or {})}, status, headers, MEDIA_TYPE)
