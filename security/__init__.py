"""`make security`: other people's attack tools against a running portal, and against a planted control."""
