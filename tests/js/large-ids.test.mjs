/** Ids from 2^53 on, which a number would round. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { stubClient } from "./support/account.mjs";

const LARGE = [
  "9007199254740992",
  "9007199254740993",
  "9223372036854775807",
  "9223372036854775808",
  "18446744073709551615",
];
/** Too long to search for. */
const LONGER = ["18446744073709551616", "123456789012345678901234567890"];
const task = (id, name) => `{"id":${id},"name":"${name}","status":"2"}`;

test("a task is found by its id, and its id is not rounded", async () => {
  const list = `[${LARGE.map((id) => task(id, `task ${id}`))},${task(9007199254740991, "last")}]`;
  const { smsc } = await stubClient(list);
  assert.deepEqual(
    (await smsc.tasks.list()).map(({ id }) => id),
    [...LARGE, Number.MAX_SAFE_INTEGER],
  );
  for (const id of LARGE) {
    for (const given of [id, BigInt(id)]) {
      const found = await smsc.tasks.get(given);
      assert.deepEqual([found.id, found.name], [id, `task ${id}`]);
      assert.equal((await smsc.tasks.waitFor(given)).id, id);
    }
  }
});

test("ids of any length are alike in every list", async () => {
  for (const id of [...LARGE, ...LONGER]) {
    const { smsc: tasks } = await stubClient(`[${task(id, "a")}]`);
    assert.deepEqual(await tasks.tasks.list(), [{ id, name: "a", status: 2 }]);
    const files = `[{"file":"a.pdf","fid":${id}}]`;
    const { smsc: senders } = await stubClient(`[{"sender":"SHOP","id":${id},"files":${files}}]`);
    const sender = { name: "SHOP", id, files: [{ name: "a.pdf", id }] };
    assert.deepEqual(await senders.senders.list({ files: true }), [sender]);
    assert.deepEqual(await senders.senders.iterate({ files: true }).toArray(5), [sender]);
    for (const message of [
      `{"id":${id},"int_id":"5"}`,
      `{"id":"${id}","int_id":"5"}`,
      `{"id":${id},"int_id":"5","x":1}`,
    ]) {
      const { smsc } = await stubClient(`[${message}]`);
      const [listed] = (await smsc.history.list()).messages;
      assert.deepEqual([listed.id, listed.extra?.id], [id, undefined], message);
      assert.deepEqual(await smsc.history.iterate().toArray(5), [listed]);
      assert.deepEqual(JSON.parse(await new Response(smsc.history.ndjson()).text()), listed);
      const { value } = await smsc.history.columns({}, { select: ["id"] }).next();
      assert.deepEqual(value.columns.id, [id]);
    }
  }
});

test("ids of sender names and messages are not rounded", async () => {
  for (const id of LARGE) {
    for (const written of [id, `"${id}"`]) {
      const { smsc: senders } = await stubClient(`[{"sender":"SHOP","id":${written}}]`);
      assert.equal((await senders.senders.list())[0].id, id);
      assert.equal((await senders.senders.get({ id })).id, id);
      const { smsc: history } = await stubClient(`[{"id":${written},"int_id":"5","phone":"79990000001"}]`);
      assert.equal((await history.history.list()).messages[0].id, id);
      const { smsc: added } = await stubClient(`{"sender":${written}}`);
      assert.deepEqual(await added.senders.add({ name: "SHOP" }), { id });
    }
  }
});

test("other integers are not rounded in `extra` and in responses of `call`", async () => {
  const { smsc } = await stubClient('[{"id":1,"total":18446744073709551615,"deep":[{"a":-9007199254740993}]}]');
  assert.deepEqual((await smsc.tasks.list())[0].extra, {
    total: "18446744073709551615",
    deep: [{ a: "-9007199254740993" }],
  });
  const { smsc: call } = await stubClient('{"id":9007199254740993,"cost":1.5,"cnt":3,"list":[9007199254740991]}');
  assert.deepEqual(await call.call("get.php"), {
    id: "9007199254740993",
    cost: 1.5,
    cnt: 3,
    list: [Number.MAX_SAFE_INTEGER],
  });
});
