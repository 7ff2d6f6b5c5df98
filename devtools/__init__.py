"""What a developer's machine needs: the environment, the servers, and `dev.py up`. Standard library only."""
