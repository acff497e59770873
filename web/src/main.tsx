import { render } from "preact";
import { App } from "./app";
import { keepBelongings } from "./core/belongings";
import { keepCart } from "./core/cart";
import { keepTime } from "./core/clock";
import { openSocket } from "./core/connection";
import { keepSession } from "./core/session";
import "./styles/index.css";

// Whoever listens to the socket listens before it opens.
keepSession();
keepBelongings();
keepCart();
keepTime();
openSocket();
render(<App />, document.getElementById("app")!);
