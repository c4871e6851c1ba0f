"""Photos: add, place by a track, assign to a site."""
