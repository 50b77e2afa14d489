"""What keeps make-ups out of free time: what stands and the caps it fills, rows, full weeks, rules of one session."""
