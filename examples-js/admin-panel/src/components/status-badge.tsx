/** Badges of the service's codes. */
import type { MessageStatus, OperatorStatus, SenderStatus, TaskStatus } from "smsc-wasm";
import { codeTexts } from "../i18n/texts.ts";
import { Badge, type Tone } from "./badge.tsx";

const DELIVERED: readonly number[] = [1, 2, 4];
const PENDING: readonly number[] = [-1, 0];

function messageTone(status: MessageStatus): Tone {
  if (DELIVERED.includes(status)) return "success";
  return PENDING.includes(status) ? "warning" : "danger";
}

/** A code without a text is shown as a number. */
const textOf = (table: Readonly<Record<number, string | undefined>>, code: number): string =>
  table[code] ?? String(code);

export const messageStatusText = (status: MessageStatus): string => textOf(codeTexts.value.messageStatuses, status);

export function MessageStatusBadge({ status }: { readonly status: MessageStatus }) {
  return <Badge tone={messageTone(status)}>{messageStatusText(status)}</Badge>;
}

const SENDER_TONES: Readonly<Record<number, Tone>> = { 0: "warning", 1: "success", 2: "danger" };

export function SenderStatusBadge({ status }: { readonly status: SenderStatus }) {
  return <Badge tone={SENDER_TONES[status] ?? "neutral"}>{textOf(codeTexts.value.senderStatuses, status)}</Badge>;
}

const OPERATOR_TONES: Readonly<Record<number, Tone>> = {
  0: "neutral",
  1: "warning",
  2: "success",
  3: "danger",
  9: "success",
};

export const operatorTone = (status: OperatorStatus): Tone => OPERATOR_TONES[status] ?? "warning";
export const operatorStatusText = (status: OperatorStatus): string => textOf(codeTexts.value.operatorStatuses, status);

const TASK_TONES: Readonly<Record<number, Tone>> = { 0: "warning", 1: "brand", 2: "success" };

export function TaskStatusBadge({ status }: { readonly status: TaskStatus }) {
  return <Badge tone={TASK_TONES[status] ?? "danger"}>{textOf(codeTexts.value.taskStatuses, status)}</Badge>;
}

export const fileStatusText = (status: number): string => textOf(codeTexts.value.fileStatuses, status);
export const fileTone = (status: number): Tone => (status === 2 ? "success" : status === 1 ? "danger" : "warning");
