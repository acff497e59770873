import type { ComponentChildren, JSX } from "preact";
import { permissions } from "../../core/permissions";
import { SignedInOnly, useTitle } from "../../parts/page";
import { Subtabs } from "../../parts/subtabs";

const TABS = [
  ["/account", "Profile"],
  ["/account/security", "Security"],
  ["/account/addresses", "Addresses"],
  ["/account/cards", "Cards"],
  ["/account/payments", "Payments"],
  ["/account/keys", "API keys"],
] as const;
const OPENED = ["/account/opened", "Opened to you"] as const;

/** A page about one's own account. */
export function AccountPage({ title, children }: { title: string; children: ComponentChildren }): JSX.Element {
  useTitle(title);
  return (
    <SignedInOnly>
      <section class="middle">
        <Subtabs label="Account" tabs={permissions.value?.opened.length ? [...TABS, OPENED] : TABS} />
        <h1>{title}</h1>
        {children}
      </section>
    </SignedInOnly>
  );
}
