"""A demonstration office, and the year that it lives."""
