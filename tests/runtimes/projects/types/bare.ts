/** Uses the package in a project without the types of a platform. This file is only compiled. */
import { createClient, type Message, sumCosts } from "smsc-wasm";
import { ru } from "smsc-wasm/codes";
import { decodeHistory } from "smsc-wasm/formats";
import { createEmulator } from "smsc-wasm/testing";

export async function use(text: string): Promise<string[]> {
  const smsc = await createClient(createEmulator().clientOptions());
  const { messages } = await smsc.history.list();
  const stored: Message[] = await decodeHistory(text, 3);
  // @ts-expect-error A value that is neither bytes nor a file, although the types of files are not known.
  await smsc.senders.add({ name: "A", document: 5 });
  return [sumCosts([...messages, ...stored]), ...messages.map(({ status }) => ru.messageStatuses[status] ?? "")];
}
