"""The composition root: the only package that imports connectors. Settings end here; each part gets its own."""
