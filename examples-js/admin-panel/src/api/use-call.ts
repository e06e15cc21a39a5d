/** The state of a call that a component makes. */
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import type { Smsc } from "smsc-wasm";
import { type CallOptions, isCancelled, runCall } from "./run-call.ts";

export interface CallState<Result> {
  /** The last result, also while the call is repeated. */
  readonly result: Result | undefined;
  readonly error: unknown;
  readonly isRunning: boolean;
}

type Run<Result> = (client: Smsc, options: CallOptions) => Promise<Result>;

/** Runs calls one at a time: a new one cancels the previous one, and so does the end of the component. */
export function useCall<Result>() {
  const [state, setState] = useState<CallState<Result>>({ result: undefined, error: undefined, isRunning: false });
  const current = useRef<AbortController>(undefined);

  const start = useCallback(async (run: Run<Result>): Promise<Result | undefined> => {
    current.current?.abort();
    const controller = new AbortController();
    current.current = controller;
    const update = (change: Partial<CallState<Result>>) => {
      if (current.current === controller) setState((before) => ({ ...before, isRunning: false, ...change }));
    };
    update({ isRunning: true, error: undefined });
    try {
      const result = await runCall(run, controller);
      update({ result });
      return result;
    } catch (error) {
      update(isCancelled(error) ? {} : { error });
      return undefined;
    }
  }, []);

  const cancel = useCallback(() => current.current?.abort(), []);

  useEffect(
    () => () => {
      const controller = current.current;
      current.current = undefined;
      controller?.abort();
    },
    [],
  );

  return { ...state, start, cancel };
}
