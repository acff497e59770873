import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import type { Id, SellerPerformance } from "../contract";
import { call } from "../core/api";
import { useLoaded } from "../core/loading";
import { Loading, Trouble } from "./states";

/** How a seller does, over orders of the last 90 days. `moved` moves when it may have changed. */
export function Performance({ sellerId, moved }: { sellerId: Id; moved?: unknown }): JSX.Element {
  const loaded = useLoaded(`performance ${sellerId}`, () => call("orders.performance", { seller_id: sellerId }));
  useEffect(loaded.again, [moved]);
  if (loaded.error !== undefined) return <Trouble error={loaded.error} again={loaded.again} />;
  if (!loaded.value) return <Loading />;
  return (
    <>
      <dl class="counters counters-many" aria-label="Performance">
        {figures(loaded.value).map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <p class="soft">Of orders of the last 90 days. The score, from 0 to 100, is 60 % how much of what had to be sent was, 20 % how much was accepted in two days, 20 % the reviews; what is not known yet does not count.</p>
    </>
  );
}

function figures(it: SellerPerformance): readonly (readonly [string, string])[] {
  return [
    ["Score", it.score === null ? "–" : String(it.score)],
    ["Orders", String(it.orders)],
    ["Sent", share(it.fulfilled)],
    ["Accepted", share(it.accepted)],
    ["Units not sent", share(it.cancelled)],
    ["Rating", it.stars === null ? "–" : `${(it.stars / 100).toFixed(1)} of 5 (${it.reviews})`],
  ];
}

/** Basis points as people read them: 9750 is 97.5 %. */
export function share(points: number | null): string {
  return points === null ? "–" : `${(points / 100).toFixed(1).replace(/\.0$/, "")} %`;
}
