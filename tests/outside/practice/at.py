"""Run a program at another date: `python -m tests.outside.practice.at 2026-06-02T11:00+02:00 syncd once …`.

The clock goes on from there. Everything else about the program is as installed: its own entry point in its own process.
"""

import runpy
import sys
from datetime import datetime
from importlib.metadata import entry_points

import time_machine


def main() -> None:
    """The date, then `syncd` or a module, then its arguments."""
    moment, program, *arguments = sys.argv[1:]
    time_machine.travel(datetime.fromisoformat(moment)).start()
    sys.argv = [program, *arguments]
    if program == "syncd":
        (command,) = entry_points(group="console_scripts", name="syncd")
        command.load()()
    else:
        runpy.run_module(program, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
