"""Packs for training KPPS officials (Bimtek), in Indonesian; every sheet, photo and page says SIMULASI.

model     what a pack is: classes, trainees, exercises, questions; keys apart from them (`paket.json`)
wishes    what was asked for, checked
roster    places at the table: own list or N trainees in K classes
"""
