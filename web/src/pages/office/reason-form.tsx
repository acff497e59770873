import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { Form, missing } from "../../parts/form";
import { useSending } from "../../parts/forms";
import { TextArea } from "../../parts/text-area";

interface Props {
  submit: string;
  /** What happens with it, in a sentence. */
  hint: string;
  send: (reason: string) => Promise<void>;
  cancel: () => void;
}

/** A decision that its person reads the reason of. */
export function ReasonForm({ submit, hint, send, cancel }: Props): JSX.Element {
  const [reason, setReason] = useState("");
  const sending = useSending(["reason"]);
  return (
    <Form sending={sending} submit={submit} busy="Sending…" danger cancel={cancel} label={submit} check={() => missing({ reason }, { reason: "the reason" })} send={() => send(reason.trim())}>
      <p class="soft">{hint}</p>
      <TextArea label="Reason" name="reason" rows={2} value={reason} set={setReason} error={sending.errors.reason} />
    </Form>
  );
}
