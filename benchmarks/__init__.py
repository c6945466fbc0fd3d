"""Speed against a baseline of the same run. `make bench`; NAME=escalation runs one; SCALE=small or full."""
