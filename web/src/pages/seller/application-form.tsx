import type { JSX } from "preact";
import { useMemo, useState } from "preact/hooks";
import type { SellerApplication } from "../../contract";
import { call } from "../../core/api";
import { countries, likelyCountry } from "../../core/countries";
import { slugOf } from "../../core/format";
import { newId } from "../../core/ids";
import { Choice, Field } from "../../parts/field";
import { Form, missing } from "../../parts/form";
import { useSending } from "../../parts/forms";
import { TextArea } from "../../parts/text-area";

interface Props {
  /** An application that was rejected: what was written there need not be written again. */
  before: SellerApplication | undefined;
  email: string;
  sent: (application: SellerApplication) => void;
}

/** What the shop asks of who wants to sell. */
export function ApplicationForm({ before, email, sent }: Props): JSX.Element {
  const [typed, setTyped] = useState(() => ({
    name: before?.name ?? "",
    slug: before?.slug ?? "",
    slugTyped: before !== undefined,
    description: before?.description ?? "",
    country: before?.country ?? likelyCountry(),
    tax_number: before?.tax_number ?? "",
    email: before?.contact.email ?? email,
    phone: before?.contact.phone ?? "",
  }));
  const id = useMemo(newId, [typed]);
  const all = useMemo(countries, []);
  const sending = useSending(["name", "slug", "description", "country", "tax_number", "email", "phone"]);
  const set = (part: Partial<typeof typed>): void => setTyped({ ...typed, ...part });
  const send = async (): Promise<void> => {
    const { name, slug, description, country, tax_number, email, phone } = typed;
    sent(await call("sellers.apply", { application_id: id, name, slug, description, country, tax_number, contact: { email, phone } }));
  };
  const check = (): Record<string, string> | undefined => missing({ name: typed.name, slug: typed.slug, email: typed.email }, { name: "what your shop is called", slug: "an address", email: "an e-mail address" });
  return (
    <Form sending={sending} submit="Apply" busy="Sending…" check={check} send={send} label="Application">
      <Field label="Name of your shop" name="name" autocomplete="organization" value={typed.name} set={(name) => set({ name, slug: typed.slugTyped ? typed.slug : slugOf(name) })} error={sending.errors.name} />
      <Field label="Address" name="slug" autocomplete="off" hint={`Customers find you at ${location.host}/shops/${typed.slug || "…"}`} value={typed.slug} set={(slug) => set({ slug, slugTyped: true })} error={sending.errors.slug} />
      <TextArea label="What do you sell?" name="description" value={typed.description} set={(description) => set({ description })} error={sending.errors.description} />
      <div class="fields">
        <Choice label="Country" autocomplete="country" value={typed.country} set={(country) => set({ country })} options={all} error={sending.errors.country} />
        <Field label="VAT or tax number (if any)" name="tax_number" autocomplete="off" value={typed.tax_number} set={(tax_number) => set({ tax_number })} error={sending.errors.tax_number} />
        <Field label="E-mail" name="email" type="email" autocomplete="email" hint="Where we reach you" value={typed.email} set={(value) => set({ email: value })} error={sending.errors.email} />
        <Field label="Telephone (if any)" name="phone" type="tel" autocomplete="tel" value={typed.phone} set={(phone) => set({ phone })} error={sending.errors.phone} />
      </div>
    </Form>
  );
}
