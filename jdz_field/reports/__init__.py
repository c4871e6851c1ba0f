"""Cards, progress and ledgers as documents."""
