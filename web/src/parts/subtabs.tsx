import type { JSX } from "preact";
import { useLocation } from "preact-iso";

/** The pages of a part of the shop, beside each other. */
export function Subtabs({ label, tabs }: { label: string; tabs: readonly (readonly [path: string, text: string])[] }): JSX.Element {
  const { path } = useLocation();
  return (
    <nav class="subtabs" aria-label={label}>
      {tabs.map(([to, text]) => (
        <a key={to} href={to} aria-current={path === to ? "page" : path.startsWith(`${to}/`) && to !== "/account" ? "true" : undefined}>
          {text}
        </a>
      ))}
    </nav>
  );
}
