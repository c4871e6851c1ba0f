"""Sites: the list, the page of one site, adding a point, importing a ledger."""
