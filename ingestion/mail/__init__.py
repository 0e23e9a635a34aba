"""Mail: who gets which, what stands in it, and that each is delivered exactly once."""
