"""The office server and its database."""
