import type { JSX } from "preact";
import { lazy, LocationProvider, Route, Router } from "preact-iso";
import { announce } from "./core/announce";
import { Layout } from "./parts/layout";
import { Account } from "./pages/account";
import { NotFound } from "./pages/not-found";
import { OrderPage } from "./pages/order";
import { Orders } from "./pages/orders";
import { ProductPage } from "./pages/product";
import { SalePage } from "./pages/sale";
import { Sales } from "./pages/sales";
import { Shop } from "./pages/shop";
import { SignIn } from "./pages/sign-in";

// Who buys never downloads what only sellers see.
const SellerSales = lazy(() => import("./pages/seller/sales").then((module) => module.SellerSales));
const SellerSale = lazy(() => import("./pages/seller/sale").then((module) => module.SellerSale));
const SellerProducts = lazy(() => import("./pages/seller/products").then((module) => module.SellerProducts));

/** The pages by their addresses. What is below /docs, /api and /simulated-bank is the server's. */
export function App(): JSX.Element {
  return (
    <LocationProvider scope={/^(?!\/(docs|api|simulated-bank)\/)/}>
      <Layout>
        <Router onRouteChange={arrived}>
          <Route path="/" component={Shop} />
          <Route path="/c/:category" component={Shop} />
          <Route path="/p/:slug" component={ProductPage} />
          <Route path="/sales" component={Sales} />
          <Route path="/sales/:id" component={SalePage} />
          <Route path="/orders" component={Orders} />
          <Route path="/orders/:id" component={OrderPage} />
          <Route path="/sign-in" component={SignIn} />
          <Route path="/account" component={Account} />
          <Route path="/seller/sales" component={SellerSales} />
          <Route path="/seller/sales/:id" component={SellerSale} />
          <Route path="/seller/products" component={SellerProducts} />
          <Route default component={NotFound} />
        </Router>
      </Layout>
    </LocationProvider>
  );
}

/** A new page is there: the keyboard goes on from its beginning, and who listens hears its title. */
function arrived(): void {
  document.getElementById("main")?.focus({ preventScroll: true });
  setTimeout(() => announce(document.title));
}
