import type { ComponentChildren, JSX } from "preact";
import { useLocation } from "preact-iso";
import { useRef } from "preact/hooks";
import { CartLink } from "../cart/link";
import type { FlashSale } from "../contract";
import { announcement } from "../core/announce";
import { backInStock } from "../core/back-in-stock";
import { remindedOf } from "../core/belongings";
import { goodbye, line, reconnect } from "../core/connection";
import { clock } from "../core/format";
import { me, signOut } from "../core/session";
import { firstRoom } from "./room-kinds";
import { rooms } from "./rooms";
import { sellerRooms, sells } from "./seller-rooms";
import { BoltIcon, BoxIcon, Mark, PersonIcon, ShopIcon, TagIcon } from "./icons";
import { signInUrl } from "./page";

/** What surrounds every page. */
export function Layout({ children }: { children: ComponentChildren }): JSX.Element {
  return (
    <>
      <a class="skip" href="#main">
        Skip to the content
      </a>
      <Header />
      <LineBanner />
      <GoodbyeBanner />
      <ReminderBanner />
      <BackBanner />
      <main id="main" tabIndex={-1}>
        {children}
      </main>
      <Footer />
      <Announcement />
    </>
  );
}

/** What was just said: always to who listens, and for a moment on the screen where it shows nowhere else. */
function Announcement(): JSX.Element {
  const { text, shown } = announcement.value;
  return (
    <p class={shown ? "toast" : "hidden"} role="status" aria-live="polite">
      {text}
    </p>
  );
}

/** Where selling begins for who is here. */
function selling(): string {
  return firstRoom(sellerRooms()) ?? "/seller";
}

function Header(): JSX.Element {
  const { path } = useLocation();
  const here = (prefix: string): "page" | undefined => (path.startsWith(prefix) ? "page" : undefined);
  const shop = path === "/" || path.startsWith("/c/") || path.startsWith("/p/") ? "page" : undefined;
  return (
    <header class="header">
      <div class="header-in">
        <a class="brand" href="/">
          <Mark />
          FastShop
        </a>
        <nav class="tabs" aria-label="Main">
          <a href="/" aria-current={shop}>
            <ShopIcon />
            Shop
          </a>
          <a href="/sales" aria-current={here("/sales")}>
            <BoltIcon />
            Flash sales
          </a>
          <a href="/orders" aria-current={here("/orders")}>
            <BoxIcon />
            Orders
          </a>
          {sells() && (
            <a href={selling()} aria-current={here("/seller")}>
              <TagIcon />
              Selling
            </a>
          )}
        </nav>
        <CartLink />
        <Person />
      </div>
    </header>
  );
}

function Person(): JSX.Element {
  const { url, path } = useLocation();
  if (me.value === undefined) return <span class="person person-unknown" aria-hidden="true" />;
  if (me.value !== null) return <AccountMenu name={me.value.name} email={me.value.email} />;
  return (
    <a class="button button-small" href={path === "/sign-in" ? url : signInUrl(url)}>
      Sign in
    </a>
  );
}

function AccountMenu({ name, email }: { name: string; email: string }): JSX.Element {
  const menu = useRef<HTMLDivElement>(null);
  const { route } = useLocation();
  const office = firstRoom(rooms());
  const close = (): void => menu.current?.hidePopover();
  const leave = async (): Promise<void> => {
    close();
    await signOut();
    route("/");
  };
  return (
    <>
      <button type="button" class="person" popovertarget="account-menu" aria-label={`Account of ${name}`}>
        {name.slice(0, 1).toUpperCase() || <PersonIcon />}
      </button>
      <div id="account-menu" class="menu" popover="auto" ref={menu} onClick={(event) => event.target instanceof HTMLAnchorElement && close()}>
        <p class="menu-name">{name}</p>
        <p class="menu-email">{email}</p>
        <a href="/orders">My orders</a>
        <a href="/account">Account and devices</a>
        {office && <a href={office}>Office</a>}
        {sells() && <a href={selling()}>{me.value?.seller_id ? "My shop" : "Promotions of all shops"}</a>}
        <button type="button" onClick={() => void leave()}>
          Sign out
        </button>
      </div>
    </>
  );
}

function LineBanner(): JSX.Element {
  const state = line.value;
  return (
    <div class="line" role="status">
      {state === "down" && <p>No connection right now. What you see may be old; it becomes live again by itself.</p>}
      {state === "refused" && (
        <p>
          The live connection was closed.{" "}
          <button type="button" class="link" onClick={reconnect}>
            Connect again
          </button>
        </p>
      )}
    </div>
  );
}

/** Why one is a guest all of a sudden. */
function GoodbyeBanner(): JSX.Element {
  const why = goodbye.value;
  return (
    <div class="line" role="status">
      {why && (
        <p>
          {why === "replaced"
            ? "You were signed out here because you signed in on another device: only so many can be signed in at once, and this one was unused for longest. "
            : "You are signed out on this device. "}
          <button type="button" class="link" onClick={() => (goodbye.value = undefined)}>
            Close
          </button>
        </p>
      )}
    </div>
  );
}

/** The sale of whose start one wanted to be told. */
function ReminderBanner(): JSX.Element {
  const { path } = useLocation();
  const sale = remindedOf.value;
  return (
    <div class="line" role="status">
      {sale && path !== `/sales/${sale.id}` && (
        <p>
          <Reminder sale={sale} />{" "}
          <button type="button" class="link" onClick={() => (remindedOf.value = undefined)}>
            Close
          </button>
        </p>
      )}
    </div>
  );
}

function Reminder({ sale }: { sale: FlashSale }): JSX.Element {
  if (sale.phase === "cancelled") {
    return (
      <>
        {sale.title} was called off by its seller. <a href="/sales">See the other sales</a>
      </>
    );
  }
  const isOpen = sale.phase === "open";
  return (
    <>
      {isOpen ? `${sale.title} is open now.` : `${sale.title} opens at ${clock(sale.start_time)}.`} <a href={`/sales/${sale.id}`}>{isOpen ? "Go there" : "Go to its lobby"}</a>
    </>
  );
}

/** What one waited for, and is there again. */
function BackBanner(): JSX.Element {
  const { path } = useLocation();
  const back = backInStock.value;
  return (
    <div class="line" role="status">
      {back && path !== `/p/${back.slug}` && (
        <p>
          {back.title} is in stock again. <a href={`/p/${back.slug}`}>See it</a>{" "}
          <button type="button" class="link" onClick={() => (backInStock.value = undefined)}>
            Close
          </button>
        </p>
      )}
    </div>
  );
}

function Footer(): JSX.Element {
  return (
    <footer class="footer">
      <p>Every page here is live: prices, stock and orders change in front of you.</p>
      <nav aria-label="More">
        {!sells() && <a href="/seller/apply">Sell with us</a>}
        <a href="/docs/api" target="_top">
          HTTP API
        </a>
        <a href="/docs/socket" target="_top">
          Live API
        </a>
      </nav>
    </footer>
  );
}
