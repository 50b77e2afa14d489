"""What a time gives a client: the wait that it shortens, how likely it is taken, how good it is besides."""
