"""Services that cannot be installed, played on loopback and stricter than the real ones: for the demo and the tests."""
