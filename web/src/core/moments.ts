const MINUTE = 60_000;

/** A moment as `datetime-local` fields hold it: in the reader's time zone, to the second. Nothing for none. */
export function toField(time: number | string | null): string {
  if (time === null) return "";
  const local = new Date(new Date(time).getTime() - new Date(time).getTimezoneOffset() * MINUTE);
  return local.toISOString().slice(0, 19);
}

/** What such a field holds as the shop takes it; null for none. */
export function toTime(typed: string): string | null {
  return typed ? new Date(typed).toISOString() : null;
}
