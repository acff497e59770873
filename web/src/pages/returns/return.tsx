import type { JSX } from "preact";
import { useRoute } from "preact-iso";
import { useState } from "preact/hooks";
import type { Return } from "../../contract";
import { announce } from "../../core/announce";
import { call } from "../../core/api";
import { forgetLists } from "../../core/loading";
import { problemOf } from "../../core/problem";
import { useRefreshed } from "../../core/refreshing";
import { BoughtPage, useHolder } from "../../orders/holder";
import { Confirm } from "../../parts/confirm";
import { Field } from "../../parts/field";
import { useKeptFocus } from "../../parts/focus";
import { Form, missing } from "../../parts/form";
import { useSending } from "../../parts/forms";
import { useTitle } from "../../parts/page";
import { Loading, Trouble } from "../../parts/states";
import { ReturnFacts } from "../../returns/facts";
import { nextForCustomer, ReturnBadge } from "../../returns/words";
import { NotFound } from "../not-found";

/** One of one's own returns, live: what is next, and what one does about it. */
export function ReturnPage(): JSX.Element {
  return (
    <BoughtPage>
      <Own />
    </BoughtPage>
  );
}

function Own(): JSX.Element {
  const id = useRoute().params.id ?? "";
  const holder = useHolder();
  const loaded = useRefreshed(id, () => call("returns.show", { return_id: id, ...holder.keyed }), holder.watched("return", id));
  useTitle(loaded.value ? `Return ${loaded.value.number}` : "Return");
  const box = useKeptFocus<HTMLDivElement>(0);
  if (problemOf(loaded.error, "returns.not_found") || problemOf(loaded.error, "bad_input")) return <NotFound />;
  if (loaded.error !== undefined) return <Trouble error={loaded.error} again={loaded.again} />;
  if (!loaded.value) return <Loading />;
  const rma = loaded.value;
  const changed = (): void => {
    forgetLists();
    loaded.again();
  };
  return (
    <div class="checkout-steps" ref={box} tabIndex={-1}>
      <div class="title-row">
        <h1>Return {rma.number}</h1>
        <ReturnBadge rma={rma} />
      </div>
      {!holder.keyed.order_key && (
        <p>
          <a href={holder.order(rma.order_id)}>See the order</a>
        </p>
      )}
      <section class="panel" aria-labelledby="next">
        <h2 id="next">Next step</h2>
        <p role="status">{nextForCustomer(rma)}</p>
        {rma.state === "approved" && <Sent rma={rma} changed={changed} />}
        <div class="actions">
          {["requested", "approved", "sent"].includes(rma.state) && <Keep rma={rma} changed={changed} />}
          {rma.state === "exchanged" && rma.replacement_tracking && (
            <a class="button button-quiet" href={`${holder.order(rma.order_id)}/return`}>
              Return what came
            </a>
          )}
          {!["cancelled", "refunding"].includes(rma.state) && (
            <a class="button button-quiet" href={`${holder.page("returns", id)}/dispute`}>
              Open a dispute
            </a>
          )}
        </div>
      </section>
      <ReturnFacts rma={rma} />
    </div>
  );
}

interface StepProps {
  rma: Return;
  changed: () => void;
}

function Sent({ rma, changed }: StepProps): JSX.Element {
  const { keyed } = useHolder();
  const [tracking, setTracking] = useState("");
  const sending = useSending(["tracking"]);
  const send = async (): Promise<void> => {
    await call("returns.send", { return_id: rma.id, tracking: tracking.trim(), ...keyed });
    announce("The seller knows that it is on its way.");
    changed();
  };
  return (
    <Form sending={sending} submit="I have sent it" busy="Saving…" label="Sent" send={send} check={() => missing({ tracking }, { tracking: "the number on the parcel's receipt" })}>
      <Field label="Tracking number" name="tracking" autocomplete="off" value={tracking} set={setTracking} error={sending.errors.tracking} />
    </Form>
  );
}

function Keep({ rma, changed }: StepProps): JSX.Element {
  const { keyed } = useHolder();
  const [asking, setAsking] = useState(false);
  const keep = async (): Promise<void> => {
    await call("returns.cancel", { return_id: rma.id, ...keyed });
    announce("It is cancelled.");
    changed();
  };
  return (
    <>
      <button type="button" class="button button-quiet" onClick={() => setAsking(true)}>
        Cancel the return
      </button>
      {asking && (
        <Confirm title="Cancel this return?" action="Yes, I keep the goods" run={keep} close={() => setAsking(false)}>
          You can ask for another one as long as the time for returns lasts.
        </Confirm>
      )}
    </>
  );
}
