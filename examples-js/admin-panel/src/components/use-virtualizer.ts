/** TanStack Virtual for Preact: the rows of a long list that are in view. */
import {
  elementScroll,
  observeElementOffset,
  observeElementRect,
  Virtualizer,
  type VirtualizerOptions,
} from "@tanstack/virtual-core";
import { useLayoutEffect, useReducer, useState } from "preact/hooks";

type Options = VirtualizerOptions<HTMLElement, HTMLElement>;

interface ListOptions {
  readonly count: number;
  readonly rowHeight: number;
  readonly getScrollElement: () => HTMLElement | null;
}

export function useVirtualizer({
  count,
  rowHeight,
  getScrollElement,
}: ListOptions): Virtualizer<HTMLElement, HTMLElement> {
  const [, rerender] = useReducer((renders: number, _: undefined) => renders + 1, 0);
  const options: Options = {
    count,
    getScrollElement,
    estimateSize: () => rowHeight,
    overscan: 8,
    scrollToFn: elementScroll,
    observeElementRect,
    observeElementOffset,
    onChange: () => rerender(undefined),
  };
  const [virtualizer] = useState(() => new Virtualizer<HTMLElement, HTMLElement>(options));
  virtualizer.setOptions(options);
  useLayoutEffect(() => virtualizer._didMount(), [virtualizer]);
  useLayoutEffect(() => virtualizer._willUpdate());
  useLayoutEffect(() => virtualizer.measure(), [virtualizer, rowHeight]);
  return virtualizer;
}
