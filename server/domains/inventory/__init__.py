"""Stock by location: warehouses, levels, movements, thresholds."""
