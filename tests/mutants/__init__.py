"""Planted bugs: one line changed in the product, and the tests that have to notice. `make mutants` plants each."""
