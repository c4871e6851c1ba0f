"""Reading, geotagging and keeping photos."""
