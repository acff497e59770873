"""Groups of customers: who is in which, for prices that are for some only."""
