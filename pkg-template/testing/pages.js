/** What stands in front of the service's scripts answers by itself: nginx, and whatever blocks a page. HTML, never a reply. */

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
 * @returns {string}
 */
export function nginxPage(status) {
  const title = `${status} ${REASONS[status] ?? ""}`.trim();
  return [
    "<html>",
    `<head><title>${title}</title></head>`,
    "<body>",
    `<center><h1>${title}</h1></center>`,
    "<hr><center>nginx</center>",
    "</body>",
    "</html>",
    "",
  ].join("\r\n");
}

/** A page under status 200, as a login portal or a protection service puts it in the way. */
export const BLOCKING_PAGE =
  '<!DOCTYPE html>\n<html lang="ru"><head><title>Проверка</title></head>\n' +
  "<body><h1>Проверка браузера</h1><p>Подождите, пожалуйста.</p></body></html>\n";
