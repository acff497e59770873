import type { JSX, RefObject } from "preact";
import { useLocation } from "preact-iso";
import { useEffect, useRef } from "preact/hooks";

/** A page by its address, and what it is called in a menu. */
export type Tab = readonly [path: string, text: string];

/** The pages of a part of the shop, beside each other. Where they do not fit, the one that one is on is in sight. */
export function Subtabs({ label, tabs }: { label: string; tabs: readonly Tab[] }): JSX.Element {
  const { bar, current } = useCurrent<HTMLElement>(tabs);
  return (
    <nav class="subtabs" aria-label={label} ref={bar}>
      {tabs.map((tab) => (
        <TabLink key={tab[0]} tab={tab} current={current(tab[0])} />
      ))}
    </nav>
  );
}

export type Current = "page" | "true" | undefined;

export function TabLink({ tab: [path, text], current }: { tab: Tab; current: Current }): JSX.Element {
  return (
    <a href={path} aria-current={current}>
      {text}
    </a>
  );
}

/** Which of these pages one is on or within, and the bar that is scrolled so that it is in sight. */
export function useCurrent<E extends HTMLElement>(tabs: readonly Tab[]): { bar: RefObject<E | null>; current: (path: string) => Current } {
  const { path } = useLocation();
  const bar = useRef<E>(null);
  // The narrowest that this page is within: `/account/keys` is within `/account`, too.
  const within = tabs.map(([to]) => to).filter((to) => path === to || path.startsWith(`${to}/`));
  const at = within.sort((one, other) => other.length - one.length)[0];
  useEffect(() => {
    const here = bar.current?.querySelector<HTMLElement>("[aria-current]");
    if (here && bar.current) bar.current.scrollLeft = here.offsetLeft - bar.current.offsetLeft - (bar.current.clientWidth - here.clientWidth) / 2;
  }, [at, tabs.length]);
  return { bar, current: (to) => (to !== at ? undefined : path === to ? "page" : "true") };
}
