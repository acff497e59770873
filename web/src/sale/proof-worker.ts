import type { ChallengeParameters } from "../contract";

// A proof of work (ALTCHA, version 2), done where it holds up nobody's taps.

const AT_ONCE = 256;

onmessage = async ({ data }: MessageEvent<ChallengeParameters>) => {
  const salt = bytes(data.salt);
  const nonce = bytes(data.nonce);
  for (let start = 0; ; start += AT_ONCE) {
    const keys = await Promise.all(Array.from({ length: AT_ONCE }, (_, index) => key(data, salt, nonce, start + index)));
    const found = keys.findIndex((it) => it.startsWith(data.keyPrefix.toLowerCase()));
    if (found >= 0) {
      postMessage({ counter: start + found, derivedKey: keys[found] });
      return;
    }
  }
};

async function key(parameters: ChallengeParameters, salt: Uint8Array, nonce: Uint8Array, counter: number): Promise<string> {
  let data = new Uint8Array(salt.length + nonce.length + 4);
  data.set(salt);
  data.set(nonce, salt.length);
  new DataView(data.buffer).setUint32(salt.length + nonce.length, counter);
  for (let round = 0; round < Math.max(1, parameters.cost); round++) data = new Uint8Array(await crypto.subtle.digest(parameters.algorithm, data));
  return Array.from(data.subarray(0, parameters.keyLength), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function bytes(text: string): Uint8Array {
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}
