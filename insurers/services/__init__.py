"""What may be done with insurers' data; one function for one change."""
