import type { ComponentChildren, JSX } from "preact";
import { useState } from "preact/hooks";
import { SignedInOnly } from "./page";
import type { Rooms } from "./room-kinds";
import { TabLink, useCurrent } from "./subtabs";

interface Props {
  label: string;
  rooms: Rooms;
  title: string;
  action?: ComponentChildren;
  /** What is told on all of these pages. */
  notice?: ComponentChildren;
  children: ComponentChildren;
}

/** A page for who works here. Its menu stands at the side; on a phone it is a row above, which opens to all of it. */
export function Desk({ label, rooms, title, action, notice, children }: Props): JSX.Element {
  return (
    <SignedInOnly>
      <div class="desk">
        <Menu label={label} rooms={rooms} />
        <section class="wide">
          {notice}
          <div class="title-row">
            <h1>{title}</h1>
            {action}
          </div>
          {children}
        </section>
      </div>
    </SignedInOnly>
  );
}

// So many are in sight on a phone.
const FEW = 4;

function Menu({ label, rooms }: { label: string; rooms: Rooms }): JSX.Element {
  const [open, setOpen] = useState(false);
  const all = rooms.flatMap(([, tabs]) => tabs);
  const { bar, current } = useCurrent<HTMLDivElement>(all);
  return (
    <nav class={open ? "rooms rooms-open" : "rooms"} aria-label={label}>
      <div class="rooms-all" ref={bar} onClick={(event) => event.target instanceof HTMLAnchorElement && setOpen(false)}>
        {rooms.map(([kind, tabs]) => (
          <div class="rooms-kind" key={kind}>
            <p>{kind}</p>
            {tabs.map((tab) => (
              <TabLink key={tab[0]} tab={tab} current={current(tab[0])} />
            ))}
          </div>
        ))}
      </div>
      {all.length > FEW && (
        <button type="button" class="rooms-more" aria-expanded={open} onClick={() => setOpen(!open)}>
          {open ? "Less" : "All"}
          <span class="hidden"> pages</span>
        </button>
      )}
    </nav>
  );
}
