/** Gives a snippet the address of a page, and a proxy behind `fetch` that adds the credentials. */
const { fetch } = globalThis;

globalThis.location = new URL("https://shop.example/orders");
globalThis.fetch = (url, init) => {
  const form = new URLSearchParams(init.body);
  form.set("apikey", process.env.SMSC_API_KEY);
  return fetch(url, { ...init, body: form.toString() });
};
