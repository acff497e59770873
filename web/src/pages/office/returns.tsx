import type { JSX } from "preact";
import { useRoute } from "preact-iso";
import { useState } from "preact/hooks";
import type { ReturnState } from "../../contract";
import { call } from "../../core/api";
import { forgetLists } from "../../core/loading";
import { problemOf } from "../../core/problem";
import { useRefreshed } from "../../core/refreshing";
import { useWatched } from "../../core/watching";
import { Choice } from "../../parts/field";
import { useKeptFocus } from "../../parts/focus";
import { Badge, Loading, Trouble } from "../../parts/states";
import { ReturnFacts } from "../../returns/facts";
import { ReturnList } from "../../returns/list";
import { RETURN_STATES, ReturnBadge } from "../../returns/words";
import { NotFound } from "../not-found";
import { NextStep } from "../seller/return";
import { OfficePage } from "./frame";

const CHOICES = [["", "All"], ...Object.entries(RETURN_STATES).map(([state, [, word]]) => [state, word] as const)] as const;

/** What customers give back to any seller, live. */
export function OfficeReturns(): JSX.Element {
  const [state, setState] = useState<ReturnState | "">("");
  const queue = useWatched("matters", "").state;
  return (
    <OfficePage title="Returns" action={queue && <Badge tone={queue.returns > 0 ? "warm" : "good"}>{queue.returns} not over</Badge>}>
      <form class="filters" aria-label="Which returns" onSubmit={(event) => event.preventDefault()}>
        <Choice label="State" value={state} set={(value) => setState(value as ReturnState | "")} options={CHOICES} />
      </form>
      <ReturnList side="manager" base="/manager/returns" empty="Nobody gives anything back." state={state || undefined} moved={queue?.time} />
    </OfficePage>
  );
}

/** One of them: where a seller does not decide, somebody of the shop may. */
export function OfficeReturnPage(): JSX.Element {
  const id = useRoute().params.id ?? "";
  const loaded = useRefreshed(id, () => call("returns.show", { return_id: id }), ["return", id]);
  const box = useKeptFocus<HTMLDivElement>(0);
  const rma = loaded.value;
  if (problemOf(loaded.error, "returns.not_found") || problemOf(loaded.error, "bad_input")) return <NotFound />;
  const changed = (): void => {
    forgetLists();
    loaded.again();
  };
  return (
    <OfficePage title={rma ? `Return ${rma.number}` : "Return"} action={rma && <ReturnBadge rma={rma} />}>
      {loaded.error !== undefined && <Trouble error={loaded.error} again={loaded.again} />}
      {!rma && loaded.error === undefined && <Loading />}
      {rma && (
        <div class="checkout-steps" ref={box} tabIndex={-1}>
          <p>
            <a href={`/manager/orders/${rma.order_id}`}>See the order</a>
          </p>
          <NextStep key={rma.state} rma={rma} changed={changed} />
          <ReturnFacts rma={rma} />
        </div>
      )}
    </OfficePage>
  );
}
