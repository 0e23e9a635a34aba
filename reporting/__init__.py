"""Publishing from the marts, and from nothing else: the comparison, restatements, definitions, the release."""
