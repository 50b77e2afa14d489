"""Approval: `covered` (what a yes covers), `due` (when one is due, and why), `given` (who may say it), `by_reply` (by
mail), and `approvals` (the rows of a pass, asked for all that)."""
