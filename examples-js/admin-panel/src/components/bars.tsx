/** Shares as bars: a table whose rows have a bar behind the text. */
interface Bar {
  readonly key: string;
  readonly label: string;
  /** 0 to 1. */
  readonly share: number;
  readonly values: readonly string[];
}

interface Props {
  readonly title: string;
  readonly columns: readonly string[];
  readonly bars: readonly Bar[];
}

export function Bars({ title, columns, bars }: Props) {
  return (
    <table class="bars">
      <caption>{title}</caption>
      <thead class="visually-hidden">
        <tr>
          {["", ...columns].map((column) => (
            <th key={column} scope="col">
              {column || title}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {bars.map(({ key, label, share, values }) => (
          <tr key={key} style={{ "--share": `${share * 100}%` }}>
            <th scope="row">{label}</th>
            {values.map((value, index) => (
              <td key={columns[index]}>{value}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
