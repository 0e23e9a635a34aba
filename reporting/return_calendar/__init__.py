"""The calendar of returns: what each member owes, and by when, on the screen, as a page and for calendars."""
