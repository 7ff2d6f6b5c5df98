"""What a clock may say that is another host's, or was wrong (decision 0020)."""

from datetime import timedelta

CLOCKS = timedelta(minutes=2)  # how far the clocks of two hosts may be apart; beyond that one of them is wrong
