"""One write, one function: checks, changes, appends history, queues notices, rings, returns."""
