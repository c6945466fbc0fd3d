"""The workplace of staff: queue, case, acts, dashboard. Views translate; services decide."""
