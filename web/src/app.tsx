import type { JSX } from "preact";
import { lazy, LocationProvider, Route, Router } from "preact-iso";
import { whisper } from "./core/announce";
import { arriving } from "./core/arriving";
import { Guarded } from "./parts/guarded";
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

type Page = () => JSX.Element;

/** A page in a piece of its own, by the name that its module gives it. */
function part<Name extends string>(load: () => Promise<Record<Name, Page>>, name: Name): Page {
  return lazy(() => arriving(load).then((module) => module[name]));
}

// Who buys never downloads what only sellers see.
const SellerHome = part(() => import("./pages/seller/home"), "SellerHome");
const SellerApply = part(() => import("./pages/seller/apply"), "SellerApply");
const SellerJoin = part(() => import("./pages/seller/join"), "SellerJoin");
const SellerStaff = part(() => import("./pages/seller/staff"), "SellerStaff");
const SellerSales = part(() => import("./pages/seller/sales"), "SellerSales");
const SellerSale = part(() => import("./pages/seller/sale"), "SellerSale");
const SellerProducts = part(() => import("./pages/seller/products"), "SellerProducts");
const SellerOrders = part(() => import("./pages/seller/orders"), "SellerOrders");
const SellerOrderPage = part(() => import("./pages/seller/order"), "SellerOrderPage");
const SellerReturns = part(() => import("./pages/seller/returns"), "SellerReturns");
const SellerReturnPage = part(() => import("./pages/seller/return"), "SellerReturnPage");
const SellerDisputes = part(() => import("./pages/seller/disputes"), "SellerDisputes");
const SellerDisputePage = part(() => import("./pages/seller/disputes"), "SellerDisputePage");
const SellerProduct = part(() => import("./pages/seller/product"), "SellerProduct");
const SellerNewProduct = part(() => import("./pages/seller/product"), "SellerNewProduct");
const SellerImport = part(() => import("./pages/seller/import"), "SellerImport");
const SellerOffer = part(() => import("./pages/seller/offer"), "SellerOffer");
const SellerShipping = part(() => import("./pages/seller/shipping"), "SellerShipping");
const SellerStock = part(() => import("./pages/seller/stock"), "SellerStock");
const SellerEarnings = part(() => import("./pages/seller/earnings"), "SellerEarnings");
const SellerPerformancePage = part(() => import("./pages/seller/performance"), "SellerPerformancePage");
const SellerSettings = part(() => import("./pages/seller/settings"), "SellerSettingsPage");
const SellerPreview = part(() => import("./pages/seller/preview"), "SellerPreview");
const SellerCoupons = part(() => import("./pages/seller/coupons"), "SellerCoupons");

// What one comes to now and then, each in a piece of its own.
const ReturnSomething = part(() => import("./pages/returns/request"), "ReturnSomething");
const Returns = part(() => import("./pages/returns/list"), "Returns");
const ReturnPage = part(() => import("./pages/returns/return"), "ReturnPage");
const DisputeOrder = part(() => import("./pages/disputes/open"), "DisputeOrder");
const DisputeReturn = part(() => import("./pages/disputes/open"), "DisputeReturn");
const OwnDisputes = part(() => import("./pages/disputes/pages"), "Disputes");
const DisputePage = part(() => import("./pages/disputes/pages"), "DisputePage");
const RestoreCart = part(() => import("./pages/cart-letters"), "RestoreCart");
const CartReminders = part(() => import("./pages/cart-letters"), "CartReminders");
const Profile = part(() => import("./pages/account/profile"), "Profile");
const Security = part(() => import("./pages/account/security"), "Security");
const Addresses = part(() => import("./pages/account/addresses"), "Addresses");
const SavedCards = part(() => import("./pages/account/cards"), "SavedCards");
const OwnPayments = part(() => import("./pages/account/payments"), "OwnPayments");
const Keys = part(() => import("./pages/account/keys"), "Keys");
const Opened = part(() => import("./pages/account/opened"), "Opened");
const Verify = part(() => import("./pages/account/verify"), "Verify");
const Forgot = part(() => import("./pages/account/forgot"), "Forgot");
const Reset = part(() => import("./pages/account/reset"), "Reset");
const Social = part(() => import("./pages/account/social"), "Social");
const Users = part(() => import("./pages/office/users"), "Users");
const UserPage = part(() => import("./pages/office/user"), "UserPage");
const Roles = part(() => import("./pages/office/roles"), "Roles");
const Audit = part(() => import("./pages/office/audit"), "Audit");
const LeftCarts = part(() => import("./pages/office/carts"), "LeftCarts");
const Applications = part(() => import("./pages/office/applications"), "Applications");
const Sellers = part(() => import("./pages/office/sellers"), "Sellers");
const Moderation = part(() => import("./pages/office/moderation"), "Moderation");
const ReportedReviews = part(() => import("./pages/office/reviews"), "ReportedReviews");
const OfficeCatalog = part(() => import("./pages/office/catalog"), "OfficeCatalog");
const OfficeStock = part(() => import("./pages/office/stock"), "OfficeStock");
const Groups = part(() => import("./pages/office/groups"), "Groups");
const Access = part(() => import("./pages/office/access"), "Access");
const Payments = part(() => import("./pages/office/payments"), "Payments");
const PaymentPage = part(() => import("./pages/office/payment"), "PaymentPage");
const Transfers = part(() => import("./pages/office/transfers"), "Transfers");
const TransferPage = part(() => import("./pages/transfer"), "TransferPage");
const Payouts = part(() => import("./pages/office/payouts"), "Payouts");
const Shipping = part(() => import("./pages/office/shipping"), "Shipping");
const Disputes = part(() => import("./pages/office/disputes"), "Disputes");
const OfficeFigures = part(() => import("./pages/office/figures"), "OfficeFigures");
const OfficeOrders = part(() => import("./pages/office/orders"), "OfficeOrders");
const OfficeOrderPage = part(() => import("./pages/office/orders"), "OfficeOrderPage");
const OfficeReturns = part(() => import("./pages/office/returns"), "OfficeReturns");
const OfficeReturnPage = part(() => import("./pages/office/returns"), "OfficeReturnPage");
const OrderDisputes = part(() => import("./pages/office/order-disputes"), "OrderDisputes");
const OrderDisputePage = part(() => import("./pages/office/order-disputes"), "OrderDisputePage");
const Exemptions = part(() => import("./pages/office/exemptions"), "Exemptions");
const Taxes = part(() => import("./pages/office/taxes"), "Taxes");
const Commission = part(() => import("./pages/office/commission"), "Commission");

/** The pages by their addresses. What is below /docs, /api and /simulated-bank is the server's. */
export function App(): JSX.Element {
  return (
    <LocationProvider scope={/^(?!\/(docs|api|simulated-bank)\/)/}>
      <Layout>
        <Guarded>
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
            <Route path="/manager/payouts" component={Payouts} />
            <Route path="/manager/shipping" component={Shipping} />
            <Route path="/manager/disputes" component={Disputes} />
            <Route path="/manager/figures" component={OfficeFigures} />
            <Route path="/manager/orders" component={OfficeOrders} />
            <Route path="/manager/orders/:id" component={OfficeOrderPage} />
            <Route path="/manager/returns" component={OfficeReturns} />
            <Route path="/manager/returns/:id" component={OfficeReturnPage} />
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
            <Route path="/seller/products/import" component={SellerImport} />
            <Route path="/seller/products/new" component={SellerNewProduct} />
            <Route path="/seller/products/:id" component={SellerProduct} />
            <Route path="/seller/offer" component={SellerOffer} />
            <Route path="/seller/shipping" component={SellerShipping} />
            <Route path="/seller/stock" component={SellerStock} />
            <Route path="/seller/earnings" component={SellerEarnings} />
            <Route path="/seller/performance" component={SellerPerformancePage} />
            <Route path="/seller/settings" component={SellerSettings} />
            <Route path="/seller/coupons" component={SellerCoupons} />
            <Route path="/seller/preview" component={SellerPreview} />
            <Route default component={NotFound} />
          </Router>
        </Guarded>
      </Layout>
    </LocationProvider>
  );
}

/** A new page is there: the keyboard goes on from its beginning, and who listens hears its title. */
function arrived(): void {
  document.getElementById("main")?.focus({ preventScroll: true });
  setTimeout(() => whisper(document.title));
}
