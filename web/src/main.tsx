import { render } from "preact";
import { App } from "./app";
import { keepBelongings } from "./core/belongings";
import { keepCart } from "./core/cart";
import { keepTime } from "./core/clock";
import { openSocket } from "./core/connection";
import { keepSession } from "./core/session";
import { recall, remember } from "./core/storage";
import "./styles/index.css";

// A part of the pages that is gone was replaced by a newer release: one reload brings that.
addEventListener("vite:preloadError", () => {
  const now = Date.now();
  if (now - (recall<number>("reloaded") ?? 0) < 60_000) return;
  remember("reloaded", now);
  location.reload();
});

// Whoever listens to the socket listens before it opens.
keepSession();
keepBelongings();
keepCart();
keepTime();
openSocket();
render(<App />, document.getElementById("app")!);
