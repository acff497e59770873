import type { JSX } from "preact";
import { useLocation } from "preact-iso";
import { useEffect, useRef } from "preact/hooks";

/** The pages of a part of the shop, beside each other. Where they do not fit, the one that one is on is in sight. */
export function Subtabs({ label, tabs }: { label: string; tabs: readonly (readonly [path: string, text: string])[] }): JSX.Element {
  const { path } = useLocation();
  const bar = useRef<HTMLElement>(null);
  // The narrowest that this page is within: `/account/keys` is within `/account`, too.
  const within = tabs.map(([to]) => to).filter((to) => path === to || path.startsWith(`${to}/`));
  const at = within.sort((one, other) => other.length - one.length)[0];
  useEffect(() => {
    const here = bar.current?.querySelector<HTMLElement>("[aria-current]");
    if (here && bar.current) bar.current.scrollLeft = here.offsetLeft - bar.current.offsetLeft - (bar.current.clientWidth - here.clientWidth) / 2;
  }, [at, tabs.length]);
  return (
    <nav class="subtabs" aria-label={label} ref={bar}>
      {tabs.map(([to, text]) => (
        <a key={to} href={to} aria-current={to !== at ? undefined : path === to ? "page" : "true"}>
          {text}
        </a>
      ))}
    </nav>
  );
}
