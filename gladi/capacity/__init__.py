"""`gladi capacity`: how much a system holds, by trials at rates that a search chooses.

What a trial says, where the knee is and what that means for the nation is `reports.capacity`, which knows
only the record; here is what offers the loads.
"""
