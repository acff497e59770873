import type { CartLine, Product, Variant } from "../contract";

/** Goods as they look in a cart. */
export function lineOf(product: Product, variant: Variant, quantity: number): CartLine {
  return {
    variant_id: variant.id,
    quantity,
    noted: variant.price,
    product_id: product.id,
    seller_id: product.seller.id,
    title: product.title,
    image_url: product.images[0]?.url ?? "",
    sku: variant.sku,
    options: variant.options,
    price: variant.price,
    total: variant.price,
    stock: variant.stock,
    notices: [],
  };
}
