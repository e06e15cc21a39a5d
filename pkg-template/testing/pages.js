/** HTML pages from the servers in front of the service's scripts: nginx and protection services. */

/** @type {Record<number, string>} */
const REASONS = {
  301: "Moved Permanently",
  302: "Found",
  303: "See Other",
  307: "Temporary Redirect",
  308: "Permanent Redirect",
  400: "Bad Request",
  401: "Authorization Required",
  403: "Forbidden",
  404: "Not Found",
  405: "Not Allowed",
  408: "Request Time-out",
  413: "Request Entity Too Large",
  429: "Too Many Requests",
  500: "Internal Server Error",
  502: "Bad Gateway",
  503: "Service Temporarily Unavailable",
  504: "Gateway Time-out",
};

/**
 * @param {number} status
 * @param {string} [note] A paragraph that nginx does not have, for the author of a test.
 * @returns {string}
 */
export function nginxPage(status, note) {
  const title = `${status} ${REASONS[status] ?? ""}`.trim();
  return [
    "<html>",
    `<head><title>${title}</title></head>`,
    "<body>",
    `<center><h1>${title}</h1></center>`,
    ...(note === undefined ? [] : [`<p>${note}</p>`]),
    "<hr><center>nginx</center>",
    "</body>",
    "</html>",
    "",
  ].join("\r\n");
}

/** A page with status 200, as a captive portal or a protection service sends it. */
export const BLOCKING_PAGE =
  '<!DOCTYPE html>\n<html lang="ru"><head><title>Проверка</title></head>\n' +
  "<body><h1>Проверка браузера</h1><p>Подождите, пожалуйста.</p></body></html>\n";
