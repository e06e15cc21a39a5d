/** Messages and cost over time, and by status, operator and sender. */
import { useMemo } from "preact/hooks";
import { type Message, sumCosts } from "smsc-wasm";
import { Bars } from "../components/bars.tsx";
import { Chart } from "../components/chart.tsx";
import { messageStatusText } from "../components/status-badge.tsx";
import { formatDay, formatMoney, formatMonth, formatNumber, formatShare } from "../i18n/format.ts";
import { texts } from "../i18n/texts.ts";
import { type Group, groupBy, overTime, type Period } from "./statistics.ts";

/** More groups than these are added up. */
const MAX_GROUPS = 8;

export function StatisticsView({ messages }: { readonly messages: readonly Message[] }) {
  const { statistics } = texts.value;
  const byStatus = useMemo(() => groupBy(messages, ({ status }) => String(status)), [messages]);
  const byOperator = useMemo(() => groupBy(messages, ({ operator }) => operator), [messages]);
  const bySender = useMemo(() => groupBy(messages, ({ senderId }) => senderId), [messages]);
  const nameOf = ({ key }: Group) => key || statistics.unknown;
  return (
    <section class="statistics" aria-labelledby="statistics-title">
      <h2 id="statistics-title">{statistics.title}</h2>
      <p class="hint">{statistics.scope(messages.length)}</p>
      <TimeSeries messages={messages} />
      <div class="shares">
        <Shares title={statistics.byStatus} groups={byStatus} nameOf={({ key }) => messageStatusText(Number(key))} />
        <Shares title={statistics.byOperator} groups={byOperator} nameOf={nameOf} />
        <Shares title={statistics.bySender} groups={bySender} nameOf={nameOf} />
      </div>
    </section>
  );
}

function TimeSeries({ messages }: { readonly messages: readonly Message[] }) {
  const { statistics } = texts.value;
  const { unit, periods } = useMemo(() => overTime(messages), [messages]);
  const columns = useMemo(
    () => ({
      times: periods.map(({ start }) => start),
      counts: periods.map(({ count }) => count),
      // The picture needs no exact numbers. The table has them.
      amounts: periods.map(({ cost }) => Number(cost)),
    }),
    [periods],
  );
  const format = unit === "day" ? formatDay : formatMonth;
  return (
    <figure>
      <figcaption>{statistics.overTime}</figcaption>
      <Chart
        {...columns}
        label={`${statistics.overTime}: ${statistics.count}, ${statistics.cost}`}
        countLabel={statistics.count}
        amountLabel={statistics.cost}
        formatTime={format}
      />
      <details>
        <summary>{statistics.asTable}</summary>
        <PeriodTable periods={periods} title={unit === "day" ? statistics.day : statistics.month} format={format} />
      </details>
    </figure>
  );
}

interface PeriodTableProps {
  readonly periods: readonly Period[];
  readonly title: string;
  readonly format: (seconds: number) => string;
}

function PeriodTable({ periods, title, format }: PeriodTableProps) {
  const { statistics } = texts.value;
  return (
    <table class="periods">
      <thead>
        <tr>
          {[title, statistics.count, statistics.cost].map((column) => (
            <th key={column} scope="col">
              {column}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {periods.map(({ start, count, cost }) => (
          <tr key={start}>
            <th scope="row">{format(start)}</th>
            <td>{formatNumber(count)}</td>
            <td>{formatMoney(cost)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

interface SharesProps {
  readonly title: string;
  readonly groups: readonly Group[];
  readonly nameOf: (group: Group) => string;
}

function Shares({ title, groups, nameOf }: SharesProps) {
  const { statistics } = texts.value;
  const total = groups.reduce((sum, { count }) => sum + count, 0);
  const shown = groups.slice(0, MAX_GROUPS).map((group) => ({ ...group, label: nameOf(group) }));
  const others = groups.slice(MAX_GROUPS);
  if (others.length > 0) {
    const count = others.reduce((sum, group) => sum + group.count, 0);
    shown.push({ key: "others", label: statistics.others, count, cost: sumCosts(others) });
  }
  return (
    <Bars
      title={title}
      columns={[statistics.count, "%", statistics.cost]}
      bars={shown.map(({ key, label, count, cost }) => ({
        key,
        label,
        share: count / total,
        values: [formatNumber(count), formatShare(count / total), formatMoney(cost)],
      }))}
    />
  );
}
