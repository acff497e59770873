/** The token that the link in a mail ends with. It stands behind the `#`, which no server is sent. */
export function tokenOfMail(): string {
  return new URLSearchParams(location.hash.slice(1)).get("token") ?? "none";
}
