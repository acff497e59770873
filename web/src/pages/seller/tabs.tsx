import type { ComponentChildren, JSX } from "preact";
import { me } from "../../core/session";
import { sells } from "../../parts/layout";
import { SignedInOnly } from "../../parts/page";
import { sellerRooms } from "../../parts/seller-rooms";
import { Empty } from "../../parts/states";
import { Subtabs } from "../../parts/subtabs";
import { SuspendedNotice } from "./suspended";

/** A page for who sells. */
export function SellerPage({ title, action, children }: { title: string; action?: ComponentChildren; children: ComponentChildren }): JSX.Element {
  return (
    <SignedInOnly>
      <section class="wide">
        <Subtabs label="Selling" tabs={sellerRooms()} />
        {me.value?.seller_id && <SuspendedNotice sellerId={me.value.seller_id} />}
        <div class="title-row">
          <h1>{title}</h1>
          {action}
        </div>
        {sells() ? children : (
          <Empty title="You have no shop">
            This page is for sellers. <a href="/seller/apply">Ask to become one</a>
          </Empty>
        )}
      </section>
    </SignedInOnly>
  );
}
