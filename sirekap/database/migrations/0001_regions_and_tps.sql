-- Regions and polling stations. A TPS carries the code of every level above it, so that a total is one indexed read.
CREATE TABLE region (
    code   text PRIMARY KEY,
    level  text NOT NULL CHECK (level IN ('provinsi', 'kab_kota', 'kecamatan', 'kel_desa')),
    name   text NOT NULL,
    parent text
);

CREATE TABLE tps (
    code      text PRIMARY KEY CHECK (code ~ '^[0-9]{13}$'),
    number    integer NOT NULL,
    provinsi  text,
    kab_kota  text,
    kecamatan text NOT NULL REFERENCES region,
    kel_desa  text NOT NULL REFERENCES region,
    dpt_l     integer NOT NULL CHECK (dpt_l >= 0),
    dpt_p     integer NOT NULL CHECK (dpt_p >= 0)
);
CREATE INDEX tps_of_provinsi ON tps (provinsi);
CREATE INDEX tps_of_kab_kota ON tps (kab_kota);
CREATE INDEX tps_of_kecamatan ON tps (kecamatan);
CREATE INDEX tps_of_kel_desa ON tps (kel_desa);
