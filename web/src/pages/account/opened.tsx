import type { JSX } from "preact";
import { permissions } from "../../core/permissions";
import { grantText } from "../../parts/grants";
import { Empty, Loading } from "../../parts/states";
import { AccountPage } from "./frame";

// Where one comes to what is opened; what is not here is for programs.
const PAGES = new Map([["orders.show", "/orders/"]]);

/** What access lists open to who is here, beside what is theirs. */
export function Opened(): JSX.Element {
  const opened = permissions.value?.opened;
  return (
    <AccountPage title="Opened to you">
      <p class="soft">An admin has opened these to you, one thing each.</p>
      {!opened && <Loading />}
      {opened?.length === 0 && <Empty title="Nothing">You see and do what is yours.</Empty>}
      <ul class="rows">
        {opened?.map(({ operation, resource_id }) => (
          <li key={`${operation} ${resource_id}`} class="row">
            <div class="row-main">
              <p class="row-title">{PAGES.has(operation) ? <a href={`${PAGES.get(operation)}${resource_id}`}>{grantText(operation)}</a> : grantText(operation)}</p>
              <p class="soft">
                <code>{resource_id}</code>
              </p>
            </div>
          </li>
        ))}
      </ul>
    </AccountPage>
  );
}
