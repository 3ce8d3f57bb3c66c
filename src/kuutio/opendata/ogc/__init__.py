"""OGC API: Features Parts 1 to 3, Records and Tiles over the engine."""
