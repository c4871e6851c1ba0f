"""The map: counties, tiles, site marks, and how fingers, mouse and keys move it."""
