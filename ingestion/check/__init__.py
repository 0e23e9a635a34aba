"""The rules over everything newly received: what they find, and what of it is kept."""
