// Makes the links of a page of the repository work in the package, which has few of its files.
import { statSync } from "node:fs";
import { join } from "node:path";

const LINK = /\]\((?!#|[a-z][a-z+.-]*:)([^()\s]+)\)/g;

/**
 * The page with an absolute address for each relative link, except a link to a file of the package.
 *
 * @param {string} page Markdown.
 * @param {object} options
 * @param {string} options.root The folder of the repository, in which the page is.
 * @param {string} options.repository The address of the repository.
 * @param {string[]} options.packed The files of the package beside the page.
 */
export function linkToRepository(page, { root, repository, packed }) {
  return page.replaceAll(LINK, (link, target) => {
    const [path] = target.split("#");
    if (packed.includes(path)) return link;
    const view = statSync(join(root, path)).isDirectory() ? "tree" : "blob";
    return `](${repository}/${view}/main/${target})`;
  });
}
