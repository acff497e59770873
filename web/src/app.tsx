import type { JSX } from "preact";
import { lazy, LocationProvider, Route, Router } from "preact-iso";
import { announce } from "./core/announce";
import { Layout } from "./parts/layout";
import { CartPage } from "./pages/cart";
import { CheckoutPage } from "./pages/checkout";
import { NotFound } from "./pages/not-found";
import { GuestOrderPage, OrderPage } from "./pages/order";
import { Orders } from "./pages/orders";
import { ProductPage } from "./pages/product";
import { SalePage } from "./pages/sale";
import { Sales } from "./pages/sales";
import { SharedCartPage } from "./pages/shared-cart";
import { Shop } from "./pages/shop";
import { StorePage } from "./pages/store";
import { SignIn } from "./pages/sign-in/page";

// Who buys never downloads what only sellers see.
const SellerHome = lazy(() => import("./pages/seller/home").then((module) => module.SellerHome));
const SellerApply = lazy(() => import("./pages/seller/apply").then((module) => module.SellerApply));
const SellerJoin = lazy(() => import("./pages/seller/join").then((module) => module.SellerJoin));
const SellerStaff = lazy(() => import("./pages/seller/staff").then((module) => module.SellerStaff));
const SellerSales = lazy(() => import("./pages/seller/sales").then((module) => module.SellerSales));
const SellerSale = lazy(() => import("./pages/seller/sale").then((module) => module.SellerSale));
const SellerProducts = lazy(() => import("./pages/seller/products").then((module) => module.SellerProducts));

const SellerOrders = lazy(() => import("./pages/seller/orders").then((module) => module.SellerOrders));
const SellerOrderPage = lazy(() => import("./pages/seller/order").then((module) => module.SellerOrderPage));
const SellerReturns = lazy(() => import("./pages/seller/returns").then((module) => module.SellerReturns));
const SellerReturnPage = lazy(() => import("./pages/seller/return").then((module) => module.SellerReturnPage));
const SellerDisputes = lazy(() => import("./pages/seller/disputes").then((module) => module.SellerDisputes));
const SellerDisputePage = lazy(() => import("./pages/seller/disputes").then((module) => module.SellerDisputePage));
const SellerProduct = lazy(() => import("./pages/seller/product").then((module) => module.SellerProduct));
const SellerNewProduct = lazy(() => import("./pages/seller/product").then((module) => module.SellerNewProduct));
const SellerStock = lazy(() => import("./pages/seller/stock").then((module) => module.SellerStock));
const SellerEarnings = lazy(() => import("./pages/seller/earnings").then((module) => module.SellerEarnings));
const SellerSettings = lazy(() => import("./pages/seller/settings").then((module) => module.SellerSettingsPage));
const SellerCoupons = lazy(() => import("./pages/seller/coupons").then((module) => module.SellerCoupons));

// What one comes to now and then, each in a piece of its own.
const ReturnSomething = lazy(() => import("./pages/returns/request").then((module) => module.ReturnSomething));
const Returns = lazy(() => import("./pages/returns/list").then((module) => module.Returns));
const ReturnPage = lazy(() => import("./pages/returns/return").then((module) => module.ReturnPage));
const DisputeOrder = lazy(() => import("./pages/disputes/open").then((module) => module.DisputeOrder));
const DisputeReturn = lazy(() => import("./pages/disputes/open").then((module) => module.DisputeReturn));
const OwnDisputes = lazy(() => import("./pages/disputes/pages").then((module) => module.Disputes));
const DisputePage = lazy(() => import("./pages/disputes/pages").then((module) => module.DisputePage));
const RestoreCart = lazy(() => import("./pages/cart-letters").then((module) => module.RestoreCart));
const CartReminders = lazy(() => import("./pages/cart-letters").then((module) => module.CartReminders));
const Profile = lazy(() => import("./pages/account/profile").then((module) => module.Profile));
const Security = lazy(() => import("./pages/account/security").then((module) => module.Security));
const Addresses = lazy(() => import("./pages/account/addresses").then((module) => module.Addresses));
const SavedCards = lazy(() => import("./pages/account/cards").then((module) => module.SavedCards));
const OwnPayments = lazy(() => import("./pages/account/payments").then((module) => module.OwnPayments));
const Keys = lazy(() => import("./pages/account/keys").then((module) => module.Keys));
const Opened = lazy(() => import("./pages/account/opened").then((module) => module.Opened));
const Verify = lazy(() => import("./pages/account/verify").then((module) => module.Verify));
const Forgot = lazy(() => import("./pages/account/forgot").then((module) => module.Forgot));
const Reset = lazy(() => import("./pages/account/reset").then((module) => module.Reset));
const Social = lazy(() => import("./pages/account/social").then((module) => module.Social));
const Users = lazy(() => import("./pages/office/users").then((module) => module.Users));
const UserPage = lazy(() => import("./pages/office/user").then((module) => module.UserPage));
const Roles = lazy(() => import("./pages/office/roles").then((module) => module.Roles));
const Audit = lazy(() => import("./pages/office/audit").then((module) => module.Audit));
const LeftCarts = lazy(() => import("./pages/office/carts").then((module) => module.LeftCarts));
const Applications = lazy(() => import("./pages/office/applications").then((module) => module.Applications));
const Sellers = lazy(() => import("./pages/office/sellers").then((module) => module.Sellers));
const Moderation = lazy(() => import("./pages/office/moderation").then((module) => module.Moderation));
const ReportedReviews = lazy(() => import("./pages/office/reviews").then((module) => module.ReportedReviews));
const OfficeCatalog = lazy(() => import("./pages/office/catalog").then((module) => module.OfficeCatalog));
const OfficeStock = lazy(() => import("./pages/office/stock").then((module) => module.OfficeStock));
const Groups = lazy(() => import("./pages/office/groups").then((module) => module.Groups));
const Access = lazy(() => import("./pages/office/access").then((module) => module.Access));
const Payments = lazy(() => import("./pages/office/payments").then((module) => module.Payments));
const PaymentPage = lazy(() => import("./pages/office/payment").then((module) => module.PaymentPage));
const Transfers = lazy(() => import("./pages/office/transfers").then((module) => module.Transfers));
const TransferPage = lazy(() => import("./pages/transfer").then((module) => module.TransferPage));
const Disputes = lazy(() => import("./pages/office/disputes").then((module) => module.Disputes));
const OrderDisputes = lazy(() => import("./pages/office/order-disputes").then((module) => module.OrderDisputes));
const OrderDisputePage = lazy(() => import("./pages/office/order-disputes").then((module) => module.OrderDisputePage));
const Exemptions = lazy(() => import("./pages/office/exemptions").then((module) => module.Exemptions));
const Taxes = lazy(() => import("./pages/office/taxes").then((module) => module.Taxes));
const Commission = lazy(() => import("./pages/office/commission").then((module) => module.Commission));

/** The pages by their addresses. What is below /docs, /api and /simulated-bank is the server's. */
export function App(): JSX.Element {
  return (
    <LocationProvider scope={/^(?!\/(docs|api|simulated-bank)\/)/}>
      <Layout>
        <Router onRouteChange={arrived}>
          <Route path="/" component={Shop} />
          <Route path="/c/:category" component={Shop} />
          <Route path="/p/:slug" component={ProductPage} />
          <Route path="/shops/:slug" component={StorePage} />
          <Route path="/sales" component={Sales} />
          <Route path="/sales/:id" component={SalePage} />
          <Route path="/cart" component={CartPage} />
          <Route path="/cart/shared/:id" component={SharedCartPage} />
          <Route path="/cart/restore" component={RestoreCart} />
          <Route path="/cart/reminders" component={CartReminders} />
          <Route path="/checkout/:id" component={CheckoutPage} />
          <Route path="/transfers/:id" component={TransferPage} />
          <Route path="/orders" component={Orders} />
          <Route path="/orders/guest/:key" component={GuestOrderPage} />
          <Route path="/orders/guest/:key/return" component={ReturnSomething} />
          <Route path="/orders/guest/:key/returns/:id" component={ReturnPage} />
          <Route path="/orders/guest/:key/returns/:id/dispute" component={DisputeReturn} />
          <Route path="/orders/guest/:key/dispute" component={DisputeOrder} />
          <Route path="/orders/guest/:key/disputes/:id" component={DisputePage} />
          <Route path="/orders/:id" component={OrderPage} />
          <Route path="/orders/:id/return" component={ReturnSomething} />
          <Route path="/orders/:id/dispute" component={DisputeOrder} />
          <Route path="/returns" component={Returns} />
          <Route path="/returns/:id" component={ReturnPage} />
          <Route path="/returns/:id/dispute" component={DisputeReturn} />
          <Route path="/disputes" component={OwnDisputes} />
          <Route path="/disputes/:id" component={DisputePage} />
          <Route path="/sign-in" component={SignIn} />
          <Route path="/account" component={Profile} />
          <Route path="/account/security" component={Security} />
          <Route path="/account/addresses" component={Addresses} />
          <Route path="/account/cards" component={SavedCards} />
          <Route path="/account/payments" component={OwnPayments} />
          <Route path="/account/keys" component={Keys} />
          <Route path="/account/opened" component={Opened} />
          <Route path="/account/verify" component={Verify} />
          <Route path="/account/forgot" component={Forgot} />
          <Route path="/account/reset" component={Reset} />
          <Route path="/account/social/:provider" component={Social} />
          <Route path="/admin/users" component={Users} />
          <Route path="/admin/users/:id" component={UserPage} />
          <Route path="/admin/roles" component={Roles} />
          <Route path="/admin/audit" component={Audit} />
          <Route path="/manager/applications" component={Applications} />
          <Route path="/manager/sellers" component={Sellers} />
          <Route path="/manager/moderation" component={Moderation} />
          <Route path="/manager/carts" component={LeftCarts} />
          <Route path="/manager/reviews" component={ReportedReviews} />
          <Route path="/manager/catalog" component={OfficeCatalog} />
          <Route path="/manager/stock" component={OfficeStock} />
          <Route path="/manager/transfers" component={Transfers} />
          <Route path="/manager/groups" component={Groups} />
          <Route path="/admin/access" component={Access} />
          <Route path="/manager/payments" component={Payments} />
          <Route path="/manager/payments/:id" component={PaymentPage} />
          <Route path="/manager/disputes" component={Disputes} />
          <Route path="/manager/order-disputes" component={OrderDisputes} />
          <Route path="/manager/order-disputes/:id" component={OrderDisputePage} />
          <Route path="/manager/commission" component={Commission} />
          <Route path="/manager/taxes" component={Taxes} />
          <Route path="/manager/tax-exemptions" component={Exemptions} />
          <Route path="/seller" component={SellerHome} />
          <Route path="/seller/apply" component={SellerApply} />
          <Route path="/seller/join" component={SellerJoin} />
          <Route path="/seller/staff" component={SellerStaff} />
          <Route path="/seller/sales" component={SellerSales} />
          <Route path="/seller/sales/:id" component={SellerSale} />
          <Route path="/seller/products" component={SellerProducts} />
          <Route path="/seller/orders" component={SellerOrders} />
          <Route path="/seller/orders/:id" component={SellerOrderPage} />
          <Route path="/seller/returns" component={SellerReturns} />
          <Route path="/seller/returns/:id" component={SellerReturnPage} />
          <Route path="/seller/disputes" component={SellerDisputes} />
          <Route path="/seller/disputes/:id" component={SellerDisputePage} />
          <Route path="/seller/products/new" component={SellerNewProduct} />
          <Route path="/seller/products/:id" component={SellerProduct} />
          <Route path="/seller/stock" component={SellerStock} />
          <Route path="/seller/earnings" component={SellerEarnings} />
          <Route path="/seller/settings" component={SellerSettings} />
          <Route path="/seller/coupons" component={SellerCoupons} />
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
