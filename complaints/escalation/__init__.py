"""The engine: set-based SQL that moves due cases up, and the arithmetic of the tier clock.

State and due moments live in PostgreSQL. Everybody who rings (escalator, beat, a person's click) runs the
same statements; SKIP LOCKED and the unique history row per hop make a double impossible.
"""
