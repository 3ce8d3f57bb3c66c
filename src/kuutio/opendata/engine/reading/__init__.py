"""Files of every format, turned to raw tables: one Parquet file of cells each, and the rows that couldn't be read."""
