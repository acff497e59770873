import type { ComponentChildren, JSX } from "preact";
import { useLocation } from "preact-iso";
import { useEffect } from "preact/hooks";
import { me } from "../core/session";
import { useGoingOn } from "./going-on";
import { Loading } from "./states";

/** Say what this page is, in the tab and to who listens. */
export function useTitle(title: string | undefined): void {
  useEffect(() => {
    if (title) document.title = `${title} · FastShop`;
  }, [title]);
}

/** Where to sign in and come back here. */
export function signInUrl(from: string): string {
  return `/sign-in?next=${encodeURIComponent(from)}`;
}

/** What only somebody who is signed in can see. A guest is led to sign in, and back. */
export function SignedInOnly({ children }: { children: ComponentChildren }): JSX.Element {
  const { url } = useLocation();
  const goOn = useGoingOn();
  const guest = me.value === null;
  useEffect(() => {
    if (guest) goOn(signInUrl(url));
  }, [guest]);
  return me.value ? <>{children}</> : <Loading />;
}
