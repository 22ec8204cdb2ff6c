"""SQL, one file a table; nothing here knows why a row is written."""
