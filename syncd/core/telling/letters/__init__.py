"""Letters to therapists, to colleagues who cover, and to the office: one room for each occasion."""
