"""A German practice of three therapists, six weeks long: played with the installed command, written out to be read."""
