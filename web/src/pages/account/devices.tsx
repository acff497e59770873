import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import type { Session } from "../../contract";
import { announce } from "../../core/announce";
import { call } from "../../core/api";
import { sessionNews } from "../../core/belongings";
import { day } from "../../core/format";
import { usePages } from "../../core/loading";
import { useDoing } from "../../parts/doing";
import { More } from "../../parts/more";
import { Badge, Loading, Trouble } from "../../parts/states";

/** The devices one is signed in on. The list changes as devices come and go. */
export function Devices(): JSX.Element {
  const list = usePages("sessions", (cursor) => call("accounts.list_sessions", { cursor }));
  const doing = useDoing();
  const news = sessionNews.value;
  useEffect(() => {
    if (news > 0) list.again();
  }, [news]);
  const end = async (session: Session): Promise<void> => {
    await call("accounts.end_session", { session_id: session.id });
    announce("The device is signed out.");
    list.again();
  };
  const endOthers = async (): Promise<void> => {
    await call("accounts.end_other_sessions", {});
    announce("Every other device is signed out.");
    list.again();
  };
  return (
    <section aria-labelledby="devices">
      <h2 id="devices">Where you are signed in</h2>
      <p class="soft">A device you end is signed out at once. When you sign in on one device too many, the one that you have not used for longest is signed out.</p>
      {doing.error !== undefined && <Trouble error={doing.error} />}
      {list.items === undefined && list.error === undefined && <Loading />}
      <ul class="rows">
        {list.items?.map((session) => (
          <li key={session.id} class="row">
            <div class="row-main">
              <p class="row-title">
                {deviceName(session.device)} {session.current && <Badge tone="good">This device</Badge>}
              </p>
              <p class="soft">
                {session.ip_address} · active {day(session.last_activity)}
              </p>
            </div>
            {!session.current && (
              <button
                type="button"
                class="button button-quiet button-small"
                aria-label={`Sign out ${deviceName(session.device)}, ${session.ip_address}`}
                disabled={doing.busy}
                onClick={() => void doing.run(() => end(session))}
              >
                Sign out
              </button>
            )}
          </li>
        ))}
      </ul>
      <More list={list} />
      {list.items !== undefined && list.items.length > 1 && (
        <p>
          <button type="button" class="button button-quiet" disabled={doing.busy} onClick={() => void doing.run(endOthers)}>
            Sign out everywhere else
          </button>
        </p>
      )}
    </section>
  );
}

/** `Chrome on Android` out of what a browser calls itself; what is no browser keeps its own name. */
function deviceName(agent: string): string {
  const browser = ["Firefox", "Edg", "OPR", "Chrome", "Safari"].find((it) => agent.includes(`${it}/`));
  const system = ["Android", "iPhone", "iPad", "Windows", "Mac OS X", "Linux"].find((it) => agent.includes(it));
  if (!browser) return agent || "Unknown device";
  const name = { Edg: "Edge", OPR: "Opera" }[browser] ?? browser;
  return system ? `${name} on ${system === "Mac OS X" ? "Mac" : system}` : name;
}
