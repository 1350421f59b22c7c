-- Accounts above the TPS: PPS, PPK and the offices of KPU, each confined to one region. An operator's region is the
-- TPS itself. The nation is region "0".
ALTER TABLE account ALTER COLUMN tps DROP NOT NULL;
ALTER TABLE account ALTER COLUMN operator DROP NOT NULL;
ALTER TABLE account ADD COLUMN role text NOT NULL DEFAULT 'kpps'
    CHECK (role IN ('kpps', 'pps', 'ppk', 'kpu_kab', 'kpu_prov', 'kpu_ri'));
ALTER TABLE account ADD COLUMN region text;
UPDATE account SET region = tps;
ALTER TABLE account ALTER COLUMN region SET NOT NULL;
ALTER TABLE account ADD CHECK ((role = 'kpps') = (tps IS NOT NULL AND operator IS NOT NULL));
ALTER TABLE account ADD CHECK (role <> 'kpps' OR region = tps);
-- "device ini belum diinisialisasi": an operator fetches what the TPS votes for once before the first write
ALTER TABLE account ADD COLUMN initialised_at timestamptz;
CREATE INDEX account_of_region ON account (region);
