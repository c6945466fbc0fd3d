"""Live updates: the socket only says "changed", the page asks again. Losing all of it loses nothing."""
