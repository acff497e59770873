import type { JSX } from "preact";
import { useLocation } from "preact-iso";
import { useEffect, useState } from "preact/hooks";
import type { Session } from "../contract";
import { announce } from "../core/announce";
import { call } from "../core/api";
import { sessionNews } from "../core/belongings";
import { day } from "../core/format";
import { usePages } from "../core/loading";
import { me, signOut } from "../core/session";
import { More } from "../parts/more";
import { SignedInOnly, useTitle } from "../parts/page";
import { Badge, Loading, Trouble } from "../parts/states";

/** Who one is here, and the devices one is signed in on. */
export function Account(): JSX.Element {
  useTitle("Account");
  return (
    <SignedInOnly>
      <section class="middle">
        <h1>Your account</h1>
        <Who />
        <Devices />
      </section>
    </SignedInOnly>
  );
}

function Who(): JSX.Element {
  const { route } = useLocation();
  const leave = async (): Promise<void> => {
    await signOut();
    route("/");
  };
  return (
    <div class="panel who">
      <div>
        <p class="who-name">{me.value?.name}</p>
        <p class="soft">{me.value?.email}</p>
      </div>
      <button type="button" class="button button-quiet" onClick={() => void leave()}>
        Sign out
      </button>
    </div>
  );
}

function Devices(): JSX.Element {
  const list = usePages("sessions", (cursor) => call("accounts.list_sessions", { cursor }));
  const [error, setError] = useState<unknown>();
  const news = sessionNews.value;
  useEffect(() => {
    if (news > 0) list.again();
  }, [news]);
  const end = async (session: Session): Promise<void> => {
    setError(undefined);
    try {
      await call("accounts.end_session", { session_id: session.id });
      announce("The device is signed out.");
      list.again();
    } catch (problem) {
      setError(problem);
    }
  };
  return (
    <section aria-labelledby="devices">
      <h2 id="devices">Where you are signed in</h2>
      <p class="soft">A device you end is signed out at once.</p>
      {error !== undefined && <Trouble error={error} />}
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
              <button type="button" class="button button-quiet button-small" aria-label={`Sign out ${deviceName(session.device)}, ${session.ip_address}`} onClick={() => void end(session)}>
                Sign out
              </button>
            )}
          </li>
        ))}
      </ul>
      <More list={list} />
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
