import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { permissions } from "../../core/permissions";
import { useGoingOn } from "../../parts/going-on";
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
  const to = firstRoom(sellerRooms()) ?? (permissions.value && "/seller/apply");
  useEffect(() => {
    if (to) goOn(to);
  }, [to]);
  return <Loading />;
}
