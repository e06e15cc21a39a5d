/** Writes a table into a Parquet file: a row group for each chunk. */
import { fileWriter, ParquetWriter } from "hyparquet-writer";
import { DECIMAL } from "../schema.mjs";

const TYPES = {
  text: { type: "BYTE_ARRAY", converted_type: "UTF8" },
  integer: { type: "INT64" },
  decimal: { type: "INT64", converted_type: "DECIMAL", ...DECIMAL },
  timestamp: { type: "INT64", logical_type: { type: "TIMESTAMP", isAdjustedToUTC: true, unit: "MILLIS" } },
};

export function createParquet(path, { columns }) {
  const leaves = columns.map(({ name, type }) => ({ name, ...TYPES[type], repetition_type: "OPTIONAL" }));
  const schema = [{ name: "root", num_children: leaves.length }, ...leaves];
  const parquet = new ParquetWriter({ writer: fileWriter(path), schema });
  return {
    write(chunk) {
      const columnData = columns.map(({ name }, index) => ({ name, data: chunk[index] }));
      // By default, the first group of each call has 1,000 rows.
      parquet.write({ columnData, rowGroupSize: chunk[0].length });
    },
    finish() {
      parquet.finish();
    },
    close() {},
  };
}
