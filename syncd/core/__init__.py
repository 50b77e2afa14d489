"""The pure core: plain frozen values in and out; no clock, no I/O, no logging, no randomness."""
