"""The tiered recap (rekapitulasi berjenjang): PPK, KPU kab/kota, KPU provinsi, KPU RI.

A PPK compares every TPS's plano with what is stored and decides; a form is finalised once every TPS is
decided, and becomes a D.Hasil. Each level above adds up the D.Hasil of the level below and nothing else.
Rules without SQL and without HTTP; the tables are in `repositories/pleno.py`.
"""
