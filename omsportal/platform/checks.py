"""System checks: bad configuration says what to do before it hurts anybody."""
