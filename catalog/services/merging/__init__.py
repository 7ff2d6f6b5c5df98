"""Many rows of a source at once, merged into what is stored by SQL over whole sets.

An import stages what its files say (`staging`), has it compared (`comparing`), and has it written (`service`). No row
passes through the ORM: a source may have a million columns.
"""
