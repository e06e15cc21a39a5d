/** A time series with uPlot: bars for a count, a line for an amount. */
import { useLayoutEffect, useRef } from "preact/hooks";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { isDark } from "../theme.ts";

interface Props {
  /** What screen readers say instead of the picture. */
  readonly label: string;
  /** Unix seconds, ascending. */
  readonly times: readonly number[];
  readonly counts: readonly number[];
  readonly amounts: readonly number[];
  readonly countLabel: string;
  readonly amountLabel: string;
  readonly formatTime: (seconds: number) => string;
}

const HEIGHT = 220;
const DAY_SECONDS = 86_400;
/** uPlot declares its path builders as optional. */
const bars = uPlot.paths.bars?.({ size: [0.8, 48] });

export function Chart({ label, times, counts, amounts, countLabel, amountLabel, formatTime }: Props) {
  const figure = useRef<HTMLDivElement>(null);
  const dark = isDark.value;

  useLayoutEffect(() => {
    const element = figure.current;
    if (!element) return;
    const [first = 0, second = first + DAY_SECONDS] = times;
    const step = second - first;
    const colours = readColours(element, dark);
    const axis = { stroke: colours.text, grid: { stroke: colours.grid, width: 1 }, ticks: { show: false } };
    const plot = new uPlot(
      {
        width: element.clientWidth,
        height: HEIGHT,
        legend: { live: true },
        cursor: { drag: { x: false, y: false } },
        // The times are of UTC already.
        tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), "Etc/UTC"),
        // Half a bar on both sides.
        scales: {
          x: { range: (_, min, max) => [min - step / 2, max + step / 2] },
          amount: { range: (_, __, max) => [0, max || 1] },
          y: { range: (_, __, max) => [0, max || 1] },
        },
        series: [
          { value: (_, time) => (time === null ? "" : formatTime(time)) },
          {
            label: countLabel,
            fill: colours.bar,
            stroke: colours.bar,
            ...(bars && { paths: bars }),
            points: { show: false },
          },
          { label: amountLabel, scale: "amount", stroke: colours.line, width: 2, points: { show: false } },
        ],
        axes: [
          { ...axis, values: (_, splits) => splits.map(formatTime), space: 70 },
          { ...axis, size: 50 },
          { ...axis, scale: "amount", side: 1, size: 50, grid: { show: false } },
        ],
      },
      [[...times], [...counts], [...amounts]],
      element,
    );
    const observer = new ResizeObserver(() => plot.setSize({ width: element.clientWidth, height: HEIGHT }));
    observer.observe(element);
    return () => {
      observer.disconnect();
      plot.destroy();
    };
  }, [times, counts, amounts, countLabel, amountLabel, formatTime, dark]);

  return <div ref={figure} class="chart" role="img" aria-label={label} />;
}

/** The theme's colours: a canvas does not know the styles. */
function readColours(element: HTMLElement, dark: boolean) {
  const styles = getComputedStyle(element);
  const read = (name: string) => styles.getPropertyValue(`--wa-color-${name}`).trim();
  return {
    text: read("text-quiet"),
    grid: read("surface-border"),
    bar: read(dark ? "brand-40" : "brand-80"),
    line: read(dark ? "success-70" : "success-40"),
  };
}
