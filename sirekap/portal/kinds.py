"""Forms by the short names KPU's portals use in their addresses, and by the words people use."""

KINDS = {
    "ppwp": "ppwp",
    "pdpr": "dpr",
    "pdpd": "dpd",
    "pdprdp": "dprd-prov",
    "pdprdk": "dprd-kab",
    "pkwkp": "kwk-gubernur",  # seen in addresses of the Pilkada portal
    "pkwkk": "kwk-bupati",  # ours, by analogy
}
"""Kind in an address -> form."""

KIND_OF = {form: kind for kind, form in KINDS.items()}

NAMES = {
    "ppwp": "Presiden dan Wakil Presiden",
    "dpr": "DPR RI",
    "dpd": "DPD RI",
    "dprd-prov": "DPRD Provinsi",
    "dprd-kab": "DPRD Kabupaten/Kota",
    "kwk-gubernur": "Gubernur dan Wakil Gubernur",
    "kwk-bupati": "Bupati/Wali Kota dan Wakil",
}
"""Form -> what is elected."""
