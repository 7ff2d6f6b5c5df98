"""The writers of the catalog, by part. What they are given is described in `catalog.rules`, by the same parts."""
