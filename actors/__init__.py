"""Actors: the one owner of what many people fight over. They know no database, no socket, no clock."""
