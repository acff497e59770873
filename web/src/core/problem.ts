import type { Code, Problem } from "../contract";
import { day, money } from "./format";

/** A clear no from the shop: its code is stable, its facts are typed by the code. */
export class Refused extends Error {
  constructor(readonly problem: Problem) {
    super(problem.detail);
  }
}

/** No answer came. Whether a change happened is unknown: send the same command again, with the same ids. */
export class NoAnswer extends Error {
  constructor() {
    super("The shop cannot be reached right now.");
  }
}

/** The problem with this code, with its facts, if that is what went wrong. */
export function problemOf<C extends Code>(error: unknown, code: C): Problem<C> | undefined {
  return error instanceof Refused && error.problem.code === code ? (error.problem as Problem<C>) : undefined;
}

/** A problem document out of what a server sent, or nothing when it is none. */
export function readProblem(value: unknown): Problem | undefined {
  const found = typeof value === "string" ? parsed(value) : value;
  return typeof found === "object" && found !== null && "code" in found && "detail" in found
    ? (found as Problem)
    : undefined;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What to tell a person. */
export function sentence(error: unknown): string {
  if (error instanceof Refused) return kindly(error.problem);
  return error instanceof Error ? error.message : String(error);
}

function kindly(problem: Problem): string {
  switch (problem.code) {
    case "flash_sales.sold_out":
      return problem.held > 0
        ? `Every unit is taken right now. ${units(problem.held)} on hold and may come back, so stay here.`
        : "Sold out. Every unit has been bought.";
    case "flash_sales.over_limit":
      if (problem.by !== "customer") return `This sale has at most ${problem.limit} for each ${problem.by}, and ${units(problem.have)} taken for yours. Your hold stays until it runs out.`;
      return problem.have > 0
        ? `Each customer gets at most ${problem.limit} in this sale, and you have ${problem.have}.`
        : `Each customer gets at most ${problem.limit} in this sale.`;
    case "flash_sales.not_open":
      return { upcoming: "The sale has not started yet.", open: "Please try again.", ended: "The sale is over.", cancelled: "The sale was cancelled by its seller." }[problem.phase];
    case "payments.declined":
      return decline(problem.reason);
    case "returns.too_late":
      return `These goods could be returned until ${day(problem.until)}.`;
    case "disputes.too_soon":
      return `The seller has until ${day(problem.until)} to go on with it. Then you can open a dispute.`;
    case "disputes.not_heard":
      return `The seller has until ${day(problem.until)} to answer.`;
    case "returns.cannot_exchange":
      return EXCHANGES[problem.reason] ?? problem.detail;
    case "disputes.refund_too_large":
    case "returns.refund_too_large":
      return `At most ${money({ amount: problem.most, currency: problem.currency })} can go back.`;
    case "internal":
      return `Something went wrong on our side. Please try again. (${problem.trace})`;
    default:
      return problem.detail;
  }
}

const EXCHANGES: Readonly<Record<string, string>> = {
  other_product: "It can only be exchanged for another variant of the same product.",
  dearer: "It can only be exchanged for something of the same price or less.",
  not_sold: "The other variant is not sold any more. Choose another, or your money.",
  replaced_before: "What came in an exchange is exchanged for the same only. Choose that, or your money.",
  out_of_stock: "The other variant is not in stock. Give the money back instead.",
};

/** Why a bank said no, from the gateway's reason. */
export function decline(reason: string, kept = "Your units are still on hold: try another card."): string {
  const known: Record<string, string> = {
    insufficient_funds: "The bank declined: not enough funds.",
    expired_card: "The card has expired.",
    authentication_failed: "The payment was not confirmed with the bank.",
    method_gone: "This card is not saved any more.",
  };
  return `${known[reason] ?? "The bank declined this card."} Nothing was charged. ${kept}`;
}

function units(count: number): string {
  return count === 1 ? "1 is" : `${count} are`;
}
