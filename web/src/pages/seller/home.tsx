import type { JSX } from "preact";
import { useLocation } from "preact-iso";
import { useEffect } from "preact/hooks";
import { sells } from "../../parts/layout";
import { SignedInOnly } from "../../parts/page";
import { firstRoom } from "../../parts/room-kinds";
import { sellerRooms } from "../../parts/seller-rooms";
import { Loading } from "../../parts/states";

/** Where mails to sellers lead: on to the first page that is open to who is here, or to how one gets a shop. */
export function SellerHome(): JSX.Element {
  return (
    <SignedInOnly>
      <Onward />
    </SignedInOnly>
  );
}

function Onward(): JSX.Element {
  const { route } = useLocation();
  const first = firstRoom(sellerRooms());
  useEffect(() => route(sells() && first ? first : "/seller/apply", true), []);
  return <Loading />;
}
