"""The wall clock of tests: a folder for the path of Python, see `sitecustomize`."""
