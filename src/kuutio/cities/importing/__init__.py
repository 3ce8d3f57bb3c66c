"""Units, hours and services from the registers that cities keep already: read into values, then saved by one verb."""
