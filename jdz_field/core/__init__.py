"""Records, site kinds, code lists, errors, ids, clock and hashing; imports no other room."""
