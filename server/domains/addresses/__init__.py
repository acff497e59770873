"""Where things are sent."""
