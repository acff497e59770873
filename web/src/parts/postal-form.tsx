import type { JSX } from "preact";
import { useMemo, useState } from "preact/hooks";
import type { AddressRules, Id, PostalAddress } from "../contract";
import { call } from "../core/api";
import { countries, countryName, likelyCountry } from "../core/countries";
import { newId } from "../core/ids";
import { useLoaded } from "../core/loading";
import { Choice, Field, type Autocomplete } from "./field";
import { Form } from "./form";
import { useSending } from "./forms";

type Part = keyof PostalAddress;

export const NOWHERE: PostalAddress = { name: "", country: "", street: "", city: "", postal_code: "", country_area: "", city_area: "", sorting_code: "", company: "", phone: "" };

// In the order in which they are asked for.
const PARTS: readonly (readonly [part: Part, label: string, autocomplete: Autocomplete])[] = [
  ["name", "Name", "name"],
  ["company", "Company", "organization"],
  ["street", "Street and number", "street-address"],
  ["city_area", "District", "address-level3"],
  ["city", "City", "address-level2"],
  ["country_area", "State or province", "address-level1"],
  ["postal_code", "Postal code", "postal-code"],
  ["sorting_code", "CEDEX", "off"],
  ["phone", "Telephone", "tel"],
];
// Asked for until the country's own rules are known.
const PLAIN = ["name", "company", "street", "city", "postal_code"];
const NEEDED = ["name", "street", "city", "postal_code"];

interface Props {
  address: PostalAddress;
  submit: string;
  /** `id` stays the same until something is typed anew: an address that is made has it as its own. */
  send: (address: PostalAddress, id: Id) => Promise<void>;
  cancel?: () => void;
  /** What else is asked for, above it, with what is wrong by field. */
  children?: (errors: Readonly<Record<string, string>>) => JSX.Element;
}

/** An address, as its country writes them. */
export function PostalForm({ address: known, submit, send, cancel, children }: Props): JSX.Element {
  const [typed, setTyped] = useState<PostalAddress>(() => ({ ...known, country: known.country || likelyCountry() }));
  const rules = useLoaded(typed.country, () => call("addresses.describe", { country: typed.country })).value;
  const sending = useSending(["email", "tax_number", "country", ...PARTS.map(([part]) => part)]);
  const all = useMemo(countries, []);
  const id = useMemo(newId, [typed]);
  const asked = PARTS.filter(([part]) => part === "phone" || (rules?.known ?? PLAIN).includes(part));
  const needed = rules?.required ?? NEEDED;
  const address = (): PostalAddress => {
    // What this country's addresses do not have may still be there from another.
    const kept = Object.fromEntries(asked.map(([part]) => [part, typed[part].trim()]));
    return { ...NOWHERE, ...kept, country: typed.country };
  };
  const check = (): Record<string, string> | undefined => {
    const empty = asked.filter(([part]) => needed.includes(part) && typed[part].trim() === "");
    return empty.length > 0 ? Object.fromEntries(empty.map(([part]) => [part, "This is needed."])) : undefined;
  };
  return (
    <Form sending={sending} submit={submit} busy="Saving…" cancel={cancel} check={check} send={() => send(address(), id)}>
      {children?.(sending.errors)}
      <Choice label="Country" autocomplete="country" value={typed.country} set={(country) => setTyped({ ...typed, country, country_area: "" })} options={all} error={sending.errors.country} />
      <div class="fields">
        {asked.map(([part, label, autocomplete]) => (
          <PartField
            key={part}
            part={part}
            label={needed.includes(part) ? label : `${label} (if any)`}
            autocomplete={autocomplete}
            rules={rules}
            value={typed[part]}
            set={(value) => setTyped({ ...typed, [part]: value })}
            error={sending.errors[part]}
          />
        ))}
      </div>
    </Form>
  );
}

interface PartProps {
  part: Part;
  label: string;
  autocomplete: Autocomplete;
  rules: AddressRules | undefined;
  value: string;
  set: (value: string) => void;
  error?: string;
}

function PartField({ part, rules, ...field }: PartProps): JSX.Element {
  if (part === "country_area" && rules && rules.country_areas.length > 0) {
    return <Choice {...field} options={[["", "Please choose"], ...rules.country_areas.map(({ code, name }) => [code, name] as const)]} />;
  }
  const example = part === "postal_code" ? rules?.postal_code_examples[0] : undefined;
  return <Field {...field} name={part} type={part === "phone" ? "tel" : "text"} hint={example && `Like ${example}`} />;
}

/** An address as one reads it, line by line. */
export function addressLines(address: PostalAddress): readonly string[] {
  const place = [address.postal_code, address.city, address.city_area, address.country_area].filter(Boolean).join(" ");
  return [address.name, address.company, address.street, place, countryName(address.country), address.phone].filter(Boolean);
}
