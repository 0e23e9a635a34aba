"""Charts as SVG: the geometry in Python, the drawing in a template."""
