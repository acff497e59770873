import type { ComponentChildren, JSX } from "preact";
import { permissions } from "../../core/permissions";
import { me } from "../../core/session";
import { Desk } from "../../parts/desk";
import { sellerRooms, sells } from "../../parts/seller-rooms";
import { Empty, Loading } from "../../parts/states";
import { SuspendedNotice } from "./suspended";

/** A page for who sells. */
export function SellerPage({ title, action, children }: { title: string; action?: ComponentChildren; children: ComponentChildren }): JSX.Element {
  return (
    <Desk label="Selling" rooms={sellerRooms()} title={title} action={action} notice={me.value?.seller_id && <SuspendedNotice sellerId={me.value.seller_id} />}>
      {sells() ? children : <NotForYou />}
    </Desk>
  );
}

/** What may be asked is known a moment after who asks. */
function NotForYou(): JSX.Element {
  if (!permissions.value) return <Loading />;
  return (
    <Empty title="You have no shop">
      This page is for sellers. <a href="/seller/apply">Ask to become one</a>
    </Empty>
  );
}
