"""The writers of the catalog, a module for each noun. What they are given is described in catalog.rules.batches."""
