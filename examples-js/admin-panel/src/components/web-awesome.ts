/** The parts of Web Awesome that the panel uses. HTML's own controls need only its styles. */
import "@awesome.me/webawesome/dist/components/badge/badge.js";
import "@awesome.me/webawesome/dist/components/button/button.js";
import "@awesome.me/webawesome/dist/components/callout/callout.js";
import "@awesome.me/webawesome/dist/components/dialog/dialog.js";
import "@awesome.me/webawesome/dist/components/progress-bar/progress-bar.js";
import "@awesome.me/webawesome/dist/translations/kk.js";
import "@awesome.me/webawesome/dist/translations/ru.js";
import "@awesome.me/webawesome/dist/translations/uk.js";
import type { CustomElements } from "@awesome.me/webawesome/dist/custom-elements-jsx.d.ts";

type Used = "wa-badge" | "wa-button" | "wa-callout" | "wa-dialog" | "wa-progress-bar";

declare module "preact" {
  namespace JSX {
    interface IntrinsicElements extends Pick<CustomElements, Used> {}
  }
}
