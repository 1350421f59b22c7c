"""Many short rehearsals in a row: no false alarm in clean ones, every planted defect seen.

trial    one rehearsal, and what its verdict said
series   many trials beside one another, each in a process of its own, on record as they end
expected which checker must see which planted defect
table    the record summed up, for people
"""
