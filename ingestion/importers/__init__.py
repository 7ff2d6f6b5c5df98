"""What a family of files becomes: each importer stages the rows of its files and has them merged."""
