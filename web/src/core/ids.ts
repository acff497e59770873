/** A new UUIDv7 (RFC 9562). It is the idempotency key of what is created with it: keep it for every retry. */
export function newId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  new DataView(bytes.buffer).setBigUint64(0, (BigInt(Date.now()) << 16n) | BigInt(0x7000 | (bytes[6]! & 0x0f) << 8 | bytes[7]!));
  return written(bytes);
}

/** A new id that nobody can guess (UUIDv4, RFC 9562): who knows it may look. */
export function secretId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6]! & 0x0f) | 0x40;
  return written(bytes);
}

function written(bytes: Uint8Array): string {
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
