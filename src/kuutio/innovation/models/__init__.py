"""Open innovation platforms: where firms and researchers try things with the cities: the tables."""
