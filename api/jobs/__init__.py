"""Jobs at any size: an engine that takes them from the database and runs them on Dask, here or on many machines."""
