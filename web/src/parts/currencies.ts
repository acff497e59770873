/** What prices are in, the most usual ones. */
export const CURRENCIES = ["EUR", "USD", "GBP", "CHF", "CZK", "DKK", "HUF", "JPY", "NOK", "PLN", "RON", "SEK", "AUD", "CAD"] as const;
