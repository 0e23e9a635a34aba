"""Documents: pages set for print."""
