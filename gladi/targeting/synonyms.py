"""What systems call the things gladi knows, in Indonesian and English; compared in lower case, letters only.

`MEANINGS` are properties and parameters, in the order in which they are looked for: the first that matches
wins. `KINDS` are words of paths, operation ids, summaries and tags.
"""

import re
from collections.abc import Mapping

MEANINGS: Mapping[str, tuple[str, ...]] = {
    "session": (
        "token", "accesstoken", "sessiontoken", "kuncisesi", "session", "sesi", "sessionid", "idsesi", "jwt",
        "xsesi", "xsession", "xtoken",
    ),
    "account": (
        "account", "akun", "username", "user", "userid", "namapengguna", "pengguna", "idpengguna", "login",
        "email", "nik", "accountid", "idakun", "operatorid",
    ),
    "password": ("password", "sandi", "katasandi", "passwd", "pass", "pin", "newpassword", "sandibaru"),
    "activation_code": (
        "activationcode", "kodeaktivasi", "aktivasi", "otp", "kodeotp", "verificationcode", "kodeverifikasi",
    ),
    "device": ("device", "perangkat", "deviceid", "idperangkat", "imei", "hp", "telepon", "xdevice"),
    "key": (
        "idempotencykey", "xidempotencykey", "kunci", "kuncikirim", "requestid", "xrequestid", "idpermintaan",
        "key", "clientref", "uuid",
    ),
    "receipt": ("receipt", "tandaterima", "resi", "receiptid", "bukti", "nomortandaterima"),
    "photo_sha256": (
        "xphotosha256", "sha256", "photosha256", "contentsha256", "sidik", "xsidik", "sidikfoto", "digest",
        "contentdigest", "checksum", "hash",
    ),
    "numbers": ("numbers", "angka", "votes", "suara", "counts", "hasil", "results", "perolehan", "values"),
    "photo": ("photo", "foto", "image", "gambar", "file", "berkas", "lampiran", "picture"),
    "agree": ("sesuai", "agree", "agreed", "setuju", "confirmed", "approved", "disetujui"),
    "csrf": ("csrf", "csrftoken", "xcsrftoken", "xxsrftoken", "xsrftoken", "csrfmiddlewaretoken"),
    "grant_type": ("granttype",),
    "client_id": ("clientid",),
    "client_secret": ("clientsecret",),
    "upload_url": (
        "uploadurl", "presignedurl", "signedurl", "puturl", "urlunggah", "unggahke", "urlupload", "url",
        "alamatunggah",
    ),
    "photo_url": ("photourl", "fotourl", "urlfoto", "imageurl", "urlgambar", "gambarurl"),
    "size": ("size", "ukuran", "filesize", "ukuranbyte", "sizebytes", "panjang", "uploadlength"),
    "content_type": ("contenttype", "mimetype", "mime", "tipekonten", "filetype"),
    "file_name": ("filename", "namaberkas", "namafile"),
    "success": ("success", "sukses", "berhasil", "issuccess", "ok"),
    "stored": ("tersimpan", "stored", "ada", "isstored", "sudahada"),
    "as_of": (
        "per", "asof", "updatedat", "diperbarui", "diperbaruipada", "timestamp", "generatedat", "ts",
        "lastupdated",
    ),
    "expected_tps": ("jumlahtps", "tpstotal", "totaltps", "expectedtps"),
    "counted_tps": ("tpsmasuk", "tpsin", "countedtps", "tpscounted", "tpsterhitung"),
    "last_part": ("totalpages", "lastpage", "jumlahhalaman", "totalhalaman", "pagecount"),
    "offset": ("offset", "skip"),
    "tus": ("tusresumable", "uploadmetadata", "uploadoffset"),
    "voters_male": ("dptl", "dptlakilaki", "votersmale"),
    "voters_female": ("dptp", "dptperempuan", "votersfemale"),
    "reason": ("reason", "alasan", "keterangan", "catatan", "note", "comment"),
    "revision": ("revision", "revisi", "version", "versi"),
    "current": ("current", "berlaku", "iscurrent", "latest", "terkini", "aktif"),
    "stored_at": ("storedat", "disimpan", "createdat", "dibuat", "disimpanpada", "waktusimpan", "uploadedat"),
    "cursor": (
        "after", "sesudah", "cursor", "next", "berikut", "nextcursor", "pagetoken", "nextpagetoken", "kursor",
        "setelah", "nexturl", "nextlink",
    ),
    "tps": ("tps", "kodetps", "tpscode", "idtps", "tpsid", "lokasi", "station", "stationid"),
    "form": ("form", "formulir", "jenisformulir", "formid", "jenispemilu"),
    "page": ("page", "halaman", "lembar", "nomorhalaman", "pagenumber", "hal"),
    "region": ("region", "wilayah", "regioncode", "kodewilayah", "kecamatan", "areacode", "area"),
    "village": ("keldesa", "kodekeldesa", "desa", "kelurahan", "kodedesa", "village"),
    "operator": ("operator", "operatorke", "petugas"),
    "number": ("number", "nomor", "nomortps", "no"),
    "refusal": ("code", "kesalahan", "error", "errorcode", "kodekesalahan", "message", "pesan", "title"),
}  # fmt: skip

_CODE: Mapping[str, str] = {"activate": "activation_code", "prepare": "activation_code", "region": "region"}
"""What a bare "code" or "kode" means; elsewhere that of a TPS."""

KINDS: Mapping[str, tuple[str, ...]] = {
    "prepare": ("register", "pendaftaran", "daftarkan", "import", "impor", "seed", "enroll", "registrasi"),
    "activate": ("activate", "activation", "aktivasi", "aktifkan"),
    "login": ("login", "signin", "masuk", "sesi", "session", "auth", "authenticate", "token"),
    "logout": ("logout", "signout", "keluar", "sesi", "session"),
    "tps": ("initialise", "initialize", "identitas", "identity", "lokasi", "tps", "station", "profil"),
    "submit_page": (
        "upload", "unggah", "send", "kirim", "submit", "foto", "photo", "image", "halaman", "lembar", "page",
        "pages", "form", "chasil",
    ),
    "numbers": ("angka", "numbers", "suara", "votes", "hasil", "results", "entri", "entry"),
    "confirm": ("confirm", "konfirmasi", "persetujuan", "setuju", "sesuai", "approve", "agree"),
    "correct": ("correct", "koreksi", "perbaiki", "perbaikan", "ralat", "correction", "revise", "amend"),
    "status": ("status", "state", "progress", "keadaan", "lembar", "pages", "kemajuan", "tersimpan"),
    "national": ("national", "nasional", "nation", "totals", "rekap", "rekapitulasi", "summary", "total"),
    "region": ("region", "wilayah", "kecamatan", "rekap", "rekapitulasi", "totals", "district", "daerah"),
    "tps_page": ("tps", "lokasi", "station", "hasil", "public", "publik"),
    "photo": ("photo", "photos", "foto", "image", "gambar", "picture"),
    "complete": ("complete", "finish", "selesai", "finalize", "finalise", "commit", "done", "tuntas"),
    "ready": ("ready", "readyz", "readiness", "siap"),
    "alive": ("alive", "live", "livez", "liveness", "healthz", "health", "sehat", "hidup", "ping"),
    "readback": ("audit", "export", "ekspor", "dump", "revisions", "revisi", "every", "semua", "all"),
}  # fmt: skip


def plain(name: str) -> str:
    """Lower case, letters and digits only: "Kode-Aktivasi" as "kodeaktivasi"."""
    return re.sub(r"[^a-z0-9]", "", name.lower())


def meaning(name: str, kind: str = "") -> str:
    """What a property or parameter of an operation of `kind` means; "" if gladi does not know."""
    bare = plain(name)
    if bare in {"code", "kode"}:
        return _CODE.get(kind, "tps")
    return next((what for what, names in MEANINGS.items() if bare in names), "")


def words(text: str) -> set[str]:
    """Words of a path, a camelCase name or a sentence."""
    apart = re.sub(r"([a-z0-9])([A-Z])", r"\1 \2", text)
    return {one for one in re.split(r"[^a-z0-9]+", apart.lower()) if one}
