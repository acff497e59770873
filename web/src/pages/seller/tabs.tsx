import type { ComponentChildren, JSX } from "preact";
import { me } from "../../core/session";
import { Desk } from "../../parts/desk";
import { sells } from "../../parts/layout";
import { sellerRooms } from "../../parts/seller-rooms";
import { Empty } from "../../parts/states";
import { SuspendedNotice } from "./suspended";

/** A page for who sells. */
export function SellerPage({ title, action, children }: { title: string; action?: ComponentChildren; children: ComponentChildren }): JSX.Element {
  return (
    <Desk label="Selling" rooms={sellerRooms()} title={title} action={action} notice={me.value?.seller_id && <SuspendedNotice sellerId={me.value.seller_id} />}>
      {sells() ? children : (
        <Empty title="You have no shop">
          This page is for sellers. <a href="/seller/apply">Ask to become one</a>
        </Empty>
      )}
    </Desk>
  );
}
