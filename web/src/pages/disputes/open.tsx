import type { JSX } from "preact";
import { useLocation, useRoute } from "preact-iso";
import { useMemo, useState } from "preact/hooks";
import type { DisputeReason, OrderLine } from "../../contract";
import { announce } from "../../core/announce";
import { call } from "../../core/api";
import { optionText } from "../../core/format";
import { newId } from "../../core/ids";
import { forgetLists, useLoaded } from "../../core/loading";
import { problemOf } from "../../core/problem";
import { DISPUTE_REASONS } from "../../disputes/words";
import { BoughtPage, useHolder } from "../../orders/holder";
import { Choice } from "../../parts/field";
import { Form } from "../../parts/form";
import { useSending } from "../../parts/forms";
import { useTitle } from "../../parts/page";
import { Loading, Trouble } from "../../parts/states";
import { TextArea } from "../../parts/text-area";
import { NotFound } from "../not-found";

/** Open a dispute about a line of an order. */
export function DisputeOrder(): JSX.Element {
  const { id = "", key } = useRoute().params;
  const loaded = useLoaded(key ?? id, () => (key ? call("orders.show_guest", { order_key: key }) : call("orders.show", { order_id: id })));
  if (problemOf(loaded.error, "orders.not_found") || problemOf(loaded.error, "bad_input")) return <NotFound />;
  return (
    <Page>
      {loaded.error !== undefined && <Trouble error={loaded.error} again={loaded.again} />}
      {loaded.value ? <Opening lines={loaded.value.lines.filter((it) => it.id)} /> : loaded.error === undefined && <Loading />}
    </Page>
  );
}

/** Open a dispute about a return. */
export function DisputeReturn(): JSX.Element {
  const id = useRoute().params.id ?? "";
  return (
    <Page>
      <Opening returnId={id} lines={[]} />
    </Page>
  );
}

function Page({ children }: { children: JSX.Element | readonly (JSX.Element | false)[] }): JSX.Element {
  useTitle("Open a dispute");
  return (
    <BoughtPage>
      <h1>Open a dispute</h1>
      <p class="soft">The seller and you say what happened; then somebody of the shop decides.</p>
      {children}
    </BoughtPage>
  );
}

function Opening({ lines, returnId }: { lines: readonly OrderLine[]; returnId?: string }): JSX.Element {
  const { route } = useLocation();
  const holder = useHolder();
  const [lineId, setLineId] = useState(lines.length === 1 ? lines[0]!.id! : "");
  const [reason, setReason] = useState<DisputeReason | "">(returnId ? "return" : "");
  const [words, setWords] = useState("");
  // What is sent again after no answer is the same dispute; anything typed anew is another.
  const id = useMemo(newId, [lineId, reason, words]);
  const sending = useSending(["line_id", "reason", "words"]);
  const check = (): Record<string, string> | undefined => {
    if (!returnId && !lineId) return { line_id: "Please choose what it is about." };
    if (!reason) return { reason: "Please choose why." };
    return words.trim() ? undefined : { words: "Please say what happened." };
  };
  const send = async (): Promise<void> => {
    if (!reason) return;
    const about = returnId ? { return_id: returnId } : { line_id: lineId };
    try {
      await call("disputes.open", { dispute_id: id, reason, words: words.trim(), ...about, ...holder.keyed });
      announce("The seller is asked.");
      forgetLists();
      route(holder.page("disputes", id));
    } catch (error) {
      // Where there is one already, that is the one to go on with.
      const known = problemOf(error, "disputes.already");
      if (!known) throw error;
      announce(known.detail);
      route(holder.page("disputes", known.dispute_id));
    }
  };
  const reasons = Object.entries(DISPUTE_REASONS).filter(([key]) => returnId || key !== "return");
  return (
    <div class="panel">
      <Form sending={sending} submit="Open the dispute" busy="Opening…" label="Open a dispute" send={send} check={check}>
        {!returnId && <Choice label="What it is about" value={lineId} set={setLineId} options={[["", "Please choose"], ...lines.map((it) => [it.id!, `${it.title} ${optionText(it.options)}`] as const)]} error={sending.errors.line_id} />}
        <Choice label="Why" value={reason} set={(value) => setReason(value as DisputeReason | "")} options={[["", "Please choose"], ...reasons]} error={sending.errors.reason} />
        <TextArea label="What happened" name="words" value={words} set={setWords} error={sending.errors.words} />
      </Form>
    </div>
  );
}
