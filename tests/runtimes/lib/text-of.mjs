/** The body of a page or route. Throws if the status is not 2xx. */
export async function textOf(url) {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`HTTP status ${response.status} from ${url}\n${await response.text()}`);
  return response.text();
}
