"""What a person does, once, for windows and command line."""
