"""Packs for training KPPS officials (Bimtek), in Indonesian; every sheet, photo and page says SIMULASI.

model       what a pack is: classes, trainees, exercises, questions; keys apart from them (`paket.json`)
wishes      what was asked for, checked             roster     places at the table, listed or counted
ground      the TPS of a scenario, dealt            album      photos sound and faulty, and who judges which
arithmetic  R1 to R13 in words and numbers          breaking   a sheet with one rule broken and no other
story       a count, told ballot by ballot          misreading how an app misreads a number
exercises/  questions together with their solutions
composing   from a place at the table to a trainee and a key
view, pages, sheets, darkroom, tables, workbook, guide      what is printed, shown and typed into
jobs, hands, packing    the pieces, who makes them, and the story from wishes to a finished folder
serving/    the practice site over the reference stack
"""
