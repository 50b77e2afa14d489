"""The worlds that diaries are played in: memory, servers that we mail beside, servers that schedule, Google."""
