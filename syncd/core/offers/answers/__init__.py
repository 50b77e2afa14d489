"""What clients answered: whose it is and what it answers (verification), what it means for its offer (understood).

replies has all mails of a look in their meant order, partstat what calendars say; came_back is both and the
therapist's hand, in the order in which they count.
"""
