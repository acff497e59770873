import type { Id, LobbyDraw } from "../contract";
import { call } from "../core/api";

/** What checking a draw found out. */
export interface Checked {
  count: number;
  /** The number that a place was drawn, 0 when it was not among them. */
  mine: number;
  /** Whether the seed is the one that was committed to, and the order is the one it draws. */
  true: boolean;
}

/**
 * Compute the draw of a sale's lobby again, here.
 *
 * The seed's SHA-256 must be the commitment that was shown before anybody joined, and the places must stand in the
 * order of SHA-256 of seed and place id. `commitment` is the one that this page saw.
 */
export async function checkDraw(saleId: Id, commitment: string, placeId: Id | undefined): Promise<Checked> {
  const pages = await everyPage(saleId);
  const places = pages.flatMap((page) => page.places);
  const [first] = pages;
  const seed = bytes(first?.seed ?? "");
  const committed = hex(await sha256(seed)) === commitment;
  return {
    count: places.length,
    mine: placeId ? places.indexOf(placeId) + 1 : 0,
    true: committed && places.length === first?.count && (await inOrder(seed, places)),
  };
}

async function everyPage(saleId: Id): Promise<LobbyDraw[]> {
  const pages: LobbyDraw[] = [];
  let cursor: string | null = "";
  while (cursor !== null) {
    const page: LobbyDraw = await call("flash_sales.draw", { sale_id: saleId, cursor, limit: 5000 });
    pages.push(page);
    cursor = page.next;
  }
  return pages;
}

async function inOrder(seed: Uint8Array<ArrayBuffer>, places: readonly Id[]): Promise<boolean> {
  const keys = await Promise.all(places.map(async (id) => hex(await sha256(joined(seed, bytes(id.replaceAll("-", "")))))));
  return keys.every((key, index) => index === 0 || keys[index - 1]! < key);
}

function joined(one: Uint8Array, other: Uint8Array): Uint8Array<ArrayBuffer> {
  const both = new Uint8Array(one.length + other.length);
  both.set(one);
  both.set(other, one.length);
  return both;
}

async function sha256(data: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", data));
}

function bytes(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

function hex(data: Uint8Array): string {
  return Array.from(data, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
