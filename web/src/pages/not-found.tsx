import type { JSX } from "preact";
import { useTitle } from "../parts/page";

/** For an address that leads nowhere, or to something that is gone. */
export function NotFound(): JSX.Element {
  useTitle("Not found");
  return (
    <section class="narrow center">
      <h1>There is nothing here</h1>
      <p class="soft">The address may be mistyped, or what was here is gone.</p>
      <p>
        <a class="button" href="/">
          To the shop
        </a>
      </p>
    </section>
  );
}
