"""Words that have to occur in texts."""
