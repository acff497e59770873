/** An IBAN as people read it, in groups of four (ISO 13616). */
export const spaced = (iban: string): string => iban.replace(/(.{4})(?=.)/g, "$1 ");
