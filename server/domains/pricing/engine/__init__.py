"""The one pricing engine: pure functions of what is handed in. No database, no clock, no await."""
