import type { ComponentChildren, JSX } from "preact";
import { SignedInOnly, useTitle } from "../../parts/page";
import { rooms } from "../../parts/rooms";
import { Subtabs } from "../../parts/subtabs";

/** A page for who runs the shop. Whether somebody may see what is on it, the shop decides for each thing that the page asks. */
export function OfficePage({ title, action, children }: { title: string; action?: ComponentChildren; children: ComponentChildren }): JSX.Element {
  useTitle(title);
  return (
    <SignedInOnly>
      <section class="wide">
        <Subtabs label="Office" tabs={rooms()} />
        <div class="title-row">
          <h1>{title}</h1>
          {action}
        </div>
        {children}
      </section>
    </SignedInOnly>
  );
}
