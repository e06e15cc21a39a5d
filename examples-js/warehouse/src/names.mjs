/** Names and texts in SQL. */
export const quoteName = (name) => `"${name.replaceAll('"', '""')}"`;
export const quoteText = (text) => `'${text.replaceAll("'", "''")}'`;
