import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { useGoingOn } from "../../parts/going-on";
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
  const goOn = useGoingOn();
  const first = firstRoom(sellerRooms());
  useEffect(() => goOn(sells() && first ? first : "/seller/apply"), []);
  return <Loading />;
}
