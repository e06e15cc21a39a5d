/** The filters of the history: in the address, and as a query of the client. */
import type { HistoryQuery, Message } from "smsc-wasm";
import { hrefOf } from "../url.ts";

export const CHANNELS = ["sms", "email", "all"] as const;
export type Channel = (typeof CHANNELS)[number];

/** The values of the form. An empty text selects everything. */
export interface Filters {
  /** First day, `YYYY-MM-DD`. */
  readonly start: string;
  /** Last day, `YYYY-MM-DD`. */
  readonly end: string;
  /** Phone numbers or e-mail addresses. */
  readonly numbers: string;
  readonly channel: Channel;
  /** Code of a status. The service cannot select by it, so the panel does. */
  readonly status: string;
}

export const NO_FILTERS: Filters = { start: "", end: "", numbers: "", channel: "sms", status: "" };

const readChannel = (text: string | null): Channel =>
  CHANNELS.find((channel) => channel === text) ?? NO_FILTERS.channel;

export function readFilters(parameters: URLSearchParams): Filters {
  const read = (name: keyof Filters) => parameters.get(name) ?? "";
  return {
    start: read("start"),
    end: read("end"),
    numbers: read("numbers"),
    channel: readChannel(parameters.get("channel")),
    status: read("status"),
  };
}

export function hrefOfFilters(filters: Filters): string {
  return hrefOf("history", { ...filters, channel: filters.channel === NO_FILTERS.channel ? "" : filters.channel });
}

export function queryOf({ start, end, numbers, channel }: Filters): HistoryQuery {
  const period = { start: start || undefined, end: end || undefined };
  const recipients = numbers.split(/[,;\n]/).flatMap((text) => text.trim() || []);
  if (recipients.length === 0) return { ...period, channel };
  return recipients.some((text) => text.includes("@"))
    ? { ...period, emails: recipients }
    : { ...period, phones: recipients };
}

export function selectByStatus(messages: readonly Message[], status: string): readonly Message[] {
  return status === "" ? messages : messages.filter((message) => String(message.status) === status);
}
