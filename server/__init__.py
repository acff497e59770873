"""The server of FastShop. `app.open_shop` puts it together; everything else is put together by it."""
