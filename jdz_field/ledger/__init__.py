"""Tables as county offices keep them: reading, checking, writing."""
