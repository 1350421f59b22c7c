"""What an attempt is worth, and why, in words a trainee understands.

look      what a photo looks like: which sheet, which way up, off a screen
faults    what is wrong with a photo: that, and what the stack's reader saw
rules     a broken rule of arithmetic in plain words
work      an attempt: sheet, photo, numbers, sums, sent once, confirmed, corrected
quiz      answers to questions
"""
