/**
 * Forty requests of one account, for several machines to share out, and what a client does with a limiter to send them.
 * It is copied into projects, so it imports nothing.
 */

/** Windows pass this much faster than the service's, and so does the emulator's clock. */
export const FASTER = 20;

const JOBS = [
  ...Array.from({ length: 10 }, () => (smsc) => smsc.history.list({ limit: 1 })),
  ...Array.from({ length: 12 }, (_, index) => (smsc) => smsc.history.list({ limit: 2 + index })),
  ...Array.from({ length: 10 }, (_, index) => (smsc) => smsc.senders.add({ name: `Name${index}` })),
  ...Array.from({ length: 8 }, () => (smsc) => smsc.tasks.list()),
];

/** How many there are. */
export const COUNT = JOBS.length;

/** The least time for them: of the ten identical ones three may go in a minute, so that the tenth goes after three. */
export const LEAST_MS = 3 * 60_000;

/** Does every `machines`th of the jobs, all at once. Gives what went wrong, which is nothing. */
export async function work(limiter, baseUrl, machine, machines) {
  const smsc = client({ limiter: faster(limiter), baseUrl });
  const mine = JOBS.filter((_, index) => index % machines === machine);
  const results = await Promise.allSettled(mine.map((job) => job(smsc)));
  return results.filter(({ status }) => status === "rejected").map(({ reason }) => String(reason?.stack ?? reason));
}

/** The limiter with all windows shorter. */
function faster(limiter) {
  const shorter = ({ windowMs, ...window }) => ({ ...window, windowMs: windowMs / FASTER });
  return {
    acquire: (request, signal) => limiter.acquire({ ...request, windows: request.windows.map(shorter) }, signal),
    release: (ticket, hold) => limiter.release(ticket, hold),
  };
}

const MINUTE = 60_000;
const HISTORY = { key: "history", most: 30, windowMs: 60 * MINUTE };
const ADD = { key: "senders.add", most: 5, windowMs: MINUTE };
const identical = (key) => ({ key, most: 3, windowMs: MINUTE });

/** As much of a client as the jobs need. */
function client({ limiter, baseUrl }) {
  const call = async (script, parameters, windows) => {
    const ticket = crypto.randomUUID();
    const request = { ticket, windows, atOnce: 14, leaseMs: 60_000, patient: true, force: false };
    for (;;) {
      const answer = await limiter.acquire(request);
      if (answer.granted) break;
      await new Promise((resolve) => setTimeout(resolve, answer.waitMs));
    }
    try {
      const body = new URLSearchParams({ apikey: "demo-key", fmt: "3", charset: "utf-8", ...parameters });
      const reply = await (await fetch(`${baseUrl}/sys/${script}`, { method: "POST", body })).json();
      if (reply.error_code) throw new Error(`${script}: error ${reply.error_code}, ${reply.error}`);
    } finally {
      await limiter.release(ticket);
    }
  };
  return {
    history: {
      list: ({ limit }) =>
        call("get.php", { get_messages: 1, cnt: limit }, [identical(`history.identical ${limit}`), HISTORY]),
    },
    senders: { add: ({ name }) => call("senders.php", { add: 1, sender: name }, [ADD]) },
    tasks: { list: () => call("downloads.php", { get_list: 1 }, [identical("tasks.identical")]) },
  };
}
