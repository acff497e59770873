import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { PostalAddress, SellerSettings, StorePage } from "../../contract";
import { call } from "../../core/api";
import { useLoaded } from "../../core/loading";
import { me } from "../../core/session";
import { Field, Tick } from "../../parts/field";
import { Form, missing } from "../../parts/form";
import { useSending } from "../../parts/forms";
import { useTitle } from "../../parts/page";
import { NOWHERE, PostalForm } from "../../parts/postal-form";
import { Empty, Loading, Told, Trouble } from "../../parts/states";
import { TextArea } from "../../parts/text-area";
import { SellerPage } from "./tabs";

/** What one's shop says of itself, and how it works. */
export function SellerSettingsPage(): JSX.Element {
  useTitle("Settings of my shop");
  const id = me.value?.seller_id ?? "";
  const loaded = useLoaded(id, async () => ({
    store: await call("sellers.show", { seller: id }),
    settings: await call("sellers.show_settings", { seller_id: id }),
  }));
  return (
    <SellerPage title="Settings">
      {!id && <Empty title="You have no shop">Only who owns a shop has settings of one.</Empty>}
      {loaded.error !== undefined && <Trouble error={loaded.error} again={loaded.again} />}
      {id && !loaded.value && loaded.error === undefined && <Loading />}
      {loaded.value && <Forms key={id} {...loaded.value} />}
    </SellerPage>
  );
}

function Forms({ store, settings: read }: { store: StorePage; settings: SellerSettings }): JSX.Element {
  const [saved, setSaved] = useState<SellerSettings>();
  const settings = saved ?? read;
  return (
    <div class="stack">
      <Words store={store} />
      <Work settings={settings} saved={setSaved} />
      <OnInvoices settings={settings} saved={setSaved} />
    </div>
  );
}

interface Part {
  settings: SellerSettings;
  saved: (settings: SellerSettings) => void;
}

function Words({ store }: { store: StorePage }): JSX.Element {
  const [typed, setTyped] = useState({ name: store.name, description: store.description });
  const [saved, setSaved] = useState(0);
  const sending = useSending(["name", "description"]);
  const send = async (): Promise<void> => {
    setSaved(0);
    const page = await call("sellers.edit", { seller_id: store.id, ...typed });
    setTyped({ name: page.name, description: page.description });
    setSaved(Date.now());
  };
  return (
    <section class="panel">
      <h2>What customers read</h2>
      <Form sending={sending} submit="Save the words" busy="Saving…" label="What customers read" check={() => missing({ name: typed.name }, { name: "what your shop is called" })} send={send}>
        <Field label="Name of your shop" name="name" autocomplete="organization" hint={`Its address stays ${location.host}/shops/${store.slug}`} value={typed.name} set={(name) => setTyped({ ...typed, name })} error={sending.errors.name} />
        <TextArea label="What do you sell?" name="description" value={typed.description} set={(description) => setTyped({ ...typed, description })} error={sending.errors.description} />
        {saved > 0 && <Told key={saved} text="Saved: customers read it now." />}
      </Form>
    </section>
  );
}

function Work({ settings, saved: keep }: Part): JSX.Element {
  const [typed, setTyped] = useState(() => ({
    return_days: String(settings.return_days),
    handling_days: String(settings.handling_days),
    email: settings.contact?.email ?? "",
    phone: settings.contact?.phone ?? "",
    low_stock_mail: settings.low_stock_mail,
    new_order_mail: settings.new_order_mail,
  }));
  const [saved, setSaved] = useState(0);
  const sending = useSending(["return_days", "handling_days", "email", "phone"]);
  const set = (part: Partial<typeof typed>): void => setTyped({ ...typed, ...part });
  const send = async (): Promise<void> => {
    const { return_days, handling_days, email, phone, low_stock_mail, new_order_mail } = typed;
    setSaved(0);
    keep(await call("sellers.edit_settings", { seller_id: settings.seller_id, return_days: Number(return_days), handling_days: Number(handling_days), contact: { email, phone }, low_stock_mail, new_order_mail }));
    setSaved(Date.now());
  };
  const check = (): Record<string, string> | undefined => {
    const errors: Record<string, string> = {};
    if (!within(typed.return_days, 14, 365)) errors.return_days = "Please type a number from 14 to 365.";
    if (!within(typed.handling_days, 0, 60)) errors.handling_days = "Please type a number from 0 to 60.";
    if (typed.email.trim() === "") errors.email = "Please type an e-mail address.";
    return Object.keys(errors).length > 0 ? errors : undefined;
  };
  return (
    <section class="panel">
      <h2>How you work</h2>
      <Form sending={sending} submit="Save" busy="Saving…" label="How you work" check={check} send={send}>
        <div class="fields">
          <Field label="Takes goods back for" name="return_days" autocomplete="off" inputMode="numeric" unit="days" hint="At least 14. Orders keep what they were placed under." value={typed.return_days} set={(return_days) => set({ return_days })} error={sending.errors.return_days} />
          <Field label="Sends within" name="handling_days" autocomplete="off" inputMode="numeric" unit="days" value={typed.handling_days} set={(handling_days) => set({ handling_days })} error={sending.errors.handling_days} />
          <Field label="E-mail" name="email" type="email" autocomplete="email" hint="Where we write to" value={typed.email} set={(email) => set({ email })} error={sending.errors.email} />
          <Field label="Telephone (if any)" name="phone" type="tel" autocomplete="tel" value={typed.phone} set={(phone) => set({ phone })} error={sending.errors.phone} />
        </div>
        <fieldset class="ticks">
          <legend>Write to me</legend>
          <Tick label="About every new order" value={typed.new_order_mail} set={(new_order_mail) => set({ new_order_mail })} />
          <Tick label="When stock runs low" value={typed.low_stock_mail} set={(low_stock_mail) => set({ low_stock_mail })} />
        </fieldset>
        {saved > 0 && <Told key={saved} text="Saved." />}
      </Form>
    </section>
  );
}

/** What a shop's invoices say of it. Why it charges no tax, if it does not, the marketplace says. */
function OnInvoices({ settings, saved: keep }: Part): JSX.Element {
  const [tax_number, setTaxNumber] = useState(settings.tax_number);
  const [saved, setSaved] = useState(0);
  const send = async (invoice_address: PostalAddress): Promise<void> => {
    setSaved(0);
    const { seller_id, return_days, handling_days, low_stock_mail } = settings;
    keep(await call("sellers.edit_settings", { seller_id, return_days, handling_days, low_stock_mail, tax_number, invoice_address }));
    setSaved(Date.now());
  };
  return (
    <section class="panel">
      <h2>On your invoices</h2>
      <p>{settings.untaxed_for ? `You charge no tax: ${settings.untaxed_for}. Invoices say so.` : "Your goods are taxed where they go."}</p>
      <p class="soft">Is your business exempt from charging tax? The managers of the marketplace set that.</p>
      <PostalForm address={settings.invoice_address ?? NOWHERE} submit="Save for invoices" send={send}>
        {(errors) => <Field label="VAT or tax number (if any)" name="tax_number" autocomplete="off" value={tax_number} set={setTaxNumber} error={errors.tax_number} />}
      </PostalForm>
      {saved > 0 && <Told key={saved} text="Saved: invoices from now on say so." />}
    </section>
  );
}

function within(text: string, least: number, most: number): boolean {
  return /^\d{1,3}$/.test(text.trim()) && Number(text) >= least && Number(text) <= most;
}
