"""What the pages of patients show, read at one go."""
