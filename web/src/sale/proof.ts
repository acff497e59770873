import type { FlashSale } from "../contract";
import { call } from "../core/api";
import ProofWorker from "./proof-worker?worker";

interface Solution {
  counter: number;
  derivedKey: string;
}

/** What a sale that asks for a proof of work must be sent along; empty where it asks for none. */
export async function proofFor(sale: FlashSale): Promise<string> {
  if (!sale.proof_of_work) return "";
  const challenge = await call("flash_sales.challenge", { sale_id: sale.id });
  const worker = new ProofWorker();
  try {
    const solution = await new Promise<Solution>((resolve, reject) => {
      worker.onmessage = ({ data }: MessageEvent<Solution>) => resolve(data);
      worker.onerror = () => reject(new Error("This browser could not do the proof of work."));
      worker.postMessage(challenge.parameters);
    });
    return btoa(JSON.stringify({ challenge, solution }));
  } finally {
    worker.terminate();
  }
}
