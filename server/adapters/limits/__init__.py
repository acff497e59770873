"""Tries and short-lived tokens, kept in Valkey."""
