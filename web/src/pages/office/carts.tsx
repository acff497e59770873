import type { JSX } from "preact";
import { useMemo, useState } from "preact/hooks";
import type { AbandonedCart, CartRecovery } from "../../contract";
import { announce } from "../../core/announce";
import { call } from "../../core/api";
import { count, day, money } from "../../core/format";
import { newId } from "../../core/ids";
import { useLoaded, usePages } from "../../core/loading";
import { may } from "../../core/permissions";
import { useDoing } from "../../parts/doing";
import { Choice } from "../../parts/field";
import { useKeptFocus } from "../../parts/focus";
import { More } from "../../parts/more";
import { Empty, Loading, Trouble } from "../../parts/states";
import { OfficePage } from "./frame";

const DAYS = [
  ["7", "Last 7 days"],
  ["30", "Last 30 days"],
  ["90", "Last 90 days"],
  ["366", "Last year"],
] as const;

/** Carts that were left, and what letters about them have brought. */
export function LeftCarts(): JSX.Element {
  return (
    <OfficePage title="Abandoned carts">
      <Figures />
      <Carts />
    </OfficePage>
  );
}

function Figures(): JSX.Element {
  const [days, setDays] = useState("30");
  const loaded = useLoaded(days, () => call("carts.recovery", { days: Number(days) }));
  return (
    <section class="stack" aria-label="What reminders have brought">
      <div class="filters">
        <Choice label="Reminders sent in the" value={days} set={setDays} options={DAYS} />
      </div>
      {loaded.error !== undefined && <Trouble error={loaded.error} again={loaded.again} />}
      {loaded.value ? <Figure of={loaded.value} /> : loaded.error === undefined && <Loading />}
      <p class="soft">A cart is written about after four hours, a day and three days. An order counts that was begun within seven days of an e-mail, whole, also where some of it was cancelled later.</p>
    </section>
  );
}

function Figure({ of }: { of: CartRecovery }): JSX.Element {
  const rate = of.carts ? ` (${Math.round((100 * of.orders) / of.carts)} %)` : "";
  return (
    <dl class="facts">
      <dt>Carts written about</dt>
      <dd>
        {of.carts}, with {count(of.letters, "e-mail")}
      </dd>
      <dt>Brought back by the link</dt>
      <dd>{of.restored}</dd>
      <dt>Ordered</dt>
      <dd>
        {of.orders}
        {rate}
      </dd>
      <dt>Revenue</dt>
      <dd>{of.revenue.map(money).join(" + ") || "none"}</dd>
      <dt>Want no reminders</dt>
      <dd>{count(of.refusals, "person", "people")}</dd>
      <dt>Abandoned now</dt>
      <dd>{count(of.waiting, "cart")}</dd>
    </dl>
  );
}

function Carts(): JSX.Element {
  const list = usePages("left carts", (cursor) => call("carts.abandoned", { cursor }));
  const box = useKeptFocus<HTMLDivElement>(0);
  return (
    <div class="stack" ref={box} tabIndex={-1}>
      <h2>Abandoned now</h2>
      {list.items === undefined && list.error === undefined && <Loading />}
      {list.items?.length === 0 && <Empty title="No abandoned carts">A cart appears here four hours after its last edit.</Empty>}
      <ul class="rows">
        {list.items?.map((cart) => (
          <li key={`${cart.user_id} ${cart.abandoned_at} ${cart.changed_at}`} class="row row-open">
            <Row cart={cart} changed={list.again} />
          </li>
        ))}
      </ul>
      <More list={list} />
    </div>
  );
}

function Row({ cart, changed }: { cart: AbandonedCart; changed: () => void }): JSX.Element {
  const doing = useDoing();
  const letterId = useMemo(newId, [cart.letters]);
  const who = cart.user_id ? cart.name : "A guest";
  const remind = async (cart_id: string): Promise<void> => {
    await call("carts.recover", { cart_id, letter_id: letterId });
    announce(`${who} is written to.`);
    changed();
  };
  const written = cart.letters ? `${count(cart.letters, "e-mail")}${cart.reminded_at ? `, the last ${day(cart.reminded_at)}` : ""}` : "no reminder yet";
  return (
    <>
      <div class="row-line row-many">
        <div class="row-main">
          <p class="row-title">{who}</p>
          <p class="soft">{[count(cart.lines, "article"), `last changed ${day(cart.changed_at)}`, written].join(" · ")}</p>
        </div>
        {cart.user_id && may("carts.recover") && (
          <button type="button" class="button button-quiet button-small" disabled={doing.busy} onClick={() => void doing.run(() => remind(cart.user_id!))}>
            Remind<span class="hidden"> {who}</span>
          </button>
        )}
      </div>
      {doing.error !== undefined && <Trouble error={doing.error} />}
    </>
  );
}
