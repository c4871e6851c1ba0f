"""The office window: batches, conflicts, proposals, reviews, new points."""
