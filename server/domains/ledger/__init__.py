"""Where all money is: one double-entry ledger."""
