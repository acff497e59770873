import type { JSX } from "preact";
import { useEffect, useMemo, useState } from "preact/hooks";
import type { TaxExemption } from "../../contract";
import { announce } from "../../core/announce";
import { call } from "../../core/api";
import { newId } from "../../core/ids";
import { usePages } from "../../core/loading";
import { toTime } from "../../core/moments";
import { may } from "../../core/permissions";
import { useWatched } from "../../core/watching";
import { ConfirmButton } from "../../parts/confirm";
import { useDoing } from "../../parts/doing";
import { ExemptionFacts } from "../../parts/exemption";
import { Field, Tick } from "../../parts/field";
import { Form, missing } from "../../parts/form";
import { useSending } from "../../parts/forms";
import { More } from "../../parts/more";
import { PersonField } from "../../parts/person-field";
import { PersonLink } from "../../parts/person-link";
import { Empty, Loading, Trouble } from "../../parts/states";
import { OfficePage } from "./frame";
import { placesIn } from "./zone-form";

/** Who pays no tax, where, and why. */
export function Exemptions(): JSX.Element {
  return (
    <OfficePage title="Tax exemptions">
      <Content />
    </OfficePage>
  );
}

function Content(): JSX.Element {
  const [person, setPerson] = useState("");
  const list = usePages(`exemptions ${person}`, (cursor) => call("taxes.list_exemptions", { user_id: person || null, cursor }));
  const moved = useWatched("tax_exemptions", "").state;
  useEffect(() => {
    if (moved) list.again();
  }, [moved]);
  const changed = (text: string): void => {
    announce(text);
    list.again();
  };
  return (
    <div class="stack">
      <p class="soft">Businesses that account for the tax themselves, resellers, public bodies. Their prices are without tax in these places, and invoices say why.</p>
      {may("taxes.grant_exemption") && <Grant granted={() => changed("The exemption is granted.")} />}
      <form class="filters" aria-label="Whose exemptions" onSubmit={(event) => event.preventDefault()}>
        <PersonField label="Whose exemptions" set={setPerson} />
      </form>
      {list.items === undefined && list.error === undefined && <Loading />}
      {list.items?.length === 0 && <Empty title="No exemptions">Everybody pays the taxes of where the goods go.</Empty>}
      <ul class="rows">
        {list.items?.map((one) => (
          <li key={one.id} class="row row-open">
            <Row one={one} changed={changed} />
          </li>
        ))}
      </ul>
      <More list={list} />
    </div>
  );
}

const NOTHING = { reason: "Reverse charge", document: "", is_vat_number: true, places: "", until: "" };

function Grant({ granted }: { granted: () => void }): JSX.Element {
  const [userId, setUserId] = useState("");
  const [typed, setTyped] = useState(NOTHING);
  const [round, setRound] = useState(0);
  const exemptionId = useMemo(newId, [typed, userId]);
  const sending = useSending(["user_id", "reason", "document", "places", "valid_until"]);
  const { reason, document, is_vat_number, places, until } = typed;
  const check = (): Record<string, string> | undefined => missing({ user_id: userId, reason, document, places }, { user_id: "whom, and choose them", reason: "the reason", document: "a number", places: "countries or regions" });
  const send = async (): Promise<void> => {
    await call("taxes.grant_exemption", { exemption_id: exemptionId, user_id: userId, reason: reason.trim(), document: document.trim(), is_vat_number, places: placesIn(places), valid_until: toTime(until) });
    setTyped(NOTHING);
    setUserId("");
    setRound(round + 1);
    granted();
  };
  return (
    <div class="panel">
      <h2>Grant an exemption</h2>
      <Form sending={sending} submit="Grant it" busy="Saving…" label="Grant an exemption" check={check} send={send}>
        <PersonField key={round} set={setUserId} error={sending.errors.user_id} />
        <div class="fields">
          <Field label="Reason" name="reason" autocomplete="off" hint="Invoices say so. It must name nobody." value={reason} set={(value) => setTyped({ ...typed, reason: value })} error={sending.errors.reason} />
          <Field label="VAT or certificate number" name="document" autocomplete="off" hint={is_vat_number ? "With its country's code, like DE136695976." : undefined} value={document} set={(value) => setTyped({ ...typed, document: value })} error={sending.errors.document} />
          <Field label="Where it holds" name="places" autocomplete="off" hint="ISO codes with commas, like AT, US-NY." value={places} set={(value) => setTyped({ ...typed, places: value })} error={sending.errors.places} />
          <Field label="Until" name="valid_until" type="datetime-local" hint="Empty: for ever." value={until} set={(value) => setTyped({ ...typed, until: value })} error={sending.errors.valid_until} />
        </div>
        <Tick label="It is a VAT number" value={is_vat_number} set={(value) => setTyped({ ...typed, is_vat_number: value })} />
      </Form>
    </div>
  );
}

function Row({ one, changed }: { one: TaxExemption; changed: (text: string) => void }): JSX.Element {
  const doing = useDoing();
  const revoke = async (): Promise<void> => {
    await call("taxes.revoke_exemption", { exemption_id: one.id });
    changed("The exemption is revoked.");
  };
  const check = async (): Promise<void> => {
    await call("taxes.check_vat_number", { exemption_id: one.id });
    announce("The register is asked. What it says appears here.");
  };
  return (
    <>
      <div class="row-line row-many">
        <ExemptionFacts one={one}>
          <PersonLink id={one.user_id} />
        </ExemptionFacts>
        {one.revoked_at === null && one.vat && may("taxes.check_vat_number") && (
          <button type="button" class="button button-quiet button-small" disabled={doing.busy} onClick={() => void doing.run(check)}>
            Ask the register<span class="hidden"> about {one.document}</span>
          </button>
        )}
        {one.revoked_at === null && may("taxes.revoke_exemption") && (
          <ConfirmButton
            text={
              <>
                Revoke<span class="hidden"> {one.document}</span>
              </>
            }
            title="Revoke this exemption?"
            action="Revoke it"
            run={revoke}
          >
            From now on {one.document} pays tax there. What was ordered stays as it was.
          </ConfirmButton>
        )}
      </div>
      {doing.error !== undefined && <Trouble error={doing.error} />}
    </>
  );
}
