"""A practice from outside: files as people and other programs write them, the installed command, a real server.

Nothing here imports the product: what it reads comes from disk, what is judged is what stands in calendars,
mailboxes and on the screen afterwards.
"""
