"""The demonstration's data: real open data as published, and made data that look like a city's own."""
