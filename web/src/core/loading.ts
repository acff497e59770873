import { signal } from "@preact/signals";
import { useCallback, useEffect, useState } from "preact/hooks";
import { socket } from "./connection";
import { NoAnswer } from "./problem";

interface Page<T> {
  items: readonly T[];
  next: string | null;
}

/** A list as far as it was read. `at` is when its beginning was read. */
interface Pages<T> extends Page<T> {
  at: number;
}

// Lists that were read stay for going back to them, at the same place, without waiting; old ones are read anew.
const lists = new Map<string, Pages<unknown>>();
const KEPT = 30;
const FRESH = 30_000;

function keep(key: string, pages: Pages<unknown>): void {
  lists.delete(key);
  lists.set(key, pages);
  const [oldest] = lists.keys();
  if (lists.size > KEPT && oldest !== undefined) lists.delete(oldest);
}

// How often all was forgotten: lists that are shown are then read anew.
const forgotten = signal(0);

/** Forget every list: somebody else is here, or they changed. */
export function forgetLists(): void {
  lists.clear();
  forgotten.value++;
}

export interface Paged<T> {
  items: readonly T[] | undefined;
  hasMore: boolean;
  busy: boolean;
  error: unknown;
  more: () => void;
  again: () => void;
}

/** A list read page by page. `key` names it: another key is another list. */
export function usePages<T>(key: string, read: (cursor: string) => Promise<Page<T>>): Paged<T> {
  const [, render] = useState(0);
  const [state, setState] = useState<{ key: string; busy: boolean; error: unknown }>({ key, busy: false, error: undefined });
  const pages = lists.get(key) as Pages<T> | undefined;

  const load = useCallback(
    async (cursor: string) => {
      setState({ key, busy: true, error: undefined });
      try {
        const page = await read(cursor);
        const before = cursor ? (lists.get(key) as Pages<T> | undefined) : undefined;
        keep(key, { items: [...(before?.items ?? []), ...page.items], next: page.next, at: before?.at ?? performance.now() });
        setState({ key, busy: false, error: undefined });
      } catch (error) {
        setState({ key, busy: false, error });
      }
      render((count) => count + 1);
    },
    [key],
  );
  useEffect(() => {
    const known = lists.get(key);
    if (!known || performance.now() - known.at > FRESH) void load("");
  }, [key, forgotten.value]);

  const mine = state.key === key;
  useWhenBack(mine && state.error instanceof NoAnswer, () => void load(pages?.next ?? ""));
  return {
    items: pages?.items,
    hasMore: pages?.next != null,
    busy: mine && state.busy,
    error: mine ? state.error : undefined,
    more: () => pages?.next != null && void load(pages.next),
    again: () => void load(""),
  };
}

export interface Loaded<T> {
  value: T | undefined;
  error: unknown;
  again: () => void;
  /** Show what a command has just answered: it is newer than what was read. */
  put: (value: T) => void;
}

/**
 * Something read once for a `key`, and again with `again` or another key. Nothing is read for an empty key.
 *
 * What got no answer is read again when the line is back. Until then what was known stays: nobody loses what they type.
 */
export function useLoaded<T>(key: string, read: () => Promise<T>): Loaded<T> {
  const [state, setState] = useState<{ key: string; value?: T; error?: unknown; stale?: true }>({ key });
  const [round, setRound] = useState(0);
  useEffect(() => {
    if (!key) return;
    let wanted = true;
    read().then(
      (value) => wanted && setState({ key, value }),
      (error: unknown) => wanted && setState((before) => (error instanceof NoAnswer && before.key === key && before.value !== undefined ? { ...before, stale: true } : { key, error })),
    );
    return () => {
      wanted = false;
    };
  }, [key, round]);
  const mine = state.key === key ? state : undefined;
  const again = (): void => setRound((count) => count + 1);
  useWhenBack(mine !== undefined && (mine.stale || mine.error instanceof NoAnswer), again);
  const put = (value: T): void => {
    setState({ key, value });
    again(); // whatever is being read now may be older
  };
  return { value: mine?.value, error: mine?.error, again, put };
}

/** Do it when the line is back, while it is `needed`. */
export function useWhenBack(needed: boolean | undefined, work: () => void): void {
  useEffect(() => {
    if (!needed) return;
    socket.on("connected", work);
    return () => void socket.off("connected", work);
  }, [needed, work]);
}
