"""The six exercises, in order of difficulty; each gives its questions and, apart from them, the solutions.

asking      questions with options in drawn order, and their solutions
materials   what one trainee has on the table: sheets, cases, photos
reading     1: numbers off a filled sheet          checking    4: find the rule that is broken
filling     2: a sheet from the story of a count   offline     5: sending without signal
photos      3: would you send this?                correcting  6: put right what the app misread
"""
