"""From the tables that KPU's offices keep to a `Roll`: any column names, any of the ways codes are written.

Two readers (`splitting`) turn a file into the same columns: a quick one that accepts only what is plainly
whole, and a careful one that names what is not. All that comes after (`places`, `voters`, `checks`) works on
columns and exists once, so what is wrong does not depend on how the file was read. Nothing is imported by
halves: `tables.import_tables` gives a roll or every problem of every file.
"""
