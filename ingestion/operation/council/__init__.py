"""Workers at councils: the gate that they come through, and what a worker does on the council's own machine."""
