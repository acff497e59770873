import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { CartLines } from "../../cart/lines";
import { QuoteView } from "../../cart/quote";
import { pricedLine } from "../../cart/quoting";
import { LineWhy } from "../../cart/why";
import type { Cart, Quote } from "../../contract";
import { call } from "../../core/api";
import { useCart } from "../../core/cart";
import { serverNow } from "../../core/clock";
import { moment } from "../../core/format";
import { useLoaded } from "../../core/loading";
import { toField, toTime } from "../../core/moments";
import { Choice, Field, Tick } from "../../parts/field";
import { Form } from "../../parts/form";
import { useSending } from "../../parts/forms";
import { useTitle } from "../../parts/page";
import { Empty, Loading } from "../../parts/states";
import { SellerPage } from "./tabs";

/** What one's own cart would cost somebody else, at any moment. */
export function SellerPreview(): JSX.Element {
  useTitle("Preview of prices");
  const { cart } = useCart();
  return (
    <SellerPage title="Preview">
      <p class="soft">What the goods in your cart would cost at any moment, also with promotions that have not begun. You change nothing by it.</p>
      {!cart && <Loading />}
      {cart && !cart.lines.some((it) => it.price) && (
        <Empty title="Your cart is empty">
          <a href="/">Put in</a> what you want to try.
        </Empty>
      )}
      {cart?.lines.some((it) => it.price) && <Preview cart={cart} />}
    </SellerPage>
  );
}

interface Told {
  at: string;
  quote: Quote;
}

function Preview({ cart }: { cart: Cart }): JSX.Element {
  const [typed, setTyped] = useState(() => ({ at: toField(serverNow()), codes: "", group: "", country: "", newcomer: false }));
  const [told, setTold] = useState<Told>();
  const groups = useLoaded("groups", () => call("groups.list", {})).value?.items ?? [];
  const sending = useSending(["at", "codes", "country"]);
  const lines = cart.lines.filter((it) => it.price);
  const send = async (): Promise<void> => {
    const at = toTime(typed.at)!;
    const codes = typed.codes.split(/[\s,;]+/).filter(Boolean);
    const goods = lines.map(({ variant_id, quantity }) => ({ variant_id, quantity }));
    const quote = await call("promotions.simulate", {
      lines: goods,
      currency: lines[0]!.price!.currency,
      at,
      codes,
      groups: typed.group ? [typed.group] : [],
      country: typed.country.trim().toUpperCase() || null,
      newcomer: typed.newcomer,
    });
    setTold({ at, quote });
  };
  const check = (): Record<string, string> | undefined => {
    if (!typed.at) return { at: "Please choose a day and a time." };
    return /^([a-z]{2})?$/i.test(typed.country.trim()) ? undefined : { country: "Please type the code of a country, like DE." };
  };
  return (
    <div class="cart">
      <Form sending={sending} submit="Show the prices" busy="Working it out…" label="Preview" check={check} send={send}>
        <div class="fields">
          <Field label="When" name="at" type="datetime-local" step="1" value={typed.at} set={(at) => setTyped({ ...typed, at })} error={sending.errors.at} />
          <Field label="Codes (if any)" name="codes" autocomplete="off" value={typed.codes} set={(codes) => setTyped({ ...typed, codes })} error={sending.errors.codes} />
          <Choice label="Customer group" value={typed.group} set={(group) => setTyped({ ...typed, group })} options={[["", "None"], ...groups.map((it) => [it.name, it.title] as const)]} />
          <Field label="Country (if any)" name="country" autocomplete="off" hint="Its code, like DE" value={typed.country} set={(country) => setTyped({ ...typed, country })} error={sending.errors.country} />
        </div>
        <Tick label="It is their first order" value={typed.newcomer} set={(newcomer) => setTyped({ ...typed, newcomer })} />
        <CartLines lines={lines} priced={(it) => pricedLine(told?.quote, it)} actions={(it) => (told ? <LineWhy line={pricedLine(told.quote, it)} quote={told.quote} /> : <></>)} />
      </Form>
      {told && (
        <aside class="panel summary" aria-label="Prices then">
          <div role="status">
            <h2>{moment(told.at)}</h2>
          </div>
          <QuoteView quote={told.quote} />
        </aside>
      )}
    </div>
  );
}
