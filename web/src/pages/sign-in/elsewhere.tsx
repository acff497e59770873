import type { JSX } from "preact";
import { call } from "../../core/api";
import { useLoaded } from "../../core/loading";
import { remember } from "../../core/storage";
import { useDoing } from "../../parts/doing";
import { Trouble } from "../../parts/states";

/** What this tab keeps while one signs in elsewhere. Only with the ticket can it be finished. */
export interface Begun {
  provider: string;
  ticket: string;
  next: string;
}

export const BEGUN = "signing in elsewhere";

/** Sign in with an account elsewhere, where the shop is set up for it. */
export function Elsewhere({ next }: { next: string }): JSX.Element | null {
  const providers = useLoaded("providers", () => call("accounts.list_providers", {}));
  const doing = useDoing();
  const begin = async (provider: string): Promise<void> => {
    const begun = await call("accounts.begin_social", { provider });
    remember(BEGUN, { provider, ticket: begun.ticket, next } satisfies Begun);
    location.assign(begun.url);
  };
  const names = providers.value?.names ?? [];
  if (names.length === 0) return null;
  return (
    <div class="elsewhere">
      <p class="or">or</p>
      {doing.error !== undefined && <Trouble error={doing.error} />}
      {names.map((name) => (
        <button key={name} type="button" class="button button-quiet button-wide" disabled={doing.busy} onClick={() => void doing.run(() => begin(name))}>
          Continue with {providerName(name)}
        </button>
      ))}
    </div>
  );
}

/** `Google` for `google`. */
export function providerName(name: string): string {
  return name.slice(0, 1).toUpperCase() + name.slice(1);
}
