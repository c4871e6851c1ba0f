"""The project folder and its GeoPackage."""
