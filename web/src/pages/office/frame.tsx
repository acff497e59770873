import type { ComponentChildren, JSX } from "preact";
import { Desk } from "../../parts/desk";
import { useTitle } from "../../parts/page";
import { rooms } from "../../parts/rooms";

/** A page for who runs the shop. Whether somebody may see what is on it, the shop decides for each thing that the page asks. */
export function OfficePage({ title, action, children }: { title: string; action?: ComponentChildren; children: ComponentChildren }): JSX.Element {
  useTitle(title);
  return (
    <Desk label="Office" rooms={rooms()} title={title} action={action}>
      {children}
    </Desk>
  );
}
