"""The workshop: pictures without names, what they give away, and the reveal."""
