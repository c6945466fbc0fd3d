"""What patients type. Forms judge; they write nothing."""
