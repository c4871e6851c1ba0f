"""Reference systems, geometry, county outlines, tracks and tiles."""
