"""Time: spans and minutes, and the hours of a week.

In: instants, local days, hours as people write them. Out: spans in UTC and the algebra on them.
Rooms: spans (half-open, and days in a zone), minutes (the same as integers, to be counted), hours (of the week).
"""
