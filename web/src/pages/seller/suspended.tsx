import type { JSX } from "preact";
import type { Id } from "../../contract";
import { call } from "../../core/api";
import { suspensions } from "../../core/belongings";
import { useLoaded } from "../../core/loading";

/** Tells who works for a suspended seller that it is, and why; live. */
export function SuspendedNotice({ sellerId }: { sellerId: Id }): JSX.Element {
  const settings = useLoaded(`${sellerId} ${suspensions.value}`, () => call("sellers.show_settings", { seller_id: sellerId })).value;
  return (
    <div role="status">
      {settings?.suspended_for && (
        <div class="notice notice-bad">
          <p>
            <strong>Your shop is suspended:</strong> {settings.suspended_for}
          </p>
          <p>Nobody can see or buy your products for now. Orders that you have go on: please fulfil them.</p>
        </div>
      )}
    </div>
  );
}
