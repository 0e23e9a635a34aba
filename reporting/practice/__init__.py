"""Good practice: what members have tried, as a page, found by the words of a question, and one by one."""
