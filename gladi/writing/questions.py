"""What `gladi new scenario` asks and says, in both languages."""

from gladi.writing.wish import Said

ASKED: dict[str, Said] = {
    "region": {"id": "Wilayah (kode atau nama)", "en": "Region (code or name)"},
    "which": {
        "id": "Yang mana? Nomor di kiri, atau nama lain",
        "en": "Which one? Its number, or another name",
    },
    "out": {"id": "{path} sudah ada. Nama berkas", "en": "{path} exists already. Name of the file"},
    "election": {"id": "Pemilihan", "en": "Election"},
    "forms": {"id": "Formulir, dipisah koma", "en": "Forms, separated by commas"},
    "network": {"id": "Jaringan", "en": "Network"},
    "power": {"id": "Listrik", "en": "Power"},
    "server": {"id": "Server", "en": "Server"},
    "compression": {
        "id": "Mampatan: berapa detik cerita dalam satu detik nyata",
        "en": "Compression: seconds of the story in one real second",
    },
    "sample": {
        "id": "TPS dalam gladi langsung dengan server sungguhan",
        "en": "TPS in a live run with a real server",
    },
    "story": {"id": "Cerita (Enter: yang ini)", "en": "Story (Enter: this one)"},
}

NO_REGION: Said = {
    "id": '  tidak ada; kode seperti "33.24", nama seperti "Kendal", provinsi seperti "33"',
    "en": '  there is none; a code is like "33.24", a name like "Kendal", a province like "33"',
}
OTHER_SCHEMA: Said = {
    "id": "scenario.schema.json di sana berbeda dan dibiarkan: gladi new schema scenario memperbaruinya",
    "en": "another scenario.schema.json is there and is left: gladi new schema scenario renews it",
}
NEXT: Said = {
    "id": "{tps} TPS, dalam gladi langsung {played}. Selanjutnya:\n"
    "  gladi simulate {path}     # server tiruan, dalam hitungan detik\n"
    "  gladi rehearse {path}     # server sungguhan, {minutes} menit dan persiapannya",
    "en": "{tps} TPS, {played} in a live run. Next:\n"
    "  gladi simulate {path}     # against the twin, in seconds\n"
    "  gladi rehearse {path}     # against a live stack, {minutes} minutes and preparation",
}
