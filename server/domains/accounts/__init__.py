"""People and the devices they are signed in on."""
