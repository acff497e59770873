"""The words that every domain uses. It knows no domain."""
