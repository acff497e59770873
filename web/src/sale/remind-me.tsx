import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { FlashSale } from "../contract";
import { call } from "../core/api";
import { reminders } from "../core/belongings";
import { socket } from "../core/connection";
import { Trouble } from "../parts/states";

/** Be told a few minutes before the start, or not after all. */
export function RemindMe({ sale }: { sale: FlashSale }): JSX.Element {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const wanted = reminders.value.has(sale.id);
  const toggle = async (): Promise<void> => {
    setBusy(true);
    setError(undefined);
    try {
      const answer = await call(wanted ? "flash_sales.do_not_remind" : "flash_sales.remind", { sale_id: sale.id });
      if (socket.state !== "connected") show(sale.id, answer.wanted);
    } catch (problem) {
      setError(problem);
    }
    setBusy(false);
  };
  return (
    <>
      {error !== undefined && <Trouble error={error} />}
      <button type="button" class="button button-quiet button-wide" aria-pressed={wanted} disabled={busy} onClick={() => void toggle()}>
        {wanted ? "You are reminded 5 minutes before" : "Remind me 5 minutes before"}
      </button>
    </>
  );
}

function show(saleId: string, wanted: boolean): void {
  const others = [...reminders.value].filter((id) => id !== saleId);
  reminders.value = new Set(wanted ? [...others, saleId] : others);
}
