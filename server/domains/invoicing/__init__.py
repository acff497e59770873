"""Papers of orders: invoices that count without gaps and never change, receipts, packing slips."""
