"""Who may ask what of promotions, price lists and taxes."""

from fastshop.contract.accounts import Role
from fastshop.contract.base import IdReused
from fastshop.contract.catalog import NoShop, VariantNotFound
from fastshop.contract.prices import PlaceTaken, TierNotFound, TierTaken, ZoneNotFound
from fastshop.contract.pricing import CartTooLarge, NoPrice
from fastshop.contract.promotions import (
    CampaignNotFound,
    CouponCodeTaken,
    CouponInUse,
    CouponNotFound,
    CouponUnknown,
    GroupUnknown,
    TermsUnclear,
    TooManyCodes,
)
from fastshop.contract.tax_exemptions import ExemptionIsOver, ExemptionNotFound, NoVatNumber, VatNumberInvalid
from fastshop.contract.users import UserNotFound
from server.domains.pricing.campaigns import Campaigns
from server.domains.pricing.coupons import Coupons
from server.domains.pricing.exemptions import Exemptions
from server.domains.pricing.lists import PriceLists
from server.domains.pricing.service import Pricing
from server.domains.pricing.taxes import Taxes
from server.kernel.caller import ANYONE, SIGNED_IN, any_of
from server.kernel.operation import Operation

_PROMOTING = any_of(Role.ADMIN, Role.MANAGER, Role.SELLER)
_SELLING = any_of(Role.ADMIN, Role.SELLER)
_RULING = any_of(Role.ADMIN)
_OFFICE = any_of(Role.ADMIN, Role.MANAGER)


def operations(
    pricing: Pricing,
    coupons: Coupons,
    campaigns: Campaigns,
    lists: PriceLists,
    taxes: Taxes,
    exemptions: Exemptions,
) -> tuple[Operation, ...]:
    """The operations of this domain."""
    quoting = (VariantNotFound, NoPrice, CartTooLarge)
    return (
        Operation(coupons.create, _PROMOTING, (NoShop, CouponCodeTaken, TermsUnclear, GroupUnknown, IdReused)),
        Operation(coupons.edit, _PROMOTING, (CouponNotFound, TermsUnclear, GroupUnknown)),
        Operation(coupons.generate, _PROMOTING, (NoShop, TermsUnclear, GroupUnknown, IdReused)),
        Operation(coupons.list_all, _PROMOTING, (NoShop,)),
        Operation(coupons.show, _PROMOTING, (CouponNotFound,)),
        Operation(coupons.deactivate, _PROMOTING, (CouponNotFound,)),
        Operation(coupons.delete, _PROMOTING, (CouponNotFound, CouponInUse)),
        Operation(coupons.list_uses, _PROMOTING, (CouponNotFound,)),
        Operation(coupons.show_performance, _PROMOTING, (CouponNotFound,)),
        Operation(pricing.validate, ANYONE, (CouponUnknown, TooManyCodes, *quoting)),
        Operation(pricing.best, ANYONE, (TooManyCodes, *quoting)),
        Operation(pricing.simulate, _PROMOTING, (TooManyCodes, *quoting)),
        Operation(campaigns.create, _PROMOTING, (NoShop, TermsUnclear, GroupUnknown, IdReused)),
        Operation(campaigns.edit, _PROMOTING, (CampaignNotFound, TermsUnclear, GroupUnknown)),
        Operation(campaigns.list_running, ANYONE),
        Operation(campaigns.list_own, _PROMOTING, (NoShop,)),
        Operation(campaigns.show, ANYONE, (CampaignNotFound,)),
        Operation(campaigns.delete, _PROMOTING, (CampaignNotFound,)),
        Operation(lists.list_tiers, _SELLING, (VariantNotFound,)),
        Operation(lists.create_tier, _SELLING, (VariantNotFound, TierTaken, TermsUnclear, GroupUnknown, IdReused)),
        Operation(lists.edit_tier, _SELLING, (TierNotFound, TierTaken, TermsUnclear)),
        Operation(lists.delete_tier, _SELLING, (TierNotFound,)),
        Operation(lists.show_history, ANYONE, (VariantNotFound,)),
        Operation(taxes.list_zones, ANYONE),
        Operation(taxes.save_zone, _RULING, (PlaceTaken, TermsUnclear)),
        Operation(taxes.delete_zone, _RULING, (ZoneNotFound,)),
        Operation(exemptions.list, _OFFICE),
        Operation(exemptions.list_own, SIGNED_IN),
        Operation(exemptions.grant, _OFFICE, (UserNotFound, ExemptionIsOver, VatNumberInvalid, IdReused)),
        Operation(exemptions.check, _OFFICE, (ExemptionNotFound, NoVatNumber)),
        Operation(exemptions.revoke, _OFFICE, (ExemptionNotFound,)),
    )
