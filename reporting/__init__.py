"""Publishing from the marts, and from them alone: the comparison, restatements, definitions, the release."""
