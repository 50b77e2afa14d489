"""The plan as integers: from options to a Problem, and its solution without a solver."""
