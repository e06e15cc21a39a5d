export default {
  async fetch() {
    const fetch = async () => new Response('{"balance":"100.50"}');
    return new Response((await (await fetch()).json()).balance);
  },
};
