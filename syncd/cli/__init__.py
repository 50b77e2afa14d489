"""The command line: one clear line for every error, no traceback; exit status 78 for settings that cannot be used."""

from syncd.cli import audits, passes, plans, remembered, setup, stores  # in the order of `syncd --help`
from syncd.cli.app import app, main

__all__ = ["app", "audits", "main", "passes", "plans", "remembered", "setup", "stores"]
