"""What people look at: tables, JSON documents, reasons, and a picture of the weeks; values in, renderables out.

Initials and ids stand for clients unless `names=True`; the picture never shows names. Each is asked for in its own
module: `status` draws nothing and words nothing.
"""
