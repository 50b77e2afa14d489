"""`make release`: everything that a version is handed out as, made and checked by one command.

checks.py says what speaks against it, pins.py reads the pinned requirements, building.py makes the files.
"""
