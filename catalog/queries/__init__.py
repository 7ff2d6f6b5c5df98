"""The readers of the catalog; `services` are its writers. Every read begins with `visible_to(account)`."""
